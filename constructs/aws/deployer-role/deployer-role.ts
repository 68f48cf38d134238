import { DataAwsIamOpenidConnectProvider } from '@cdktf/provider-aws/lib/data-aws-iam-openid-connect-provider/index.js';
import { IamOpenidConnectProvider } from '@cdktf/provider-aws/lib/iam-openid-connect-provider/index.js';
import { IamPolicy } from '@cdktf/provider-aws/lib/iam-policy/index.js';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role/index.js';
import { IamRolePolicyAttachment } from '@cdktf/provider-aws/lib/iam-role-policy-attachment/index.js';
import { Construct } from 'constructs';
import { renderPolicy } from '../policy/index.js';
import type { PolicyStatement } from '../policy/index.js';

/**
 * A role that workflows of one GitHub repository take without stored keys, and the boundary of every role that it makes.
 * Source: GitHub documentation, 'Configuring OpenID Connect in Amazon Web Services'.
 */
export interface DeployerRoleProps {
  readonly name: string;
  /** Such as `acme/infrastructure`. */
  readonly repository: string;
  /** Name of the GitHub environment whose jobs may take the role; its protection rules decide who approves. */
  readonly githubEnvironment: string;
  /** An account has one provider for GitHub. Without it, the existing one is used. */
  readonly createProvider: boolean;
  /** The permissions of the role, by policy name: at most 6,144 characters a policy. */
  readonly policies: Readonly<Record<string, readonly PolicyStatement[]>>;
  readonly boundaryName: string;
  readonly boundary: readonly PolicyStatement[];
}

const issuer = 'token.actions.githubusercontent.com';
const audience = 'sts.amazonaws.com';

export class DeployerRole extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, props: DeployerRoleProps) {
    super(scope, id);
    const { name, repository, githubEnvironment, policies, boundaryName, boundary } = props;
    const url = `https://${issuer}`;
    const provider = props.createProvider
      ? new IamOpenidConnectProvider(this, 'Provider', { url, clientIdList: [audience] })
      : new DataAwsIamOpenidConnectProvider(this, 'Provider', { url });
    new IamPolicy(this, 'Boundary', {
      name: boundaryName,
      description: `The most that roles made by ${name} can do`,
      policy: renderPolicy(boundary),
    });
    const role = new IamRole(this, 'Resource', {
      name,
      description: `Deploys from ${repository}, environment ${githubEnvironment}`,
      maxSessionDuration: 3600,
      assumeRolePolicy: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Federated: provider.arn },
            Action: 'sts:AssumeRoleWithWebIdentity',
            Condition: {
              StringEquals: {
                [`${issuer}:aud`]: audience,
                [`${issuer}:sub`]: `repo:${repository}:environment:${githubEnvironment}`,
              },
            },
          },
        ],
      }),
    });
    for (const [part, statements] of Object.entries(policies)) {
      const policy = new IamPolicy(this, `Policy-${part}`, {
        name: `${name}-${part}`,
        policy: renderPolicy(statements),
      });
      new IamRolePolicyAttachment(this, `Attachment-${part}`, { role: role.name, policyArn: policy.arn });
    }
    this.arn = role.arn;
  }
}
