import { describe, expect, test } from '@jest/globals';
import {
  GetBucketCorsCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketLoggingCommand,
  GetBucketMetadataConfigurationCommand,
  GetBucketMetadataTableConfigurationCommand,
  GetBucketNotificationConfigurationCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketReplicationCommand,
  GetBucketRequestPaymentCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetBucketWebsiteCommand,
  GetObjectLockConfigurationCommand,
  GetPublicAccessBlockCommand,
  ListBucketInventoryConfigurationsCommand,
} from '@aws-sdk/client-s3';
import type { S3Client } from '@aws-sdk/client-s3';
import { readFileSync } from 'node:fs';
import { readSettings, StoreUnusable } from '../../../assessments/s3/settings/read-settings.js';

type Command = new (input: { Bucket: string }) => object;

function serviceError(name: string, httpStatusCode: number): Error {
  return Object.assign(new Error('Because.'), { name, $metadata: { httpStatusCode } });
}

/** Answers one command; every other one as a bucket without settings does. */
function clientThat(command: Command, answer: object): S3Client {
  const send = (asked: object): Promise<object> => {
    if (!(asked instanceof command)) return Promise.resolve({});
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  };
  return { send } as unknown as S3Client;
}

const target = { region: 'eu-central-1' };

describe('a setting says what was found and what becomes of it', () => {
  test.each<[string, Command, object, string, string]>([
    ['versioning', GetBucketVersioningCommand, { Status: 'Suspended' }, 'Suspended', 'not-needed'],
    [
      'encryption',
      GetBucketEncryptionCommand,
      {
        ServerSideEncryptionConfiguration: {
          Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
        },
      },
      'SSE-S3 (AES256)',
      'not-needed',
    ],
    [
      'object-lock',
      GetObjectLockConfigurationCommand,
      {
        ObjectLockConfiguration: {
          ObjectLockEnabled: 'Enabled',
          Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Years: 7 } },
        },
      },
      'COMPLIANCE, 7 years',
      'by-hand',
    ],
    [
      'lifecycle',
      GetBucketLifecycleConfigurationCommand,
      {
        Rules: [
          { Status: 'Enabled', Expiration: { Days: 1 }, Transitions: [{ StorageClass: 'GLACIER', Days: 1 }] },
          { Status: 'Enabled', NoncurrentVersionExpiration: { NoncurrentDays: 1 } },
          { Status: 'Disabled', Expiration: { Days: 1 } },
        ],
      },
      '2 rules: expiration 1, expiration of old versions 1, transition to GLACIER 1',
      'by-hand',
    ],
    [
      'notifications',
      GetBucketNotificationConfigurationCommand,
      { QueueConfigurations: [{}, {}], EventBridgeConfiguration: {} },
      'SQS 2, EventBridge 1',
      'by-hand',
    ],
    [
      'replication',
      GetBucketReplicationCommand,
      {
        ReplicationConfiguration: {
          Rules: [{ Status: 'Enabled', Destination: { Bucket: 'arn:aws:s3:::acme-replica' } }],
        },
      },
      '1 rule to arn:aws:s3:::acme-replica',
      'by-hand',
    ],
    [
      'public-access-block',
      GetPublicAccessBlockCommand,
      { PublicAccessBlockConfiguration: { BlockPublicAcls: true, BlockPublicPolicy: false } },
      'BlockPublicAcls',
      'not-needed',
    ],
    [
      'ownership',
      GetBucketOwnershipControlsCommand,
      { OwnershipControls: { Rules: [{ ObjectOwnership: 'ObjectWriter' }] } },
      'ObjectWriter',
      'by-hand',
    ],
    ['website', GetBucketWebsiteCommand, { IndexDocument: { Suffix: 'a.html' } }, 'index document a.html', 'by-hand'],
    ['cors', GetBucketCorsCommand, { CORSRules: [{}] }, '1 rule', 'by-hand'],
    [
      'logging',
      GetBucketLoggingCommand,
      { LoggingEnabled: { TargetBucket: 'logs', TargetPrefix: 'raw/' } },
      'to logs/raw/',
      'by-hand',
    ],
    [
      'tags',
      GetBucketTaggingCommand,
      { TagSet: [{ Key: 'team' }, { Key: 'aws:cloudformation:stack-name' }, { Key: 'cost' }] },
      'cost, team',
      'by-hand',
    ],
    ['requester-pays', GetBucketRequestPaymentCommand, { Payer: 'Requester' }, 'the requester pays', 'by-hand'],
    [
      'inventory',
      ListBucketInventoryConfigurationsCommand,
      {
        InventoryConfigurationList: [
          {
            Id: 'daily',
            IsEnabled: true,
            Destination: { S3BucketDestination: { Format: 'Parquet', Bucket: 'arn:aws:s3:::inv', Prefix: 'raw' } },
          },
        ],
      },
      'daily (Parquet) in s3://inv/raw',
      'not-needed',
    ],
    [
      'metadata-tables',
      GetBucketMetadataConfigurationCommand,
      {
        GetBucketMetadataConfigurationResult: {
          MetadataConfigurationResult: {
            DestinationResult: { TableNamespace: 'b_raw' },
            InventoryTableConfigurationResult: { TableName: 'inventory' },
            JournalTableConfigurationResult: { TableName: 'journal' },
          },
        },
      },
      '2 tables: inventory, journal in b_raw',
      'not-needed',
    ],
  ])('%s', async (setting, command, answer, found, fate) => {
    const { set, unread } = await readSettings(clientThat(command, answer), target, 'acme-raw');
    expect(unread).toEqual([]);
    expect(set).toEqual([{ setting, found, fate, becomes: expect.stringMatching(/\.$/) as unknown }]);
  });
});

