import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { sql } from 'kysely';
import { createHash } from 'node:crypto';
import type { PgBoss } from 'pg-boss';
import { ok } from '../../../core/result.js';
import { copyTableAgain, readObjects, resyncTable } from '../../../migration/resync/index.js';
import type { DifferingFiles, ResyncPorts } from '../../../migration/resync/index.js';
import { pinPart } from '../../../migration/source-metadata/index.js';
import { tableJob, tableQueue } from '../../../migration/run/index.js';
import { objectsDigest, sourceDifference } from '../../../migration/work-order/index.js';
import type { RegistrationMethod } from '../../../registration/index.js';
import {
  appendValidationResults,
  findPartCheckpoint,
  openJobs,
  openQueue,
  runWorker,
  storeAssessment,
  tableJobs,
  validatedTables,
} from '../../../state/index.js';
import { assessmentWith, table as assessed } from '../../support/assessment-builder.js';
import { embeddedState } from '../../support/embedded-state.js';
import { plannedJobs, until } from '../../support/jobs.js';
import { MemoryCatalog } from '../../support/memory-catalog.js';
import { MemoryBuckets, objectRef } from '../../support/memory-bucket.js';
import { MemoryEngine } from '../../support/memory-engine.js';
import { valueOf } from '../../support/pages.js';
import { memoryPorts, startTables } from '../../support/table-run.js';
import { database, manifestOf, table } from '../register/registration.js';

jest.setTimeout(120_000);

const keys = ['orders/1', 'orders/2', 'orders/3'];
const external = table('sales.orders', { source: { location: 's3://raw/orders' }, location: 's3://raw-target/orders' });

const state = embeddedState();
let boss: PgBoss;
let source: MemoryBuckets;
let copier: MemoryEngine;
let catalog: MemoryCatalog;
let jobId = '';
let assessmentId = '';
let tables = 1;

beforeAll(async () => {
  boss = await openQueue(state(), { queues: [tableQueue], supervise: false, onProblem: fatal });
});
afterAll(async () => {
  await boss.stop({ graceful: false });
});
beforeEach(async () => {
  source = new MemoryBuckets([...keys, 'README'].map((key) => objectRef(key, { bucket: 'raw' })));
  copier = new MemoryEngine(source);
  catalog = new MemoryCatalog();
  tables = 1;
  assessmentId = await storeAssessment(state(), assessmentWith([assessed('sales.orders')]));
  jobId = await moved(external);
  copier.copies.length = 0;
});

async function moved(...mapped: readonly (typeof external)[]): Promise<string> {
  const manifest = manifestOf(mapped, [database('sales', { locationUri: 's3://raw/sales' })]);
  await startTables(state(), boss, { assessmentId, manifest });
  const ids = await Promise.all(mapped.map(({ source: { name } }) => jobOf(name)));
  await work(...ids);
  return ids[0] ?? '';
}

async function jobOf(name: string): Promise<string> {
  const [job] = await tableJobs(state(), { assessmentId, database: 'sales', table: name, part: 'objects' });
  return job?.id ?? '';
}

async function work(...ids: readonly string[]): Promise<void> {
  const end = new AbortController();
  const working = runWorker(state(), {
    handlers: { [tableQueue]: tableJob({ state: state(), open: () => ok(memoryPorts(copier, source)) }) },
    signal: end.signal,
    onProblem: fatal,
    times: { pollSeconds: 0.1 },
  });
  await until(async () => ((await openJobs(state(), ids)) === 0 ? true : undefined));
  end.abort();
  await working;
}

/** What was read at the target. */
const read: string[] = [];
const ports = (): ResyncPorts => ({
  lister: source,
  catalog,
  holds: ({ bucket, key }, { sha256 }) => {
    read.push(`${bucket}/${key}`);
    const etag = copier.target.get(`${bucket}/${key}`) ?? '';
    return Promise.resolve(ok(createHash('sha256').update(etag).digest('hex') === sha256));
  },
  trino: { query: () => Promise.resolve(ok({ columns: [], rows: [[tables]] })) },
});
const resync = async (files: DifferingFiles | null = null) => {
  read.length = 0;
  return await resyncTable(state(), boss, { jobId, files }, ports(), new AbortController().signal);
};

const damage = (key: string): void => void copier.target.set(`raw-target/${key}`, 'other bytes');

