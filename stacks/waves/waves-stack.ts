import { DataAwsCallerIdentity } from '@cdktf/provider-aws/lib/data-aws-caller-identity/index.js';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role/index.js';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy/index.js';
import { LambdaEventSourceMapping } from '@cdktf/provider-aws/lib/lambda-event-source-mapping/index.js';
import { SecretsmanagerSecret } from '@cdktf/provider-aws/lib/secretsmanager-secret/index.js';
import { TerraformOutput, TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import { AlarmTopic } from '../../constructs/aws/alarm-topic/index.js';
import { AuditTrail } from '../../constructs/aws/audit-trail/index.js';
import { EncryptionKey } from '../../constructs/aws/encryption-key/index.js';
import { EventBus, EventRule } from '../../constructs/aws/event-bus/index.js';
import { NodeFunction } from '../../constructs/aws/function/index.js';
import { MessageQueue } from '../../constructs/aws/message-queue/index.js';
import { renderPolicy, renderServiceTrust } from '../../constructs/aws/policy/index.js';
import { PrivateNetwork } from '../../constructs/aws/private-network/index.js';
import { ProtectedBucket } from '../../constructs/aws/protected-bucket/index.js';
import { RecordTable } from '../../constructs/aws/record-table/index.js';
import { RequestApi } from '../../constructs/aws/request-api/index.js';
import type { ApiAccess } from '../../constructs/aws/request-api/index.js';
import { WaveMonitoring } from '../../constructs/aws/wave-monitoring/index.js';
import { Workflow } from '../../constructs/aws/workflow/index.js';
import { machineMove, renderStateMachine } from '../../waves/state-machine/index.js';
import { useAws } from '../aws-settings.js';
import { attentionPattern, requestedPattern } from './event-patterns.js';
import { environmentOf, metricNamespace } from './function-environment.js';
import type { FunctionSecrets } from './function-environment.js';
import { managedPoliciesOf, permissionsOf, servicePermissionsOf } from './function-permissions.js';
import type { WaveResources } from './function-permissions.js';
import { dnsFunctions, functionDescriptions, functionNames, timeoutOf } from './functions.js';
import type { FunctionName } from './functions.js';
import { namesOf } from './names.js';
import type { WaveNames } from './names.js';
import { recordTable } from './record-table.js';
import { useState } from './terraform-state.js';
import { withDefaults } from './settings.js';
import type { CompleteEnvironment, EnvironmentName, WavesSettings } from './settings.js';

/** The bundled code of each function: one ES module that exports `handler`. */
export type FunctionCode = Readonly<Record<FunctionName, Uint8Array>>;

export interface WavesStackProps {
  readonly settings: WavesSettings;
  readonly environment: EnvironmentName;
  readonly code: FunctionCode;
}

/** The resources that all parts of the stack share. */
interface Shared {
  readonly names: WaveNames;
  readonly environment: EnvironmentName;
  readonly settings: CompleteEnvironment;
  readonly accountId: string;
  readonly region: string;
  readonly keyArn: string;
  readonly boundary: { readonly permissionsBoundary?: string };
}

interface Stores {
  readonly queue: MessageQueue;
  readonly bus: EventBus;
  readonly table: RecordTable;
  readonly details: ProtectedBucket;
  readonly secrets: FunctionSecrets;
}

/** AWS services that encrypt with the key without a role of this stack. */
const keyServices = ['cloudtrail', 'cloudwatch', 'events', 'sns'].map((name) => `${name}.amazonaws.com`);

/** Reached from private subnets. */
const gatewayServices = ['dynamodb', 's3'];
const interfaceServices = ['ec2', 'events', 'kms', 'logs', 'mgn', 'secretsmanager', 'sqs', 'xray'];

/** The waves of virtual machines on AWS, of one environment. */
export class WavesStack extends TerraformStack {
  constructor(scope: Construct, id: string, { settings: all, environment, code }: WavesStackProps) {
    super(scope, id);
    const { region } = all;
    const names = namesOf(all.name, environment);
    const settings = withDefaults(environment, all.environments[environment] ?? {});
    useAws(this, region, {
      Project: 'aws2openstack',
      Component: 'waves',
      Environment: environment,
      ManagedBy: 'terraform',
    });
    useState(this, all);
    const { accountId } = new DataAwsCallerIdentity(this, 'Account');
    const key = new EncryptionKey(this, 'Key', {
      alias: names.prefix,
      description: `Data of ${names.prefix}`,
      accountId,
      region,
      services: keyServices,
    });
    const shared: Shared = {
      names,
      environment,
      settings,
      accountId,
      region,
      keyArn: key.arn,
      boundary:
        all.github === undefined ? {} : { permissionsBoundary: `arn:aws:iam::${accountId}:policy/${names.boundary}` },
    };
    const stores = this.addStores(shared);
    const functions = this.addFunctions(shared, stores, code);
    const workflow = this.addWorkflow(shared, stores, functions);
    const topic = new AlarmTopic(this, 'Alarms', {
      name: names.alarms,
      keyArn: key.arn,
      accountId,
      ruleArn: rulesOf(shared),
      emails: settings.alarmEmails,
      ...(settings.slack && { subscriber: functions.callback_handler }),
    });
    new EventRule(this, 'Attention', {
      name: `${names.prefix}-attention`,
      description: 'Machines that wait for a person',
      busName: stores.bus.name,
      pattern: attentionPattern,
      targetArn: topic.arn,
      deadLetterArn: stores.queue.deadLetters.arn,
    });
    new WaveMonitoring(this, 'Monitoring', {
      name: names.prefix,
      region,
      topicArn: topic.arn,
      queueName: stores.queue.queue.name,
      deadLettersName: stores.queue.deadLetters.name,
      tableName: stores.table.name,
      stateMachineArn: workflow.arn,
      functionNames: functionNames.map((name) => names.functionName(name)),
      metrics: { namespace: metricNamespace, environment },
    });
    new AuditTrail(this, 'Audit', {
      name: names.prefix,
      bucketName: `${names.prefix}-audit-${accountId}`,
      tableArn: stores.table.arn,
      dataBucketArn: stores.details.arn,
      keyArn: key.arn,
      accountId,
      region,
      keepDays: settings.recordDays,
      isProtected: settings.isProtected,
    });
    const api = this.addApi(shared, stores);
    this.addOutputs({ queue_url: stores.queue.queue.url, state_machine: workflow.arn, ...(api && { api }) });
  }

  private addStores(shared: Shared): Stores {
    const { names, settings, accountId, keyArn } = shared;
    const queue = new MessageQueue(this, 'Requests', {
      name: names.requests,
      keyArn,
      visibilityTimeoutSeconds: 6 * timeoutOf('ingress_handler'),
      deadLetterSenders: (arn) => [
        {
          sid: 'UndeliveredEvents',
          principals: { Service: ['events.amazonaws.com'] },
          actions: ['sqs:SendMessage'],
          resources: [arn],
          conditions: { ArnLike: { 'aws:SourceArn': rulesOf(shared) } },
        },
      ],
    });
    const bus = new EventBus(this, 'Bus', {
      name: names.bus,
      description: 'What happens to machines',
      keyArn,
      archiveDays: settings.archiveDays,
    });
    const table = new RecordTable(this, 'Records', {
      ...recordTable,
      name: names.records,
      keyArn,
      isProtected: settings.isProtected,
    });
    const details = new ProtectedBucket(this, 'Details', {
      bucketName: `${names.prefix}-details-${accountId}`,
      keyArn,
      expireAfterDays: settings.recordDays + machineMove.timeLimitSeconds / 86_400,
      isProtected: settings.isProtected,
    });
    const secret = (
      id: string,
      { name, description }: { readonly name: string; readonly description: string },
    ): string =>
      new SecretsmanagerSecret(this, id, { name: `${names.prefix}/${name}`, description, kmsKeyId: keyArn }).arn;
    const { slack, migrationFactory, cmdb } = settings;
    return {
      queue,
      bus,
      table,
      details,
      secrets: {
        callbackKey: secret('CallbackKey', {
          name: 'callback-key',
          description: 'Signs callbacks: whsec_ and 32 random bytes in base64',
        }),
        ...(slack && {
          slackWebhook: secret('SlackWebhook', { name: 'slack-webhook', description: 'URL of the incoming webhook' }),
        }),
        ...(migrationFactory && {
          factoryToken: secret('FactoryToken', {
            name: 'migration-factory-token',
            description: 'Token for Cloud Migration Factory',
          }),
        }),
        ...(cmdb?.authorization === true && {
          cmdbAuthorization: secret('CmdbAuthorization', {
            name: 'cmdb-authorization',
            description: 'Value of the header Authorization for the CMDB',
          }),
        }),
      },
    };
  }

  private addFunctions(shared: Shared, stores: Stores, code: FunctionCode): Record<FunctionName, NodeFunction> {
    const { names, settings, keyArn, boundary, accountId, region } = shared;
    const resources: WaveResources = {
      accountId,
      region,
      queue: stores.queue.queue.arn,
      table: stores.table.arn,
      details: stores.details.arn,
      bus: stores.bus.arn,
      ...stores.secrets,
      ...(settings.dns && { dnsZones: Object.values(settings.dns.zones) }),
    };
    const network =
      settings.network &&
      new PrivateNetwork(this, 'Network', {
        name: names.prefix,
        cidr: settings.network.cidr,
        zones: settings.network.zones ?? 2,
        region,
        gatewayServices,
        interfaceServices,
      });
    const made = functionNames.map((name): [FunctionName, NodeFunction] => [
      name,
      new NodeFunction(this, name, {
        name: names.functionName(name),
        description: functionDescriptions[name],
        code: code[name],
        timeoutSeconds: timeoutOf(name),
        environment: environmentOf(name, {
          environment: shared.environment,
          table: stores.table.name,
          details: stores.details.name,
          bus: stores.bus.name,
          settings,
          secrets: stores.secrets,
        }),
        permissions: [...permissionsOf(name, resources), ...servicePermissionsOf(name, resources)],
        managedPolicies: managedPoliciesOf[name] ?? [],
        keyArn,
        logRetentionDays: settings.logRetentionDays,
        ...boundary,
        ...(network !== undefined && !callsOut(name, settings) && { network }),
      }),
    ]);
    const functions = Object.fromEntries(made) as Record<FunctionName, NodeFunction>;
    new LambdaEventSourceMapping(this, 'Poller', {
      eventSourceArn: stores.queue.queue.arn,
      functionName: functions.ingress_handler.arn,
      batchSize: 10,
      functionResponseTypes: ['ReportBatchItemFailures'],
      scalingConfig: { maximumConcurrency: 10 },
    });
    return functions;
  }

  private addWorkflow(
    { names, keyArn, accountId, settings, boundary }: Shared,
    { bus, queue }: Stores,
    functions: Readonly<Record<FunctionName, NodeFunction>>,
  ): Workflow {
    const workflow = new Workflow(this, 'Workflow', {
      name: names.prefix,
      definition: renderStateMachine(machineMove, (handler) => functions[handler].arn),
      functionArns: functionNames.filter((name) => name !== 'ingress_handler').map((name) => functions[name].arn),
      keyArn,
      accountId,
      logRetentionDays: settings.logRetentionDays,
      ...boundary,
    });
    const role = new IamRole(this, 'StarterRole', {
      name: `${names.prefix}-starter`,
      description: 'Lets EventBridge start executions',
      assumeRolePolicy: renderServiceTrust('events.amazonaws.com', accountId),
      ...boundary,
    });
    new IamRolePolicy(this, 'StarterPolicy', {
      role: role.name,
      name: 'permissions',
      policy: renderPolicy([{ sid: 'Start', actions: ['states:StartExecution'], resources: [workflow.arn] }]),
    });
    new EventRule(this, 'Requested', {
      name: `${names.prefix}-requested`,
      description: 'Starts the execution of a machine',
      busName: bus.name,
      pattern: requestedPattern,
      targetArn: workflow.arn,
      inputPath: '$.detail',
      roleArn: role.arn,
      deadLetterArn: queue.deadLetters.arn,
    });
    return workflow;
  }

  private addApi({ names, settings, keyArn, accountId, boundary }: Shared, { queue }: Stores): string | undefined {
    if (settings.api === undefined) return undefined;
    return new RequestApi(this, 'Api', {
      name: names.prefix,
      description: 'Takes requests to migrate machines',
      path: 'migrations',
      // The schema demands the issuer and the audience of tokens.
      access: settings.api.access as ApiAccess,
      queueUrl: queue.queue.url,
      queueArn: queue.queue.arn,
      keyArn,
      accountId,
      logRetentionDays: settings.logRetentionDays,
      ...boundary,
    }).endpoint;
  }

  private addOutputs(values: Readonly<Record<string, string>>): void {
    for (const [name, value] of Object.entries(values)) new TerraformOutput(this, name, { value });
  }
}

/** Callbacks and Route 53 are on the Internet, which the private subnets do not reach. */
function callsOut(name: FunctionName, { dns }: CompleteEnvironment): boolean {
  return name === 'callback_handler' || (dns !== undefined && dnsFunctions.includes(name));
}

/** The ARNs of the bus's rules. */
function rulesOf({ names, accountId, region }: Shared): string {
  return `arn:aws:events:${region}:${accountId}:rule/${names.bus}/*`;
}
