import { sql } from 'kysely';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { ok } from '../core/result.js';
import { allKeys, listPages } from '../clients/s3/listing/index.js';
import type { BucketLister } from '../clients/s3/listing/index.js';
import { parseListing } from '../clients/s3/listing/parse-listing.js';
import { storeChunks } from '../migration/work-order/index.js';
import { openState } from '../state/index.js';
import { advanceJob, findJob } from '../state/repositories/migration-jobs.js';
import { plannedJobs } from '../test/support/jobs.js';
import { print } from './measure.js';

// Plans a million objects on the embedded store: answers of S3 are read, listed side by side, grouped, compressed, stored.
// The answers are made here, so that no object store is measured. A2O_BENCH_KEYS says how many; the bounds are the issue's.
const keys = Number(process.env['A2O_BENCH_KEYS'] ?? 1_000_000);
const pageSize = 1000;
const folder = mkdtempSync(join(tmpdir(), 'a2o-bench-order-'));

const keyOf = (n: number): string => {
  const day = Math.floor((n * 365) / keys);
  const date = new Date(Date.UTC(2026, 0, 1 + day)).toISOString().slice(0, 10);
  return `lake/sales/orders/dt=${date}/part-${String(n).padStart(8, '0')}-${hash(n).slice(0, 8)}.snappy.parquet`;
};
const hash = (n: number): string => createHash('md5').update(String(n)).digest('hex');
const numberIn = (key: string): number => Number(/part-(\d{8})/.exec(key)?.[1] ?? -1);

/** The first key behind this text, found by halves. */
function firstBehind(text: string): number {
  let [low, high] = [0, keys];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (keyOf(middle) > text) high = middle;
    else low = middle + 1;
  }
  return low;
}

const lister: BucketLister = {
  pinFor: () => Promise.resolve(ok('etag' as const)),
  page: async ({ bucket, after, next }) => {
    await setImmediate();
    const token = next?.['continuation-token'];
    const start = token === undefined ? firstBehind(after) : numberIn(token) + 1;
    const end = Math.min(keys, start + pageSize);
    const contents = Array.from({ length: Math.max(0, end - start) }, (_, index) => {
      const n = start + index;
      return `<Contents><Key>${keyOf(n).replaceAll('=', '%3D')}</Key><LastModified>2026-11-${String(1 + (n % 28)).padStart(2, '0')}T10:00:00.000Z</LastModified><ETag>&quot;${hash(n)}&quot;</ETag><Size>${1_000_000 + ((n * 7919) % 500_000)}</Size><StorageClass>STANDARD</StorageClass></Contents>`;
    });
    const rest =
      end < keys
        ? `<IsTruncated>true</IsTruncated><NextContinuationToken>${keyOf(end - 1)}</NextContinuationToken>`
        : '<IsTruncated>false</IsTruncated>';
    const page = parseListing(
      `<ListBucketResult><EncodingType>url</EncodingType>${rest}${contents.join('')}</ListBucketResult>`,
      bucket,
    );
    if (page === undefined) throw new Error('Bug: the listing is incomplete.');
    return ok(page);
  },
};

try {
  const opened = await openState(
    { engine: 'embedded', folder: join(folder, 'state') },
    { access: 'write', purpose: 'bench' },
  );
  if (!opened.ok) throw new Error(opened.error.map(({ message }) => message).join());
  const state = opened.value;
  const [id = ''] = await plannedJobs(state, 1);
  const job = await findJob(state, id);
  if (job === undefined) throw new Error('no job');
  const held = await advanceJob(state, job, { to: 'RUNNING' });
  if (!held.ok) throw new Error('the job cannot run');
  let peak = 0;
  const before = performance.now();
  const stored = await storeChunks({
    state,
    job: held.value,
    regions: [{ owner: 'table:db.t', bucket: 'acme-raw', targetBucket: 'raw', ranges: [allKeys] }],
    list: ({ bucket, ranges }) =>
      listPages(
        lister,
        ranges.map((range) => ({ bucket, ...range })),
        { width: 8, signal: new AbortController().signal },
      ),
    limits: { objects: 1000, bytes: Number.MAX_SAFE_INTEGER },
    onStored: () => {
      peak = Math.max(peak, process.memoryUsage().rss);
      return Promise.resolve();
    },
  });
  const seconds = (performance.now() - before) / 1000;
  if (!stored.ok || stored.value.objects !== keys)
    throw new Error(`not every key is planned: ${JSON.stringify(stored)}`);
  const { rows } = await sql<{ bytes: number }>`
    SELECT sum(length(keys))::bigint AS bytes FROM migration_chunks`.execute(state.db);
  await state.close();
  const share = keys / 1_000_000;
  print({
    name: 'work-order.time',
    measure: `seconds to plan ${keys} objects, and the seconds allowed`,
    value: seconds,
    baseline: 60 * share,
    bound: 1,
  });
  print({
    name: 'work-order.memory',
    measure: 'MB of memory at most, and the MB allowed',
    value: peak / 1e6,
    baseline: 1000,
    bound: 1,
  });
  print({
    name: 'work-order.bytes',
    measure: 'bytes an object (12 for the key, 16 for the ETag, 4 for the rest)',
    value: (rows[0]?.bytes ?? 0) / keys,
    baseline: 32,
    bound: 1,
  });
} finally {
  rmSync(folder, { recursive: true, force: true });
}
