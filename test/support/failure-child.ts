// Prints what people read when each of the targets, a JSON array in the first argument, is asked for something. A process
// of its own, because jest's modules do not know Node's errors as errors, and hide the environment from Node.
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { s3Client, s3Diagnostic } from '../../clients/s3/index.js';
import type { S3Target } from '../../clients/s3/index.js';
import { trinoClient } from '../../clients/trino/index.js';
import type { TrinoConnection } from '../../clients/trino/index.js';
import { formatDiagnostic } from '../../core/diagnostic.js';

export type FailingTarget = { readonly s3: S3Target } | { readonly trino: TrinoConnection };

async function said(target: FailingTarget): Promise<string> {
  if ('trino' in target) {
    const answer = await trinoClient(target.trino).query('SELECT 1');
    return answer.ok ? 'no failure' : answer.error.map(formatDiagnostic).join('\n');
  }
  const client = s3Client(target.s3, { maxAttempts: 1, timeoutMs: 1_000 });
  try {
    await client.send(new ListObjectsV2Command({ Bucket: 'lake' }));
    return 'no failure';
  } catch (error) {
    return formatDiagnostic(s3Diagnostic(error, target.s3));
  } finally {
    // A request that is given up holds its connection, and that the process.
    client.destroy();
  }
}

const targets = JSON.parse(process.argv[2] ?? '[]') as FailingTarget[];
process.stdout.write(JSON.stringify(await Promise.all(targets.map(said))));
