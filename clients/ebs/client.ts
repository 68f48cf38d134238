import { EBSClient } from '@aws-sdk/client-ebs';
import { spanOfCommand } from '../aws-spans.js';
import { awsClientSettings, boundedBy } from '../s3/index.js';
import type { S3Target } from '../s3/index.js';

const attempts = 12;

/**
 * The EBS direct APIs of the source's account and region, which slow down when they are throttled. `awsFailure` tells what
 * their errors mean. Needs ebs:ListSnapshotBlocks, ebs:ListChangedBlocks and ebs:GetSnapshotBlock.
 */
export function ebsClient(target: S3Target): EBSClient {
  const client = new EBSClient({ ...awsClientSettings(target, { maxAttempts: attempts }), retryMode: 'adaptive' });
  client.middlewareStack.add(spanOfCommand, { step: 'initialize' });
  client.middlewareStack.add(boundedBy(target.answerMs), { step: 'deserialize', priority: 'high' });
  return client;
}
