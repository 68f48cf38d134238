/** One statement of an IAM policy. Source: IAM User Guide, 'IAM JSON policy elements reference'. */
export interface PolicyStatement {
  readonly sid: string;
  /** @default 'Allow' */
  readonly effect?: 'Allow' | 'Deny';
  /** Such as `sqs:SendMessage`. */
  readonly actions: readonly string[];
  /** ARNs, or `*` for actions that know no resource. */
  readonly resources: readonly string[];
  /** Policies of resources only: who the statement is for. */
  readonly principals?: Readonly<Record<string, readonly string[]>> | '*';
  /** Values by key, by operator. */
  readonly conditions?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

export function renderPolicy(statements: readonly PolicyStatement[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements.map(renderStatement) });
}

/** Lets an AWS service, such as `lambda.amazonaws.com`, take a role on behalf of this account alone. */
export function renderServiceTrust(service: string, accountId: string): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: service },
        Action: 'sts:AssumeRole',
        Condition: { StringEquals: { 'aws:SourceAccount': accountId } },
      },
    ],
  });
}

/** Lambda assumes roles without naming the account of the function. */
export function renderFunctionTrust(): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
  });
}

/** Refuses requests that are not encrypted in transit. */
export function refuseWithoutTls(service: string, resources: readonly string[]): PolicyStatement {
  return {
    sid: 'RefuseWithoutTls',
    effect: 'Deny',
    principals: '*',
    actions: [`${service}:*`],
    resources,
    conditions: { Bool: { 'aws:SecureTransport': 'false' } },
  };
}

function renderStatement({
  sid,
  effect = 'Allow',
  actions,
  resources,
  principals,
  conditions,
}: PolicyStatement): object {
  return {
    Sid: sid,
    Effect: effect,
    ...(principals !== undefined && { Principal: principals }),
    Action: actions,
    Resource: resources,
    ...(conditions !== undefined && { Condition: conditions }),
  };
}
