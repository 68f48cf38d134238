import type { PolicyStatement } from '../../constructs/aws/policy/index.js';
import type { FunctionName } from './functions.js';

/** ARNs of what the functions use. */
export interface WaveResources {
  readonly accountId: string;
  readonly region: string;
  readonly queue: string;
  readonly table: string;
  /** Of the bucket with large details of machines. */
  readonly details: string;
  readonly bus: string;
  readonly callbackKey: string;
  /** Where alarms are posted to Slack. */
  readonly slackWebhook?: string;
  /** Where Cloud Migration Factory is told the status. */
  readonly factoryToken?: string;
  /** Where a CMDB wants credentials. */
  readonly cmdbAuthorization?: string;
  /** Ids of hosted zones in which names of machines are moved. */
  readonly dnsZones?: readonly string[];
}

/**
 * The permissions for the calls of a function's code, and nothing else: a test records the calls. Source: Service
 * Authorization Reference.
 */
export function permissionsOf(name: FunctionName, resources: WaveResources): readonly PolicyStatement[] {
  return permissions[name](resources);
}

/**
 * The permissions for calls that AWS makes with a function's role: the poller of the queue, and EC2 on behalf of MGN.
 */
export function servicePermissionsOf(name: FunctionName, { queue }: WaveResources): readonly PolicyStatement[] {
  if (name !== 'ingress_handler') return [];
  return [
    {
      sid: 'Poller',
      actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ChangeMessageVisibility'],
      resources: [queue],
    },
  ];
}

/** MGN launches and terminates machines with the permissions of who asks it to. The policy is maintained by AWS. */
export const managedPoliciesOf: Readonly<Partial<Record<FunctionName, readonly string[]>>> = {
  trigger_migration: ['arn:aws:iam::aws:policy/AWSApplicationMigrationEC2Access'],
  verify_migration: ['arn:aws:iam::aws:policy/AWSApplicationMigrationEC2Access'],
  rollback_handler: ['arn:aws:iam::aws:policy/AWSApplicationMigrationEC2Access'],
};

type Grant = (resources: WaveResources) => PolicyStatement;

const permissions: Readonly<Record<FunctionName, (resources: WaveResources) => readonly PolicyStatement[]>> = {
  ingress_handler: (of) => [
    records(['GetItem', 'PutItem', 'UpdateItem'])(of),
    details(['GetObject', 'PutObject'])(of),
    announce(of),
  ],
  validate_input: (of) => [...step(of), mgnLists(['DescribeSourceServers'])(of), ...readNames(of)],
  prepare_source: (of) => [
    ...step(of),
    mgnLists(['DescribeSourceServers'])(of),
    mgnServers(['UpdateLaunchConfiguration'])(of),
  ],
  trigger_migration: (of) => [
    ...stepWithPlaces(of),
    mgnLists(['DescribeJobs', 'DescribeSourceServers'])(of),
    mgnServers([
      'ChangeServerLifeCycleState',
      'GetLaunchConfiguration',
      'StartCutover',
      'StartTest',
      'TerminateTargetInstances',
      ...replicationActions,
    ])(of),
    mgnTags(of),
    launchTemplates(of),
  ],
  verify_migration: (of) => [
    ...stepWithPlaces(of),
    { sid: 'Applications', actions: ['dynamodb:Query'], resources: [`${of.table}/index/by-app`] },
    mgnLists(['DescribeJobLogItems', 'DescribeJobs', 'DescribeSourceServers'])(of),
    mgnServers(['ChangeServerLifeCycleState', 'TerminateTargetInstances', ...replicationActions])(of),
    mgnTags(of),
    ...readNames(of),
    ...changeNames(of),
    ...readAddresses(of),
  ],
  finalize_cutover: (of) => [...step(of), mgnLists(['DescribeSourceServers'])(of), mgnServers(['FinalizeCutover'])(of)],
  rollback_handler: (of) => [
    ...step(of),
    mgnLists(['DescribeJobs', 'DescribeSourceServers'])(of),
    mgnServers(['ChangeServerLifeCycleState', 'TerminateTargetInstances'])(of),
    mgnTags(of),
    ...readNames(of),
    ...changeNames(of),
  ],
  callback_handler: (of) => [
    ...step(of),
    announce(of),
    {
      sid: 'Secrets',
      actions: ['secretsmanager:GetSecretValue'],
      resources: [of.callbackKey, of.slackWebhook, of.factoryToken, of.cmdbAuthorization].filter(
        (arn) => arn !== undefined,
      ),
    },
  ],
};

