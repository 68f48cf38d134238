import { sql } from 'kysely';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { rangeOfPrefix } from '../clients/s3/listing/index.js';
import { ObjectStore } from '../environments/lakehouse/object-store.js';
import type { CopyOrder } from '../migration/work-order/index.js';
import { chunkTotals, enqueueJobs, openQueue } from '../state/index.js';
import type { State } from '../state/index.js';
import { Bucket, storeTarget } from '../test/support/copy-stores.js';
import type { CopyWorker } from '../test/support/copy-worker-child.js';
import { startFaultProxy } from '../test/support/fault-proxy.js';
import { plannedJobs } from '../test/support/jobs.js';
import { startPostgres } from '../test/support/postgres-server.js';
import { childArguments } from '../test/support/processes.js';
import { opened, serverLocation } from '../test/support/state-engines.js';
import { print } from './measure.js';

// Worker processes that share the tables of a run, from Ceph to Ceph through a proxy that adds 30 ms to each call, one object
// at a time, so that waiting is the limit and not the cores of this machine. A2O_BENCH_TABLE_OBJECTS says how long a table is.
const tables = 8;
const objects = Number(process.env['A2O_BENCH_TABLE_OBJECTS'] ?? 100);
const delayMs = 30;
/** Of a separate table, for the memory that large objects take: parts side by side. */
const largeBytes = 512 * 1024 ** 2;

const folder = mkdtempSync(join(tmpdir(), 'a2o-bench-workers-'));
const place = { type: 'ceph-rgw', folder } as const;
const store = await ObjectStore.start(place);
const postgres = await startPostgres(['fsync=off']);
const direct = storeTarget(store);
const proxy = await startFaultProxy(store.endpoint, () => ({ kind: 'delay', ms: delayMs }));
try {
  await postgres.query('postgres', 'CREATE DATABASE workers');
  const state = await opened(serverLocation(postgres.url('workers')));
  const source = await new Bucket(direct, 'source').create();
  for (let n = 0; n < tables * objects; n += 1)
    await source.put({ key: `${n % tables}/${n}`, content: randomBytes(4096) });
  const far = { ...direct, endpoint: proxy.url };
  const seconds = new Map<number, number>();
  for (const workers of [1, 2, 4, 8]) {
    const target = await new Bucket(direct, `target-${workers}`).create();
    const { taken } = await copyWith(state, source, target, workers, {
      options: { source: far, target: { type: 's3', store: far }, readBackShare: 0 },
      limits: { objectsAtOnce: 1 },
      concurrency: 1,
    });
    seconds.set(workers, taken);
  }
  const alone = seconds.get(1) ?? 0;
  for (const workers of [2, 4, 8])
    print({
      name: `copy-workers: ${workers} workers`,
      measure: `seconds for ${tables * objects} objects with ${delayMs} ms a call; baseline: those of one worker, divided by ${workers}`,
      value: seconds.get(workers) ?? 0,
      baseline: alone / workers,
      bound: 1 / 0.9,
    });

  await source.put({ key: 'large/one', content: randomBytes(largeBytes) });
  const target = await new Bucket(direct, 'target-large').create();
  const { memory } = await copyWith(state, source, target, 1, {
    options: { source: direct, target: { type: 's3', store: direct }, readBackShare: 1 },
    limits: { objectsAtOnce: 16, partsAtOnce: 8 },
    concurrency: 4,
  });
  print({
    name: 'copy-workers: memory',
    measure: `MB of a worker at most, with ${tables * objects} small objects and one of ${largeBytes / 1024 ** 2} MiB; baseline: 300 MB`,
    value: memory / 1e6,
    baseline: 300,
    bound: 1,
  });
  await state.close();
} finally {
  await proxy.stop();
  await postgres.stop();
  await ObjectStore.stop(place);
  rmSync(folder, { recursive: true });
}

/** Seconds from the first job's start to the last one's end, and the most memory that a worker had. */
async function copyWith(
  state: State,
  { name: from }: Bucket,
  { name: to }: Bucket,
  count: number,
  settings: Omit<CopyWorker, 'databaseUrl'>,
): Promise<{ readonly taken: number; readonly memory: number }> {
  const file = join(folder, 'worker.json');
  writeFileSync(file, JSON.stringify({ databaseUrl: postgres.url('workers'), ...settings } satisfies CopyWorker));
  const prefixes = [
    ...Array.from({ length: tables }, (_, n) => `${n}/`),
    ...(settings.concurrency > 1 ? ['large/'] : []),
  ];
  const jobs = await plannedJobs(state, prefixes.length);
  const children = Array.from({ length: count }, () =>
    spawn(process.execPath, childArguments('copy-worker-child.ts', file), { stdio: ['ignore', 'pipe', 'inherit'] }),
  );
  const said = children.map(linesOf);
  await Promise.all(said.map(({ ready }) => ready));
  const boss = await openQueue(state, { queues: ['copy'], supervise: false, onProblem: console.warn });
  const orders = jobs.map((jobId, index) => {
    const ranges = [rangeOfPrefix(prefixes[index] ?? '')];
    return {
      jobId,
      payload: {
        regions: [{ owner: `table:db.${index}`, bucket: from, targetBucket: to, ranges }],
        waitsFor: [],
      } satisfies CopyOrder,
    };
  });
  await enqueueJobs(state, boss, 'copy', orders);
  await boss.stop({ graceful: false });
  const taken = await whenDone(state, jobs);
  for (const child of children) child.kill('SIGTERM');
  const memory = Math.max(...(await Promise.all(said.map(({ memory: most }) => most))));
  const totals = (await Promise.all(jobs.map((id) => chunkTotals(state, id)))).flat();
  const copied = totals.reduce((sum, each) => sum + each.copied + each.verified, 0);
  if (copied !== tables * objects + prefixes.length - tables) throw new Error(`${copied} objects were copied`);
  return { taken, memory };
}

interface Said {
  readonly ready: Promise<void>;
  /** Bytes, when it has ended. */
  readonly memory: Promise<number>;
}

function linesOf({ stdout }: ChildProcess): Said {
  if (stdout === null) throw new Error('no output');
  const lines = createInterface({ input: stdout });
  return {
    ready: once(lines, 'line').then(() => undefined),
    memory: new Promise((told) => {
      let last = '';
      lines.on('line', (line) => (last = line));
      lines.on('close', () => {
        told(Number(last) * 1024);
      });
    }),
  };
}

async function whenDone(state: State, jobs: readonly string[]): Promise<number> {
  for (let attempt = 0; attempt < 6000; attempt += 1) {
    const { rows } = await sql<{ open: number; seconds: number }>`
      SELECT count(*) FILTER (WHERE status <> 'COMPLETED')::int AS open,
        extract(epoch FROM max(completed_at) - min(started_at))::double precision AS seconds
      FROM migration_jobs WHERE id = ANY(${jobs}::uuid[])`.execute(state.db);
    const [row] = rows;
    if (row?.open === 0) return row.seconds;
    await new Promise((later) => setTimeout(later, 100));
  }
  throw new Error('the workers did not end');
}
