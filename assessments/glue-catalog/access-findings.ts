import type { Finding } from '../assessment.js';
import { arnPartition } from './failures.js';
import type { GlueFailure } from './failures.js';

interface Place {
  readonly region: string;
  readonly accountId: string | null;
}

interface Refusal {
  readonly asset: string;
  readonly action: 'glue:GetTables' | 'glue:GetPartitions' | 'glue:GetTags';
  readonly database: string;
  readonly table?: string;
}

/** A finding about what could not be read, with the missing permission and the resource to grant it on. */
export function refusalFinding(refusal: Refusal, failure: GlueFailure, place: Place): Finding {
  const { asset, action } = refusal;
  const what = { 'glue:GetTables': 'The tables', 'glue:GetPartitions': 'The partitions', 'glue:GetTags': 'The tags' }[
    action
  ];
  const finding = (code: string, message: string, fix: string): Finding => ({
    code,
    severity: 'error',
    asset,
    message,
    fix,
  });
  const reason = failure.message.split('\n')[0] ?? '';
  if (failure.name === 'EntityNotFoundException') {
    return finding(
      'changed-while-assessed',
      `${what} could not be read: '${asset}' was deleted during the assessment (${reason}).`,
      'Run `aws2openstack assess glue-catalog` again.',
    );
  }
  if (failure.kind !== 'denied') {
    const fix =
      failure.name === 'GlueEncryptionException'
        ? 'Grant kms:Decrypt on the key that encrypts the Data Catalog, then run `aws2openstack assess glue-catalog` again.'
        : 'Fix the cause that the message names, then run `aws2openstack assess glue-catalog` again.';
    return finding('unreadable', `${what} could not be read (${failure.name}): ${reason}`, fix);
  }
  if (/lake ?formation/i.test(reason)) {
    return finding(
      'access-denied',
      `${what} could not be read: Lake Formation refuses ${action} (${reason}).`,
      lakeFormationFix(refusal),
    );
  }
  return finding(
    'access-denied',
    `${what} could not be read: ${action} is denied (${reason}).`,
    `Grant ${action} on ${arnsOf(refusal, reason, place).join(' and ')}.`,
  );
}

function lakeFormationFix({ database, table, action }: Refusal): string {
  const resource =
    table === undefined
      ? { Table: { DatabaseName: database, TableWildcard: {} } }
      : { Table: { DatabaseName: database, Name: table } };
  const permission = action === 'glue:GetPartitions' ? 'SELECT' : 'DESCRIBE';
  return `Run \`aws lakeformation grant-permissions --principal DataLakePrincipalIdentifier=ROLE_ARN --permissions ${permission} --resource '${JSON.stringify(resource)}'\` with the ARN of the role that runs the assessment.`;
}

/** The resources that the action is checked against: AWS names only one of them in its message. */
function arnsOf({ database, table, action }: Refusal, reason: string, { region, accountId }: Place): readonly string[] {
  const named = /arn:[\w-]+:glue:[\w-]*:(\d{12}):/.exec(reason)?.[1];
  const prefix = `arn:${arnPartition(region)}:glue:${region}:${accountId ?? named ?? 'ACCOUNT'}`;
  if (action === 'glue:GetTags') return [`${prefix}:database/${database}`];
  return [`${prefix}:catalog`, `${prefix}:database/${database}`, `${prefix}:table/${database}/${table ?? '*'}`];
}
