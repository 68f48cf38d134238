import { diagnose, failureOf } from '../../assessments/glue-catalog/failures.js';
import { awsCredentials } from '../../clients/aws-credentials.js';
import { bucketLister } from '../../clients/s3/listing/index.js';
import type { S3Target } from '../../clients/s3/index.js';
import { s3Transfer } from '../../clients/s3/transfer/index.js';
import { commandRetries } from '../../clients/transfer/retry.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import type { CliIo } from '../io.js';

/** A store that is not there is not there a minute later, either. */
const retries = { ...commandRetries, attempts: 2 };

/**
 * Fails early, with the cause, when credentials for the source are missing or nothing answers: what follows would try for
 * long. What it does is told at once.
 *
 * @param bucket one of the source, about which it is asked
 */
export async function reachSource(
  source: S3Target,
  bucket: string | undefined,
  { env, stderr }: Pick<CliIo, 'env' | 'stderr'>,
  signal: AbortSignal,
): Promise<Result<void>> {
  const { endpoint, region } = source;
  stderr.write(`Asking ${endpoint ?? `Amazon S3 (${region})`} …\n`);
  const profile = env['AWS_PROFILE'];
  try {
    await awsCredentials({ profile, endpoint })();
  } catch (error) {
    return fail([diagnose(failureOf(error), { region, endpoint, profile })]);
  }
  if (bucket === undefined) return ok(undefined);
  const transfer = s3Transfer(source, { connections: 1 });
  try {
    const answer = await bucketLister(transfer, retries).pinFor(bucket, signal);
    return answer.ok ? ok(undefined) : answer;
  } finally {
    await transfer.close();
  }
}
