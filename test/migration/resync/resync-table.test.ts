import { afterAll, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import { sql } from 'kysely';
import { createHash } from 'node:crypto';
import type { PgBoss } from 'pg-boss';
import { ok } from '../../../core/result.js';
import { resyncTable } from '../../../migration/resync/index.js';
import type { DifferingFiles, ResyncPorts } from '../../../migration/resync/index.js';
import { defaultRunLimits, makeJobs, startRun, tableJob, tableQueue } from '../../../migration/run/index.js';
import type { RunConnections, RunPorts } from '../../../migration/run/index.js';
import { objectsDigest } from '../../../migration/work-order/index.js';
import type { RegistrationMethod } from '../../../registration/index.js';
import {
  appendValidationResults,
  openJobs,
  openQueue,
  runWorker,
  storeAssessment,
  tableJobs,
  validatedTables,
} from '../../../state/index.js';
import type { State } from '../../../state/index.js';
import { assessmentWith, table as assessed } from '../../support/assessment-builder.js';
import { until } from '../../support/jobs.js';
import { MemoryBuckets, objectRef } from '../../support/memory-bucket.js';
import { MemoryEngine } from '../../support/memory-engine.js';
import { valueOf } from '../../support/pages.js';
import { opened, startEngine } from '../../support/state-engines.js';
import type { StateEngine } from '../../support/state-engines.js';
import { FakeTrino } from '../register/fake-trino.js';
import { database, manifestOf, table } from '../register/registration.js';

jest.setTimeout(120_000);

const buckets = { raw: 'raw-target', other: 'other' };
const connections: RunConnections = {
  source: { endpoint: 'http://source.example', region: 'eu-central-1' },
  target: { type: 'ceph-rgw', endpoint: 'https://rgw.example', region: 'x', trailingChecksums: false },
  trino: { url: 'https://trino.example', user: 'admin', version: 476 },
  buckets,
};
const keys = ['orders/1', 'orders/2', 'orders/3'];
const external = table('sales.orders', { source: { location: 's3://raw/orders' }, location: 's3://raw-target/orders' });

let engine: StateEngine;
let state: State;
let boss: PgBoss;
let source: MemoryBuckets;
let copier: MemoryEngine;
let jobId = '';
let assessmentId = '';
let tables = 1;

beforeAll(async () => {
  engine = await startEngine('embedded');
  state = await opened(await engine.fresh());
  boss = await openQueue(state, { queues: [tableQueue], supervise: false, onProblem: fatal });
});
afterAll(async () => {
  await boss.stop({ graceful: false });
  await state.close();
  await engine.stop();
});
beforeEach(async () => {
  source = new MemoryBuckets([...keys, 'README'].map((key) => objectRef(key, { bucket: 'raw' })));
  copier = new MemoryEngine(source);
  tables = 1;
  assessmentId = await storeAssessment(state, assessmentWith([assessed('sales.orders')]));
  jobId = await moved(external);
  copier.copies.length = 0;
});

async function moved(mapped: typeof external): Promise<string> {
  const manifest = manifestOf([mapped], [database('sales', { locationUri: 's3://raw/sales' })]);
  const input = { manifest, buckets: new Map(Object.entries(buckets)), leftBehind: [], partitionLocations: new Map() };
  await startRun(state, boss, {
    assessmentId,
    planSha256: 'a'.repeat(64),
    connections,
    limits: defaultRunLimits,
    jobs: valueOf(makeJobs(input)),
    listPartitions: async function* () {
      /* It has none. */
    },
  });
  const part = 'objects';
  const [job] = await tableJobs(state, { assessmentId, database: 'sales', table: 'orders', part });
  await work(job?.id ?? '');
  return job?.id ?? '';
}

async function work(id: string): Promise<void> {
  const ports: RunPorts = {
    engines: new Map([['stream', copier]]),
    lister: source,
    stores: undefined as never,
    trino: new FakeTrino(),
    hasObjects: () => Promise.resolve(ok(true)),
  };
  const end = new AbortController();
  const working = runWorker(state, {
    handlers: { [tableQueue]: tableJob({ state, open: () => ok(ports) }) },
    signal: end.signal,
    onProblem: fatal,
    times: { pollSeconds: 0.1 },
  });
  await until(async () => ((await openJobs(state, [id])) === 0 ? true : undefined));
  end.abort();
  await working;
}

/** What was read at the target. */
const read: string[] = [];
const ports = (): ResyncPorts => ({
  lister: source,
  holds: ({ bucket, key }, { sha256 }) => {
    read.push(`${bucket}/${key}`);
    const etag = copier.target.get(`${bucket}/${key}`) ?? '';
    return Promise.resolve(ok(createHash('sha256').update(etag).digest('hex') === sha256));
  },
  trino: { query: () => Promise.resolve(ok({ columns: [], rows: [[tables]] })) },
});
const resync = async (files: DifferingFiles | null = null) => {
  read.length = 0;
  return await resyncTable(state, boss, { jobId, files }, ports(), new AbortController().signal);
};

const damage = (key: string): void => void copier.target.set(`raw-target/${key}`, 'other bytes');

test('an object that the target does not give back is copied again, and no other', async () => {
  const digest = await objectsDigest(state, jobId);
  damage('orders/2');
  expect(await resync()).toMatchObject({
    value: { damaged: ['s3://raw/orders/2'], changed: [], added: [], removed: [], bytes: 10, isStarted: true },
  });
  await work(jobId);
  expect(copier.copies).toEqual(['raw-target/orders/2']);
  expect(await objectsDigest(state, jobId)).toEqual(digest);
  expect(await resync()).toMatchObject({ value: { damaged: [], isStarted: false } });
});

test('of the partitions that differ, only the files are read; one that is not known has all of them read', async () => {
  damage('orders/1');
  damage('orders/2');
  const files = { source: ['s3://raw/orders/2'], target: ['s3://raw-target/orders/2'] };
  expect(await resync(files)).toMatchObject({ value: { damaged: ['s3://raw/orders/2'], extra: [] } });
  expect(read).toEqual(['raw-target/orders/2']);
  await work(jobId);
  const stray = { ...files, target: ['s3://raw-target/orders/stray'] };
  expect(await resync(stray)).toMatchObject({
    value: { damaged: ['s3://raw/orders/1'], extra: ['s3://raw-target/orders/stray'] },
  });
});

test('what the source has by now is copied, and what it has no longer stays at the target', async () => {
  source.put(objectRef('orders/1', { bucket: 'raw', etag: 'e2', size: 12 }));
  source.put(objectRef('orders/4', { bucket: 'raw' }));
  source.put(objectRef('elsewhere', { bucket: 'raw' }));
  source.remove({ bucket: 'raw', key: 'orders/3' });
  const found = {
    damaged: [],
    changed: ['s3://raw/orders/1'],
    added: ['s3://raw/orders/4'],
    removed: ['s3://raw/orders/3'],
    bytes: 22,
  };
  expect(await resync()).toMatchObject({ value: found });
  await work(jobId);
  expect([...copier.copies].sort()).toEqual(['raw-target/orders/1', 'raw-target/orders/4']);
  expect(copier.target.has('raw-target/orders/3')).toBe(true);
  expect(await resync()).toMatchObject({ value: { changed: [], added: [], removed: [], isStarted: false } });
});

test('a table that is copied again has no results, and is not handed to workers a second time meanwhile', async () => {
  await appendValidationResults(state, [
    {
      migration_job_id: jobId,
      validation_type: 'schema',
      status: 'passed',
      source_value: null,
      target_value: null,
      difference: null,
      details: null,
      validated_at: new Date(),
    },
  ]);
  const totals = () => state.db.selectFrom('validation_totals').selectAll().where('results', '>', 0).execute();
  expect(await totals()).toMatchObject([{ results: 1 }]);
  damage('orders/1');
  expect(await resync()).toMatchObject({ ok: true });
  expect(await resync()).toMatchObject({ ok: false, error: [{ code: 'job-changed-hands' }] });
  await work(jobId);
  const shown = [];
  for await (const validated of validatedTables(state, assessmentId)) shown.push(validated.results);
  expect([shown, await totals()]).toEqual([[[]], []]);
});

test('a table that the target has no longer is registered again', async () => {
  tables = 0;
  expect(await resync()).toMatchObject({ value: { isMissing: true, damaged: [], isStarted: true } });
  await work(jobId);
  expect(copier.copies).toEqual([]);
});

/** As if the mapping had said so. */
async function becomes(method: RegistrationMethod): Promise<void> {
  await sql`
    UPDATE migration_work_orders SET payload = jsonb_set(payload, '{entries,1,method}', to_jsonb(${method}::text))
    WHERE migration_job_id = ${jobId}`.execute(state.db);
}

test('a table that Trino converted has to be dropped first, and is then converted anew', async () => {
  await becomes('convert');
  expect(await resync()).toMatchObject({
    ok: false,
    error: [
      { code: 'resync-converted', fix: expect.stringMatching(/^Drop it \(DROP TABLE "hive"\."sales"\."orders"\)/) },
    ],
  });
  tables = 0;
  damage('orders/1');
  expect(await resync()).toMatchObject({ value: { isMissing: true, damaged: ['s3://raw/orders/1'], isStarted: true } });
});

test('an Iceberg table gets the files that its metadata names, and none that the source has by now', async () => {
  await becomes('register');
  source.put(objectRef('orders/1', { bucket: 'raw', etag: 'e2' }));
  source.put(objectRef('orders/4', { bucket: 'raw' }));
  damage('orders/1');
  damage('orders/2');
  const found = { damaged: ['s3://raw/orders/2'], changed: [], added: [], removed: [], extra: [], isStarted: true };
  expect(await resync()).toMatchObject({ value: found });
});

function fatal(problem: Error): void {
  throw problem;
}
