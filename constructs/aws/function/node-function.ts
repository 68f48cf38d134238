import { CloudwatchLogGroup } from '@cdktf/provider-aws/lib/cloudwatch-log-group/index.js';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role/index.js';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy/index.js';
import { IamRolePolicyAttachment } from '@cdktf/provider-aws/lib/iam-role-policy-attachment/index.js';
import { LambdaFunction } from '@cdktf/provider-aws/lib/lambda-function/index.js';
import { Construct } from 'constructs';
import { createHash } from 'node:crypto';
import { writeBesideTerraform } from '../../common/index.js';
import { renderFunctionTrust, renderPolicy } from '../policy/index.js';
import type { PolicyStatement } from '../policy/index.js';
import { runtimePermissions } from './runtime-permissions.js';
import { zipArchive } from './zip-archive.js';

/** A Lambda function with its own role, JSON logs and traces. Source: AWS Lambda Developer Guide. */
export interface NodeFunctionProps {
  readonly name: string;
  readonly description: string;
  /** One ES module that exports `handler`, bundled but for the AWS SDK, which the runtime has. */
  readonly code: Uint8Array;
  readonly timeoutSeconds: number;
  /** @default 256 */
  readonly memoryMb?: number;
  readonly environment: Readonly<Record<string, string>>;
  /** The permissions that the code itself needs. Logs, traces, the key and the network are added. */
  readonly permissions: readonly PolicyStatement[];
  /** ARNs of policies that AWS maintains. @default [] */
  readonly managedPolicies?: readonly string[];
  readonly keyArn: string;
  readonly logRetentionDays: number;
  /** @default outside of a VPC, with access to the Internet */
  readonly network?: { readonly subnetIds: readonly string[]; readonly securityGroupIds: readonly string[] };
  /** ARN of the policy that limits what the role can be allowed. @default no limit */
  readonly permissionsBoundary?: string;
}

export class NodeFunction extends Construct {
  readonly name: string;
  readonly arn: string;

  constructor(scope: Construct, id: string, props: NodeFunctionProps) {
    super(scope, id);
    const { name, network, keyArn, permissionsBoundary, managedPolicies = [] } = props;
    const archive = zipArchive({ 'index.mjs': props.code });
    const file = `functions/${name}.zip`;
    writeBesideTerraform(this, { [file]: archive });
    const logs = new CloudwatchLogGroup(this, 'Logs', {
      name: `/aws/lambda/${name}`,
      retentionInDays: props.logRetentionDays,
      kmsKeyId: keyArn,
    });
    const role = new IamRole(this, 'Role', {
      name,
      description: `Role of the Lambda function ${name}`,
      assumeRolePolicy: renderFunctionTrust(),
      ...(permissionsBoundary !== undefined && { permissionsBoundary }),
    });
    const policy = new IamRolePolicy(this, 'Policy', {
      role: role.name,
      name: 'permissions',
      policy: renderPolicy([
        ...props.permissions,
        ...runtimePermissions({ logGroupArn: logs.arn, keyArn, isInVpc: network !== undefined }),
      ]),
    });
    for (const policyArn of managedPolicies)
      new IamRolePolicyAttachment(this, `Managed-${policyArn.split('/').at(-1) ?? ''}`, { role: role.name, policyArn });
    const resource = new LambdaFunction(this, 'Resource', {
      functionName: name,
      description: props.description,
      role: role.arn,
      runtime: 'nodejs22.x',
      architectures: ['arm64'],
      handler: 'index.handler',
      filename: file,
      sourceCodeHash: createHash('sha256').update(archive).digest('base64'),
      timeout: props.timeoutSeconds,
      memorySize: props.memoryMb ?? 256,
      environment: { variables: { ...props.environment } },
      kmsKeyArn: keyArn,
      tracingConfig: { mode: 'Active' },
      loggingConfig: { logFormat: 'JSON', logGroup: logs.name },
      // Without its permissions, the first calls after a deployment would fail.
      dependsOn: [policy],
      ...(network !== undefined && {
        vpcConfig: { subnetIds: [...network.subnetIds], securityGroupIds: [...network.securityGroupIds] },
      }),
    });
    this.name = resource.functionName;
    this.arn = resource.arn;
  }
}
