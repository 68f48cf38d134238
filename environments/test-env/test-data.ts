import {
  DeleteObjectsCommand,
  paginateListObjectsV2,
  PutObjectCommand,
  waitUntilBucketExists,
} from '@aws-sdk/client-s3';
import PQueue from 'p-queue';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { testDatabases } from '../../stacks/test-env-tables.js';
import type { Aws } from './aws.js';
import { Failure, problem } from './failure.js';
import type { Places } from './places.js';
import { run } from './processes.js';
import type { Settings } from './settings.js';

const bucketPatienceS = 300;

/** Writes the data files for the bucket, unless they are there already. */
export async function generateTestData({ root, testData }: Places, { data }: Settings, bucket: string): Promise<void> {
  const folder = join(root, 'environments', 'test-data');
  const python = await run(join(folder, 'install.sh'), ['--check']);
  if (python.code !== 0)
    throw new Failure(problem('no-generator', 'data', python.output.trim(), 'Run `make toolchain`.'));
  const rows = data.rows === undefined ? [] : ['--rows', data.rows];
  const options = ['--output', testData, '--location', `s3://${bucket}`, '--size', data.size, ...rows];
  const { code, output } = await run(python.output.trim(), [join(folder, 'generate.py'), ...options]);
  if (code === 0) return;
  const [, message = output.trim(), fix = 'make test-data'] = /error: (.*)\n\s+fix: (.*)/.exec(output) ?? [];
  throw new Failure(problem('no-test-data', 'data', message, fix));
}

/**
 * Waits for the bucket, uploads the generated files that differ from its objects, and removes those of an earlier data size.
 * Files that users put into the bucket stay.
 */
export async function uploadTestData(
  { s3 }: Aws,
  { testData }: Places,
  bucket: string,
  signal: AbortSignal,
): Promise<void> {
  await waitUntilBucketExists(
    { client: s3, maxWaitTime: bucketPatienceS, minDelay: 1, maxDelay: 2, abortSignal: signal },
    { Bucket: bucket },
  );
  const { files } = JSON.parse(readFileSync(join(testData, 'manifest.json'), 'utf8')) as {
    files: Record<string, unknown>;
  };
  const there = new Map<string, string>();
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket: bucket })) {
    for (const { Key = '', ETag = '' } of Contents) there.set(Key, ETag.replaceAll('"', ''));
  }
  const stale = [...there.keys()].filter((key) => !Object.hasOwn(files, key) && isOfGenerator(key));
  for (let from = 0; from < stale.length; from += 1000) {
    const Objects = stale.slice(from, from + 1000).map((Key) => ({ Key }));
    await s3.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } }));
  }
  const uploads = new PQueue({ concurrency: 8 });
  await uploads.addAll(
    Object.keys(files).map((Key) => async () => {
      const Body = await readFile(join(testData, Key));
      // Without KMS and multipart an ETag is the MD5 of the object.
      if (there.get(Key) === createHash('md5').update(Body).digest('hex')) return;
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));
    }),
  );
}

function isOfGenerator(key: string): boolean {
  const isInTable = testDatabases.some(({ folder, tables }) =>
    tables.some(({ name }) => key.startsWith(`${folder}/${name}/`)),
  );
  return isInTable && /\/part-\d{5}\.(csv|orc|parquet)$/.test(key);
}
