import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import type { PgBoss } from 'pg-boss';
import { ok } from '../../../core/result.js';
import { defaultRunLimits, tableJob, tableQueue } from '../../../migration/run/index.js';
import type { RunLimits } from '../../../migration/run/index.js';
import {
  openQueue,
  runProgress,
  runWorker,
  steerJob,
  storeAssessment,
  storeRun,
  tableJobs,
} from '../../../state/index.js';
import type { State, WorkerEvent } from '../../../state/index.js';
import { assessmentWith, table as assessed } from '../../support/assessment-builder.js';
import { until } from '../../support/jobs.js';
import { MemoryBuckets, objectRef } from '../../support/memory-bucket.js';
import { MemoryEngine } from '../../support/memory-engine.js';
import { valueOf } from '../../support/pages.js';
import { engineNames, opened, startEngine } from '../../support/state-engines.js';
import type { StateEngine } from '../../support/state-engines.js';
import { memoryPorts, runConnections, startTables } from '../../support/table-run.js';
import { FakeTrino } from '../register/fake-trino.js';
import { database, manifestOf, table } from '../register/registration.js';

jest.setTimeout(120_000);

const view = (name: `${string}.${string}`, sql: string) =>
  table(name, {
    method: 'view',
    location: null,
    source: { format: 'VIEW', view: { dialect: 'presto', sql, catalog: 'awsdatacatalog', schema: 'sales' } },
  });
const manifest = manifestOf(
  [
    table('sales.orders', { source: { location: 's3://raw/orders' }, location: 's3://raw-target/orders' }),
    view('sales.top', 'SELECT * FROM sales.low'),
    view('sales.low', 'SELECT * FROM sales.orders'),
  ],
  [database('sales', { locationUri: 's3://raw/sales' })],
);
const keys = ['orders/1', 'orders/2', 'README'];

describe.each(engineNames)('%s', (name) => {
  let engine: StateEngine;
  let state: State;
  let boss: PgBoss;
  let source: MemoryBuckets;
  let copier: MemoryEngine;
  let trino: FakeTrino;
  let assessmentId = '';
  let time = new Date('2026-11-28T12:00:00Z');

  beforeAll(async () => {
    engine = await startEngine(name);
    state = await opened(await engine.fresh());
    boss = await openQueue(state, { queues: [tableQueue], supervise: false, onProblem: fatal });
  });
  beforeEach(async () => {
    source = new MemoryBuckets(keys.map((key) => objectRef(key, { bucket: 'raw' })));
    copier = new MemoryEngine(source);
    trino = new FakeTrino();
    time = new Date('2026-11-28T12:00:00Z');
    assessmentId = await storeAssessment(
      state,
      assessmentWith([assessed('sales.orders'), assessed('sales.top'), assessed('sales.low')]),
    );
  });
  afterAll(async () => {
    await boss.stop({ graceful: false });
    await state.close();
    await engine.stop();
  });

  const start = (limits: Partial<RunLimits> = {}) => startTables(state, boss, { assessmentId, manifest, limits });

  function work(): { readonly events: WorkerEvent[]; readonly stop: () => Promise<void> } {
    const ports = memoryPorts(copier, source, trino);
    const events: WorkerEvent[] = [];
    const end = new AbortController();
    const working = runWorker(state, {
      handlers: { [tableQueue]: tableJob({ state, open: () => ok(ports), limitSeconds: 0.1, now: () => time }) },
      concurrency: 2,
      signal: end.signal,
      onProblem: fatal,
      onEvent: (event) => events.push(event),
      times: { pollSeconds: 0.1, watchSeconds: 0.2 },
      retry: { limit: 2, delaySeconds: 0.2, maxDelaySeconds: 1 },
    });
    return {
      events,
      stop: async () => {
        end.abort();
        await working;
      },
    };
  }

  const progress = async () => {
    const tables = await runProgress(state, { assessmentId, part: 'objects' });
    return Object.fromEntries(tables.map((each) => [each.table, each.status]));
  };
  const done = (wanted: Readonly<Record<string, string>>) =>
    until(async () => (JSON.stringify(await progress()) === JSON.stringify(wanted) ? true : undefined));
  const all = (status: string) => ({ low: status, orders: status, top: status });

  test('objects are copied, tables registered, views after what they read; a second start begins nothing', async () => {
    expect(await start()).toEqual({ started: 3, before: 0 });
    const worker = work();
    await done(all('COMPLETED'));
    await worker.stop();
    expect([...copier.copies].sort()).toEqual(keys.map((key) => `raw-target/${key}`).sort());
    expect([...trino.relations.keys()].sort()).toEqual(
      ['hive.sales.low', 'hive.sales.orders', 'hive.sales.top'].map((each) => expect.stringContaining(each.slice(11))),
    );
    expect(await start()).toEqual({ started: 0, before: 3 });
    const [orders] = (await runProgress(state, { assessmentId, part: 'objects' })).filter((x) => x.table === 'orders');
    expect(orders).toMatchObject({ objects: 3, objects_done: 3, bytes: 30, bytes_done: 30, error: null });
  });

  test('a view whose table failed waits for a person, and goes on when the table is there', async () => {
    copier.instead = () => Promise.resolve({ state: 'failed' });
    await start();
    const worker = work();
    await until(async () => ((await progress())['orders'] === 'FAILED' ? true : undefined));
    await done({ low: 'PAUSED', orders: 'FAILED', top: 'PAUSED' });
    const [low] = (await runProgress(state, { assessmentId, part: 'objects' })).filter((x) => x.table === 'low');
    expect(low?.error).toContain('It needs sales.orders, which is failed');
    copier.instead = () => Promise.resolve(undefined);
    const idOf = async (of: string) =>
      (await tableJobs(state, { assessmentId, database: 'sales', table: of, part: 'objects' }))[0]?.id ?? '';
    valueOf(await steerJob(state, boss, await idOf('orders'), 'retry'));
    for (const each of ['low', 'top']) valueOf(await steerJob(state, boss, await idOf(each), 'resume'));
    await done(all('COMPLETED'));
    await worker.stop();
  });

  test('outside its hours a run waits, and never fails of it; changed hours are taken over while it works', async () => {
    const night = { from: 22 * 60, to: 6 * 60 };
    await start({ hours: night });
    const worker = work();
    await until(() => (worker.events.filter((e) => e.kind === 'ended').length > 6 ? true : undefined));
    expect(await progress()).not.toMatchObject({ orders: 'FAILED' });
    expect(copier.copies).toEqual([]);
    // Its hours begin, and end while an object is on its way.
    let hangs = true;
    copier.instead = async ({ source: object }) => {
      if (hangs && object.key === 'orders/2') {
        hangs = false;
        time = new Date('2026-11-29T06:00:00Z');
        await delay(500);
      }
      return undefined;
    };
    time = new Date('2026-11-28T23:00:00Z');
    await until(() => (hangs ? undefined : true));
    await until(async () => ((await progress())['orders'] === 'PENDING' ? true : undefined));
    const limits = { ...defaultRunLimits, hours: null };
    await storeRun(state, { assessmentId, planSha256: 'a'.repeat(64), connections: runConnections, limits });
    await done(all('COMPLETED'));
    await worker.stop();
    expect(new Set(copier.copies).size).toBe(3);
  });
});

function fatal(problem: Error): void {
  throw problem;
}