test.each([
  ['NoSuchCORSConfiguration', 404, []],
  ['AccessDenied', 403, ['denied']],
  ['NotImplemented', 501, ['unknown-to-store']],
  ['MethodNotAllowed', 405, ['unknown-to-store']],
  ['NoSuchBucket', 404, ['no-bucket']],
  ['InternalError', 500, ['failed']],
])('%s (HTTP %i) for a setting means %j', async (name, status, because) => {
  const client = clientThat(GetBucketCorsCommand, serviceError(name, status));
  const { unread } = await readSettings(client, target, 'acme-raw');
  expect(unread.map((each) => each.because)).toEqual(because);
});

test('credentials that have expired end the run', async () => {
  const client = clientThat(GetBucketCorsCommand, serviceError('ExpiredToken', 400));
  await expect(readSettings(client, target, 'acme-raw')).rejects.toThrow(StoreUnusable);
});

test('the policy for assessments allows every setting to be read', async () => {
  const refusing = { send: () => Promise.reject(serviceError('AccessDenied', 403)) } as unknown as S3Client;
  const { unread } = await readSettings(refusing, target, 'acme-raw');
  const { Statement: statements } = JSON.parse(readFileSync('docs/iam/assess.json', 'utf8')) as {
    Statement: { Sid: string; Action: string[] }[];
  };
  const allowed = statements.find(({ Sid }) => Sid === 'Settings')?.Action;
  expect(allowed).toEqual(unread.map(({ action }) => action).sort());
});

test('a metadata table of the first kind is found, too', async () => {
  const send = (asked: object): Promise<object> => {
    if (asked instanceof GetBucketMetadataConfigurationCommand)
      return Promise.reject(serviceError('MetadataConfigurationNotFound', 404));
    if (!(asked instanceof GetBucketMetadataTableConfigurationCommand)) return Promise.resolve({});
    const S3TablesDestinationResult = { TableName: 'changes', TableNamespace: 'aws_s3_metadata' };
    const MetadataTableConfigurationResult = { S3TablesDestinationResult };
    return Promise.resolve({ GetBucketMetadataTableConfigurationResult: { MetadataTableConfigurationResult } });
  };
  const { set } = await readSettings({ send } as unknown as S3Client, target, 'acme-raw');
  expect(set).toMatchObject([{ setting: 'metadata-tables', found: '1 table: changes in aws_s3_metadata' }]);
});