const replicationActions = ['ResumeReplication', 'RetryDataReplication', 'StartReplication'];

function step(of: WaveResources): readonly PolicyStatement[] {
  return [records(['GetItem', 'PutItem', 'UpdateItem'])(of), details(['GetObject', 'PutObject'])(of)];
}

/** The places of a wave are taken under a condition on the machine. */
function stepWithPlaces(of: WaveResources): readonly PolicyStatement[] {
  return [
    records(['ConditionCheckItem', 'GetItem', 'PutItem', 'UpdateItem'])(of),
    details(['GetObject', 'PutObject'])(of),
  ];
}

function records(actions: readonly string[]): Grant {
  return ({ table }) => ({ sid: 'Records', actions: withPrefix('dynamodb', actions), resources: [table] });
}

function details(actions: readonly string[]): Grant {
  return (of) => ({ sid: 'Details', actions: withPrefix('s3', actions), resources: [`${of.details}/machines/*`] });
}

function announce({ bus }: WaveResources): PolicyStatement {
  return { sid: 'Bus', actions: ['events:PutEvents'], resources: [bus] };
}

/** These actions know no resource. */
function mgnLists(actions: readonly string[]): Grant {
  return () => ({ sid: 'MgnLists', actions: withPrefix('mgn', actions), resources: ['*'] });
}

function mgnServers(actions: readonly string[]): Grant {
  return ({ region, accountId }) => ({
    sid: 'MgnServers',
    actions: withPrefix('mgn', actions),
    resources: [`arn:aws:mgn:${region}:${accountId}:source-server/*`],
  });
}

/** Jobs are tagged as they are started, and with nothing else. */
function mgnTags({ region, accountId }: WaveResources): PolicyStatement {
  return {
    sid: 'MgnTags',
    actions: ['mgn:TagResource'],
    resources: [`arn:aws:mgn:${region}:${accountId}:job/*`],
    conditions: { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['a2o_migration'] } },
  };
}

/** MGN tags the templates that it makes. */
function launchTemplates({ region, accountId }: WaveResources): PolicyStatement {
  return {
    sid: 'LaunchTemplates',
    actions: withPrefix('ec2', ['CreateLaunchTemplateVersion', 'ModifyLaunchTemplate']),
    resources: [`arn:aws:ec2:${region}:${accountId}:launch-template/*`],
    conditions: { StringEquals: { 'aws:ResourceTag/AWSApplicationMigrationServiceManaged': 'mgn.amazonaws.com' } },
  };
}

function readNames({ dnsZones }: WaveResources): readonly PolicyStatement[] {
  if (dnsZones === undefined) return [];
  return [{ sid: 'Names', actions: ['route53:ListResourceRecordSets'], resources: dnsZones.map(zoneArn) }];
}

/** Addresses and their names only: no mail, no delegation. */
function changeNames({ dnsZones }: WaveResources): readonly PolicyStatement[] {
  if (dnsZones === undefined) return [];
  return [
    {
      sid: 'NameChanges',
      actions: ['route53:ChangeResourceRecordSets'],
      resources: dnsZones.map(zoneArn),
      conditions: {
        'ForAllValues:StringEquals': {
          'route53:ChangeResourceRecordSetsActions': ['UPSERT', 'DELETE'],
          'route53:ChangeResourceRecordSetsRecordTypes': ['A', 'AAAA', 'PTR'],
        },
      },
    },
    { sid: 'NameProgress', actions: ['route53:GetChange'], resources: ['arn:aws:route53:::change/*'] },
  ];
}

/** This action knows no resource. */
function readAddresses({ dnsZones }: WaveResources): readonly PolicyStatement[] {
  return dnsZones === undefined ? [] : [{ sid: 'Addresses', actions: ['ec2:DescribeInstances'], resources: ['*'] }];
}

function zoneArn(id: string): string {
  return `arn:aws:route53:::hostedzone/${id}`;
}

function withPrefix(service: string, actions: readonly string[]): readonly string[] {
  return actions.map((action) => `${service}:${action}`);
}
