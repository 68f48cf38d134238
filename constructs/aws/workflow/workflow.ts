import { CloudwatchLogGroup } from '@cdktf/provider-aws/lib/cloudwatch-log-group/index.js';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role/index.js';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy/index.js';
import { SfnStateMachine } from '@cdktf/provider-aws/lib/sfn-state-machine/index.js';
import { Construct } from 'constructs';
import { renderPolicy, renderServiceTrust } from '../policy/index.js';
import { workflowPermissions } from './workflow-permissions.js';

/** A standard state machine that calls Lambda functions. Source: AWS Step Functions Developer Guide. */
export interface WorkflowProps {
  readonly name: string;
  /** In Amazon States Language. */
  readonly definition: object;
  readonly functionArns: readonly string[];
  readonly keyArn: string;
  readonly accountId: string;
  readonly logRetentionDays: number;
  /** @default no limit */
  readonly permissionsBoundary?: string;
}

export class Workflow extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, props: WorkflowProps) {
    super(scope, id);
    const { name, definition, functionArns, keyArn, accountId, logRetentionDays, permissionsBoundary } = props;
    const logs = new CloudwatchLogGroup(this, 'Logs', {
      name: `/aws/vendedlogs/states/${name}`,
      retentionInDays: logRetentionDays,
      kmsKeyId: keyArn,
    });
    const role = new IamRole(this, 'Role', {
      name: `${name}-workflow`,
      description: `Role of the state machine ${name}`,
      assumeRolePolicy: renderServiceTrust('states.amazonaws.com', accountId),
      ...(permissionsBoundary !== undefined && { permissionsBoundary }),
    });
    const policy = new IamRolePolicy(this, 'Policy', {
      role: role.name,
      name: 'permissions',
      policy: renderPolicy(workflowPermissions({ functionArns, keyArn })),
    });
    this.arn = new SfnStateMachine(this, 'Resource', {
      name,
      roleArn: role.arn,
      type: 'STANDARD',
      definition: JSON.stringify(definition),
      // The input and the answers name machines; the log names states and errors only.
      loggingConfiguration: { level: 'ERROR', includeExecutionData: false, logDestination: `${logs.arn}:*` },
      tracingConfiguration: { enabled: true },
      encryptionConfiguration: {
        type: 'CUSTOMER_MANAGED_KMS_KEY',
        kmsKeyId: keyArn,
        kmsDataKeyReusePeriodSeconds: 900,
      },
      dependsOn: [policy],
    }).arn;
  }
}
