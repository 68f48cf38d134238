import {
  GetBucketLifecycleConfigurationCommand,
  GetBucketNotificationConfigurationCommand,
  GetBucketReplicationCommand,
  ListBucketIntelligentTieringConfigurationsCommand,
} from '@aws-sdk/client-s3';
import type { LifecycleRule } from '@aws-sdk/client-s3';
import { plural } from './setting.js';
import type { Setting } from './setting.js';

export const lifecycle: Setting = {
  name: 'lifecycle',
  action: 's3:GetLifecycleConfiguration',
  read: async (client, Bucket) => {
    const { Rules = [] } = await client.send(new GetBucketLifecycleConfigurationCommand({ Bucket }));
    const active = Rules.filter(({ Status }) => Status === 'Enabled');
    if (active.length === 0) return null;
    const actions = Map.groupBy(active.flatMap(actionsOf), (action) => action);
    const counted = [...actions].map(([action, all]) => `${action} ${all.length}`).sort();
    return {
      found: `${plural(active.length, 'rule')}: ${counted.join(', ')}`,
      fate: 'by-hand',
      becomes:
        'Set expirations up at the target: Ceph takes S3 lifecycle rules (`aws s3api put-bucket-lifecycle-configuration --endpoint-url …`); in Swift only objects themselves expire (X-Delete-After). Transitions have no counterpart, and what they have archived must be restored before it is copied. Objects that expire while the data is copied are missing at the target, too.',
    };
  },
};

function actionsOf(rule: LifecycleRule): readonly string[] {
  return [
    ...(rule.Expiration === undefined ? [] : ['expiration']),
    ...(rule.Transitions ?? []).map(({ StorageClass = '' }) => `transition to ${StorageClass}`),
    ...(rule.NoncurrentVersionExpiration === undefined ? [] : ['expiration of old versions']),
    ...(rule.NoncurrentVersionTransitions ?? []).map(() => 'transition of old versions'),
    ...(rule.AbortIncompleteMultipartUpload === undefined ? [] : ['end of uploads']),
  ];
}

export const intelligentTiering: Setting = {
  name: 'intelligent-tiering',
  action: 's3:GetIntelligentTieringConfiguration',
  read: async (client, Bucket) => {
    const answer = await client.send(new ListBucketIntelligentTieringConfigurationsCommand({ Bucket }));
    const active = (answer.IntelligentTieringConfigurationList ?? []).filter(({ Status }) => Status === 'Enabled');
    if (active.length === 0) return null;
    const tiers = [
      ...new Set(active.flatMap(({ Tierings = [] }) => Tierings.map(({ AccessTier = '' }) => AccessTier))),
    ];
    return {
      found: `${plural(active.length, 'configuration')} with ${tiers.sort().join(', ')}`,
      fate: 'by-hand',
      becomes:
        'Objects in the tiers ARCHIVE_ACCESS and DEEP_ARCHIVE_ACCESS cannot be read: restore them before they are copied (`aws s3api head-object` shows ArchiveStatus). The target has no such tiers.',
    };
  },
};

export const replication: Setting = {
  name: 'replication',
  action: 's3:GetReplicationConfiguration',
  read: async (client, Bucket) => {
    const { ReplicationConfiguration } = await client.send(new GetBucketReplicationCommand({ Bucket }));
    const active = (ReplicationConfiguration?.Rules ?? []).filter(({ Status }) => Status === 'Enabled');
    if (active.length === 0) return null;
    const targets = [...new Set(active.map(({ Destination }) => Destination?.Bucket ?? ''))].sort();
    return {
      found: `${plural(active.length, 'rule')} to ${targets.join(', ')}`,
      fate: 'by-hand',
      becomes:
        'A copy in a second site is up to the operator of the target: multisite in Ceph, container sync in Swift. A bucket that is itself a replica need not be copied twice: skip it with a rule of the mapping.',
    };
  },
};

export const notifications: Setting = {
  name: 'notifications',
  action: 's3:GetBucketNotification',
  read: async (client, Bucket) => {
    const answer = await client.send(new GetBucketNotificationConfigurationCommand({ Bucket }));
    const kinds = [
      [answer.LambdaFunctionConfigurations?.length ?? 0, 'Lambda'],
      [answer.QueueConfigurations?.length ?? 0, 'SQS'],
      [answer.TopicConfigurations?.length ?? 0, 'SNS'],
      [answer.EventBridgeConfiguration === undefined ? 0 : 1, 'EventBridge'],
    ] as const;
    const used = kinds.filter(([count]) => count > 0);
    if (used.length === 0) return null;
    return {
      found: used.map(([count, kind]) => `${kind} ${count}`).join(', '),
      fate: 'by-hand',
      becomes:
        'Whatever these events start must be started at the target: Ceph sends bucket notifications to Kafka, AMQP or HTTP; Swift sends none. Until the cutover, the source goes on sending them.',
    };
  },
};