test('an object that the target does not give back is copied again, and no other', async () => {
  const digest = await objectsDigest(state(), jobId, external.key);
  expect(digest).toMatchObject({ count: keys.length });
  damage('orders/2');
  expect(await resync()).toMatchObject({
    value: { damaged: ['s3://raw/orders/2'], changed: [], added: [], removed: [], bytes: 10, isStarted: true },
  });
  await work(jobId);
  expect(copier.copies).toEqual(['raw-target/orders/2']);
  expect(await objectsDigest(state(), jobId, external.key)).toEqual(digest);
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
  await appendValidationResults(state(), [
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
  const totals = () => state().db.selectFrom('validation_totals').selectAll().where('results', '>', 0).execute();
  expect(await totals()).toMatchObject([{ results: 1 }]);
  damage('orders/1');
  expect(await resync()).toMatchObject({ ok: true });
  expect(await resync()).toMatchObject({ ok: false, error: [{ code: 'job-changed-hands' }] });
  await work(jobId);
  const shown = [];
  for await (const validated of validatedTables(state(), assessmentId)) shown.push(validated.results);
  expect([shown, await totals()]).toEqual([[[]], []]);
});

test('a table that the target has no longer is registered again', async () => {
  tables = 0;
  expect(await resync()).toMatchObject({ value: { isMissing: true, damaged: [], isStarted: true } });
  await work(jobId);
  expect(copier.copies).toEqual([]);
});

const metadata = (name: string): string => `s3://raw/orders/metadata/${name}.metadata.json`;

/** As if the mapping had said so, and Glue had named the metadata file 1 when it was assessed. */
async function becomes(method: RegistrationMethod): Promise<void> {
  await sql`
    UPDATE migration_work_orders SET payload = jsonb_set(
      jsonb_set(payload, '{entries,1,method}', to_jsonb(${method}::text)),
      '{entries,1,source,metadataLocation}', to_jsonb(${metadata('1')}::text))
    WHERE migration_job_id = ${jobId}`.execute(state().db);
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
  catalog.newest.set('sales.orders', metadata('1'));
  source.put(objectRef('orders/1', { bucket: 'raw', etag: 'e2' }));
  source.put(objectRef('orders/4', { bucket: 'raw' }));
  damage('orders/1');
  damage('orders/2');
  const found = { damaged: ['s3://raw/orders/2'], changed: [], added: [], removed: [], extra: [], isStarted: true };
  expect(await resync()).toMatchObject({ value: found });
});

test('an Iceberg table that went on gets the files of its newest metadata, and is registered from it', async () => {
  await becomes('register');
  const nothingFails = { source: [], target: [] };
  catalog.newest.set('sales.orders', metadata('1'));
  expect(await resync(nothingFails)).toMatchObject({ value: { newerMetadata: null, isStarted: false } });
  source.put(objectRef('orders/4', { bucket: 'raw' }));
  catalog.newest.set('sales.orders', metadata('2'));
  const found = { damaged: [], added: ['s3://raw/orders/4'], newerMetadata: metadata('2'), isStarted: true };
  expect(await resync(nothingFails)).toMatchObject({ value: found });
  expect(read).toEqual([]);
  expect(await findPartCheckpoint(state(), jobId, pinPart)).toEqual({ metadata: metadata('2'), reason: null });
});

test('an Iceberg table of which the catalog does not tell the newest metadata stays, and it is said why', async () => {
  await becomes('register');
  source.put(objectRef('orders/4', { bucket: 'raw' }));
  expect(await resync()).toMatchObject({
    value: { added: [], newerMetadata: null, metadataUnknown: expect.stringMatching(/not known .* does not tell it/) },
  });
  catalog.unknown = 'source-catalog-unavailable';
  expect(await resync()).toMatchObject({ ok: false, error: [{ code: 'source-catalog-unavailable' }] });
});

describe('a table that has the location of another', () => {
  let twin = '';
  beforeEach(async () => {
    assessmentId = await storeAssessment(state(), assessmentWith([assessed('sales.orders'), assessed('sales.twin')]));
    const same = { source: { location: 's3://raw/orders/' }, location: 's3://raw-target/orders/' };
    jobId = await moved(external, table('sales.twin', same));
    twin = await jobOf('twin');
    expect(twin).not.toBe(jobId);
  });
  const differenceOf = async (id: string) => {
    const read = await readObjects(state(), id);
    return valueOf(await sourceDifference(state(), read, source, new AbortController().signal));
  };

  test('is watched at its location', async () => {
    const unchanged = { objects: 3, bytes: 30, added: [], changed: [], removed: [] };
    for (const id of [jobId, twin]) expect(await differenceOf(id)).toEqual(unchanged);
    source.put(objectRef('orders/1', { bucket: 'raw', etag: 'e2' }));
    source.put(objectRef('elsewhere', { bucket: 'raw' }));
    for (const id of [jobId, twin])
      expect(await differenceOf(id)).toMatchObject({ added: [], changed: [{ key: 'orders/1' }], removed: [] });
  });

  test('is mended by the job of the other, which is named', async () => {
    damage('orders/2');
    jobId = twin;
    expect(await resync()).toMatchObject({
      ok: false,
      error: [{ code: 'resync-without-objects', fix: 'Run the command for sales.orders.' }],
    });
  });

  test('is registered again where the target has it no longer', async () => {
    jobId = twin;
    tables = 0;
    expect(await resync()).toMatchObject({ value: { isMissing: true, damaged: [], isStarted: true } });
    await work(twin);
  });

  test('is not copied again as a whole: the job of the other is', async () => {
    expect(await copyTableAgain(state(), boss, twin)).toMatchObject({
      error: [{ code: 'copy-again-without-objects' }],
    });
  });
});

test('a table is copied again as a whole, as the source has it by now; what has other files is refused', async () => {
  source.put(objectRef('orders/1', { bucket: 'raw', etag: 'e2', size: 12 }));
  damage('orders/2');
  expect(await copyTableAgain(state(), boss, jobId)).toMatchObject({ ok: true });
  expect(await copyTableAgain(state(), boss, jobId)).toMatchObject({ error: [{ code: 'job-changed-hands' }] });
  await work(jobId);
  expect([...copier.copies].sort()).toEqual(keys.map((key) => `raw-target/${key}`));
  expect(await resync()).toMatchObject({ value: { damaged: [], changed: [], isStarted: false } });
  await becomes('register');
  expect(await copyTableAgain(state(), boss, jobId)).toMatchObject({ error: [{ code: 'copy-again-other-files' }] });
  const [view = ''] = await plannedJobs(state(), 1);
  expect(await copyTableAgain(state(), boss, view)).toMatchObject({ error: [{ code: 'copy-again-without-objects' }] });
});

function fatal(problem: Error): void {
  throw problem;
}
