import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { spanOfCommand } from '../aws-spans.js';
import { awsClientSettings, boundedBy } from '../s3/index.js';
import type { S3Target } from '../s3/index.js';

const attempts = 5;

/** CloudWatch of the source's account and region. `awsFailure` tells what its errors mean. */
export function cloudWatchClient(target: S3Target): CloudWatchClient {
  const client = new CloudWatchClient(awsClientSettings(target, { maxAttempts: attempts }));
  client.middlewareStack.add(spanOfCommand, { step: 'initialize' });
  client.middlewareStack.add(boundedBy(target.answerMs), { step: 'deserialize', priority: 'high' });
  return client;
}
