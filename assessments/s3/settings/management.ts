import {
  GetBucketAccelerateConfigurationCommand,
  GetBucketLoggingCommand,
  GetBucketMetadataConfigurationCommand,
  GetBucketMetadataTableConfigurationCommand,
  GetBucketRequestPaymentCommand,
  GetBucketTaggingCommand,
  ListBucketInventoryConfigurationsCommand,
} from '@aws-sdk/client-s3';
import type { InventoryConfiguration, S3Client } from '@aws-sdk/client-s3';
import { plural } from './setting.js';
import type { Setting } from './setting.js';

export const logging: Setting = {
  name: 'logging',
  action: 's3:GetBucketLogging',
  read: async (client, Bucket) => {
    const { LoggingEnabled } = await client.send(new GetBucketLoggingCommand({ Bucket }));
    if (LoggingEnabled === undefined) return null;
    return {
      found: `to ${LoggingEnabled.TargetBucket ?? ''}/${LoggingEnabled.TargetPrefix ?? ''}`,
      fate: 'by-hand',
      becomes: 'Access logs of the target are its operator’s: ask for the ops log of Ceph or the proxy log of Swift.',
    };
  },
};

export const tags: Setting = {
  name: 'tags',
  action: 's3:GetBucketTagging',
  read: async (client, Bucket) => {
    const { TagSet = [] } = await client.send(new GetBucketTaggingCommand({ Bucket }));
    const keys = TagSet.map(({ Key = '' }) => Key).filter((key) => !key.startsWith('aws:'));
    if (keys.length === 0) return null;
    return {
      found: keys.sort().join(', '),
      fate: 'by-hand',
      becomes:
        'Tags pay for nothing and allow nothing at the target. Keep them in the metadata of its containers if people look for them.',
    };
  },
};

export const acceleration: Setting = {
  name: 'acceleration',
  action: 's3:GetAccelerateConfiguration',
  read: async (client, Bucket) => {
    const { Status } = await client.send(new GetBucketAccelerateConfigurationCommand({ Bucket }));
    if (Status !== 'Enabled') return null;
    return {
      found: Status,
      fate: 'not-needed',
      becomes: 'It makes distant uploads to AWS faster; the target has no such thing.',
    };
  },
};

export const requesterPays: Setting = {
  name: 'requester-pays',
  action: 's3:GetBucketRequestPayment',
  read: async (client, Bucket) => {
    const { Payer } = await client.send(new GetBucketRequestPaymentCommand({ Bucket }));
    if (Payer !== 'Requester') return null;
    return {
      found: 'the requester pays',
      fate: 'by-hand',
      becomes:
        'Only the owner’s credentials copy from it: requests of other accounts would have to agree to pay, which the copy does not.',
    };
  },
};

export const inventory: Setting = {
  name: 'inventory',
  action: 's3:GetInventoryConfiguration',
  read: async (client, Bucket) => {
    const answer = await client.send(new ListBucketInventoryConfigurationsCommand({ Bucket }));
    const active = (answer.InventoryConfigurationList ?? []).filter(({ IsEnabled }) => IsEnabled === true);
    if (active.length === 0) return null;
    return {
      found: active.map(describeInventory).sort().join('; '),
      fate: 'not-needed',
      becomes: 'For a very large bucket, read its inventory instead of listing it: `--inventory s3://…/manifest.json`.',
    };
  },
};

function describeInventory({ Id = '', Destination }: InventoryConfiguration): string {
  const { Format = '', Bucket = '', Prefix } = Destination?.S3BucketDestination ?? {};
  return `${Id} (${Format}) in ${Bucket.replace(/^arn:[^:]*:s3:::/, 's3://')}/${Prefix ?? ''}`;
}

/** Source: Amazon S3 user guide, 'Discovering your data with S3 Metadata tables'. */
export const metadataTables: Setting = {
  name: 'metadata-tables',
  action: 's3:GetBucketMetadataTableConfiguration',
  read: async (client, Bucket) => {
    const found = (await currentTables(client, Bucket)) ?? (await firstTable(client, Bucket));
    if (found === null) return null;
    return {
      found: `${plural(found.names.length, 'table')}: ${found.names.join(', ')} in ${found.namespace}`,
      fate: 'not-needed',
      becomes:
        'For a very large bucket, read the live inventory table instead of listing the bucket: `--metadata-table BUCKET --unload-to s3://…/`.',
    };
  },
};

interface MetadataTables {
  readonly names: readonly string[];
  readonly namespace: string;
}

async function currentTables(client: S3Client, Bucket: string): Promise<MetadataTables | null> {
  try {
    const answer = await client.send(new GetBucketMetadataConfigurationCommand({ Bucket }));
    const found = answer.GetBucketMetadataConfigurationResult?.MetadataConfigurationResult;
    if (found === undefined) return null;
    const { InventoryTableConfigurationResult: live, JournalTableConfigurationResult: journal } = found;
    const names = [live?.TableName, journal?.TableName].filter((name) => name !== undefined);
    return { names, namespace: found.DestinationResult?.TableNamespace ?? 'its namespace' };
  } catch (error) {
    if ((error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode === 404) return null;
    throw error;
  }
}

/** The journal table of a configuration that was made before July 2025. */
async function firstTable(client: S3Client, Bucket: string): Promise<MetadataTables | null> {
  const answer = await client.send(new GetBucketMetadataTableConfigurationCommand({ Bucket }));
  const found = answer.GetBucketMetadataTableConfigurationResult?.MetadataTableConfigurationResult;
  const place = found?.S3TablesDestinationResult;
  if (place?.TableName === undefined) return null;
  return { names: [place.TableName], namespace: place.TableNamespace ?? 'its namespace' };
}
