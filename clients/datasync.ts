import { DataSyncClient } from '@aws-sdk/client-datasync';
import { spanOfCommand } from './aws-spans.js';
import { awsClientSettings, boundedBy } from './s3/index.js';
import type { S3Target } from './s3/index.js';

const attempts = 5;

/** DataSync of the source's account and region. `awsFailure` tells what its errors mean. */
export function dataSyncClient(target: S3Target): DataSyncClient {
  const client = new DataSyncClient(awsClientSettings(target, { maxAttempts: attempts }));
  client.middlewareStack.add(spanOfCommand, { step: 'initialize' });
  client.middlewareStack.add(boundedBy(target.answerMs), { step: 'deserialize', priority: 'high' });
  return client;
}
