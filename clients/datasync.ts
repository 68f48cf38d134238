import { DataSyncClient } from '@aws-sdk/client-datasync';
import { awsClientSettings } from './s3/index.js';
import type { S3Target } from './s3/index.js';

const attempts = 5;

/** DataSync of the source's account and region. `awsFailure` tells what its errors mean. */
export function dataSyncClient(target: S3Target): DataSyncClient {
  return new DataSyncClient(awsClientSettings(target, { maxAttempts: attempts }));
}
