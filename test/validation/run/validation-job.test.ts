import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { PgBoss } from 'pg-boss';
import { diagnostic } from '../../../core/diagnostic.js';
import { fail, ok } from '../../../core/result.js';
import type { Result } from '../../../core/result.js';
import type { JobContext, State } from '../../../state/index.js';
import { findWorkOrder, openQueue, validatedTables } from '../../../state/index.js';
import { goldenVectors } from '../../../validation/engines/golden-vectors.js';
import { openSides } from '../../../validation/engines/sides.js';
import {
  sidesOpener,
  startValidation,
  tablePairs,
  validationJob,
  validationQueue,
} from '../../../validation/run/index.js';
import type { TableSettings, ValidationOrder } from '../../../validation/run/index.js';
import type { NewValidation } from '../../../validation/run/start-validation.js';
import { makeManifest } from '../../../registration/index.js';
import { advanceJob, createJobs } from '../../../state/repositories/migration-jobs.js';
import type { MigrationJob } from '../../../state/repositories/migration-jobs.js';
import { FakeEngine } from '../../support/fake-engine.js';
import type { FakeAnswers } from '../../support/fake-engine.js';
import { jobOf, plannedJobs } from '../../support/jobs.js';
import { valueOf } from '../../support/pages.js';
import { bucket, database, table, targetWith } from '../../support/plan-builder.js';
import { opened, startEngine } from '../../support/state-engines.js';
import type { StateEngine } from '../../support/state-engines.js';

let engine: StateEngine;
let state: State;
beforeAll(async () => {
  engine = await startEngine('embedded');
  state = await opened(await engine.fresh());
});
afterAll(async () => {
  await state.close();
  await engine.stop();
});

const answers: FakeAnswers = [
  [/information_schema/, [['id', 'bigint', 'YES', null, null]]],
  [/min\(row_hash\)/, [[2, 'AB', 5, 6]]],
];
const engineOf = (catalog: string, own: FakeAnswers = answers): FakeEngine =>
  new FakeEngine({ service: 'trino', instance: 'a', catalog, version: '476' }, own);

async function orderOf(): Promise<ValidationOrder> {
  const [jobId = ''] = await plannedJobs(state, 1);
  const running = valueOf(await advanceJob(state, await jobOf(state, jobId), { to: 'RUNNING' }));
  valueOf(await advanceJob(state, running, { to: 'COMPLETED' }));
  return {
    runId: 'run-1',
    migrationJobId: jobId,
    sides: {
      source: { type: 'trino', url: 'https://source', user: 'admin' },
      target: { type: 'trino', url: 'https://target', user: 'admin' },
    },
    pair: {
      key: 'table:sales.orders',
      source: { catalog: 'glue', schema: 'sales', table: 'orders' },
      target: { catalog: 'hive', schema: 'sales', table: 'orders' },
      partitionColumns: [],
      schema: { target: 'hive' },
    },
    checks: ['schema', 'row_count', 'checksum'],
    rules: {},
    queries: [],
  };
}

/** Of a validation's job that a worker holds. */
async function contextOf(order: ValidationOrder, signal = new AbortController().signal): Promise<JobContext> {
  const { table_id, assessment_id: assessmentId } = await jobOf(state, order.migrationJobId);
  const [planned] = await createJobs(state, { assessmentId, tableIds: [table_id], jobType: 'VALIDATE' });
  const job = valueOf(await advanceJob(state, await jobOf(state, planned?.id ?? ''), { to: 'RUNNING' }));
  return { job, payload: order, signal, log: () => undefined } as unknown as JobContext;
}

/** Of all attempts, by check. */
async function historyOf(jobId: string): Promise<readonly string[]> {
  const rows = await state.db
    .selectFrom('validation_results')
    .select('validation_type')
    .where('migration_job_id', '=', jobId)
    .execute();
  return rows.map(({ validation_type }) => validation_type).sort();
}

async function resultsOf(jobId: string): Promise<Readonly<Record<string, string>>> {
  for await (const found of validatedTables(state, (await jobOf(state, jobId)).assessment_id))
    if (found.jobId === jobId)
      return Object.fromEntries(found.results.map(({ validation_type, status }) => [validation_type, status]));
  return {};
}

test('the results belong to the job that moved the table, with what shows how the engines hash', async () => {
  const order = await orderOf();
  const job = validationJob({ state, open: () => openSides(engineOf('glue'), engineOf('hive')) });
  expect(await job(await contextOf(order))).toEqual({ ok: true, value: undefined });
  expect(await resultsOf(order.migrationJobId)).toMatchObject({ schema: 'passed', row_count: 'passed' });
  expect(await jobOf(state, order.migrationJobId)).toMatchObject({ validation_status: expect.any(String) });
});

test('what was found of a table that is moved again meanwhile is not stored, and is looked for again', async () => {
  const order = await orderOf();
  const context = await contextOf(order);
  const move = async (to: 'PENDING' | 'RUNNING' | 'COMPLETED') =>
    valueOf(await advanceJob(state, await jobOf(state, order.migrationJobId), { to }));
  const sides = () => openSides(engineOf('glue'), engineOf('hive'));
  const open = async () => {
    const opened = await sides();
    for (const to of ['PENDING', 'RUNNING', 'COMPLETED'] as const) await move(to);
    return opened;
  };
  expect(await validationJob({ state, open })(context)).toMatchObject({ ok: false, error: { kind: 'wait' } });
  expect(await historyOf(order.migrationJobId)).toEqual([]);

  await move('PENDING');
  expect(await validationJob({ state, open: sides })(context)).toMatchObject({ ok: false, error: { kind: 'wait' } });
  for (const to of ['RUNNING', 'COMPLETED'] as const) await move(to);
  expect(await validationJob({ state, open: sides })(context)).toEqual({ ok: true, value: undefined });
  expect(await resultsOf(order.migrationJobId)).toMatchObject({ row_count: 'passed' });
});

test('a worker that was killed after it had stored the results is followed by one that adds none', async () => {
  const order = await orderOf();
  const context = await contextOf(order);
  const job = validationJob({ state, open: () => openSides(engineOf('glue'), engineOf('hive')) });
  expect(await job(context)).toMatchObject({ ok: true });
  // It was killed: another worker takes the job, with the same work order.
  const taken = valueOf(await advanceJob(state, context.job, { to: 'RUNNING' }));
  expect(await job({ ...context, job: taken })).toMatchObject({ ok: true });
  expect(await historyOf(order.migrationJobId)).toEqual(['checksum', 'row_count', 'schema']);
});

test('a worker that was frozen and lost its job stores nothing', async () => {
  const order = await orderOf();
  const context = await contextOf(order);
  const taken = valueOf(await advanceJob(state, context.job, { to: 'RUNNING' }));
  const job = validationJob({ state, open: () => openSides(engineOf('glue'), engineOf('hive')) });
  await expect(job(context)).rejects.toThrow('lost');
  expect(await historyOf(order.migrationJobId)).toEqual([]);
  expect(await job({ ...context, job: taken })).toMatchObject({ ok: true });
});

test('a table that is validated again has the results of both times', async () => {
  const order = await orderOf();
  const job = validationJob({ state, open: () => openSides(engineOf('glue'), engineOf('hive')) });
  for (const checks of [['schema'], ['schema']] as const) {
    const context = await contextOf({ ...order, checks });
    expect(await job(context)).toMatchObject({ ok: true });
    valueOf(await advanceJob(state, context.job, { to: 'COMPLETED' }));
  }
  expect(await historyOf(order.migrationJobId)).toEqual(['schema', 'schema']);
});

test('each engine is shown with the golden vectors that it hashes as expected, and with the types that it does not', async () => {
  const order = await orderOf();
  const decimals = goldenVectors.map(({ type, hash }) => [type, type.startsWith('decimal') ? 'BAD' : hash]);
  const other = engineOf('hive', [[/ AS t \(n, v\)/, decimals], ...answers]);
  const job = validationJob({ state, open: () => openSides(engineOf('glue'), other) });
  expect(await job(await contextOf(order))).toMatchObject({ ok: true });
  const { details } = await state.db
    .selectFrom('validation_results')
    .select('details')
    .where('migration_job_id', '=', order.migrationJobId)
    .where('validation_type', '=', 'checksum')
    .executeTakeFirstOrThrow();
  const vectors = goldenVectors.length;
  expect(details).toMatchObject({
    engines: [
      { catalog: 'glue', vectors, alike: vectors, asText: [] },
      { catalog: 'hive', vectors, alike: vectors - 2, asText: ['decimal'] },
    ],
  });
});

describe('a source without snapshots is looked at before the checks and after them', () => {
  const same = { objects: 2, bytes: 10, added: 0, changed: 0, removed: 0, examples: [] };
  const other = { ...same, added: 0, changed: 2, removed: 1, examples: ['s3://raw/a'] };
  const open = () => openSides(engineOf('glue'), engineOf('hive'));

  test.each([
    ['has not changed', [ok(same), ok(same)], 'passed', null],
    ['has no objects of its own', [ok(null), ok(null)], 'passed', null],
    ['had changed before', [ok(other), ok(other)], 'warning', /^The source has changed .* 2 overwritten, 1 gone \(s3:/],
    ['changes meanwhile', [ok(same), ok(other)], 'warning', /^The source has changed/],
    ['cannot be listed', [fail([diagnostic({ code: 'x-denied', message: 'No.', fix: '' })]), ok(same)], 'passed', null],
  ])('one that %s', async (_what, looks, status, difference) => {
    const order = await orderOf();
    const left = [...looks];
    const watch = () => Promise.resolve(left.shift() ?? ok(null));
    valueOf((await validationJob({ state, open, watch })(await contextOf(order))) as Result<void>);
    expect(await resultsOf(order.migrationJobId)).toMatchObject({ row_count: status });
    const stored = await state.db
      .selectFrom('validation_results')
      .select(['difference', 'details'])
      .where('migration_job_id', '=', order.migrationJobId)
      .where('validation_type', '=', 'row_count')
      .executeTakeFirstOrThrow();
    if (difference === null) expect(stored.difference).toBeNull();
    else expect(stored.difference).toMatch(difference);
    const isUnknown = looks.some((look) => !look.ok);
    expect(JSON.stringify(stored.details).includes('source-not-listed')).toBe(isUnknown);
    expect(left).toEqual([]);
  });

  test('one with snapshots is not', async () => {
    const order = await orderOf();
    const watch = () => Promise.reject(new Error('nobody asks'));
    const iceberg = { ...order, pair: { ...order.pair, isIceberg: true }, checks: [] };
    const answered: FakeAnswers = [[/\$snapshots/, []], ...answers];
    const sides = () => openSides(engineOf('glue', answered), engineOf('hive', answered));
    expect(await validationJob({ state, open: sides, watch })(await contextOf(iceberg))).toMatchObject({ ok: true });
  });
});

describe('a table without a row on either side', () => {
  const none: FakeAnswers = [[/min\(row_hash\)/, [[0, null, null, null]]], ...answers];
  const open = () => openSides(engineOf('glue', none), engineOf('hive', none));
  const files = (objects: number, bytes: number) =>
    ok({ objects, bytes, added: 0, changed: 0, removed: 0, examples: [] });

  test.each([
    ['files that hold something', files(2, 4096), 'warning', 'the 2 objects of the source hold 4096 bytes'],
    ['empty files', files(1, 0), 'passed', null],
    ['no files', files(0, 0), 'passed', null],
    ['no objects of its own', ok(null), 'passed', null],
    [
      'a source that cannot be listed',
      fail([diagnostic({ code: 'x-denied', message: 'No.', fix: '' })]),
      'warning',
      'the source could not be listed',
    ],
  ])('and with %s', async (_what, look, status, difference) => {
    const order = { ...(await orderOf()), checks: ['row_count'] } as const;
    const watch = () => Promise.resolve(look);
    valueOf((await validationJob({ state, open, watch })(await contextOf(order))) as Result<void>);
    const stored = await state.db
      .selectFrom('validation_results')
      .select(['status', 'difference'])
      .where('migration_job_id', '=', order.migrationJobId)
      .executeTakeFirstOrThrow();
    expect(stored).toEqual({
      status,
      difference: difference === null ? null : expect.stringContaining(`Neither side has a row, but ${difference}`),
    });
  });

  test('that is read by its snapshot is empty, whatever files lie there', async () => {
    const order = { ...(await orderOf()), checks: ['row_count'] } as const;
    const iceberg = { ...order, pair: { ...order.pair, isIceberg: true } };
    const answered: FakeAnswers = [[/\$snapshots/, []], ...none];
    const sides = () => openSides(engineOf('glue', answered), engineOf('hive', answered));
    const watch = () => Promise.resolve(files(2, 4096));
    valueOf((await validationJob({ state, open: sides, watch })(await contextOf(iceberg))) as Result<void>);
    expect(await resultsOf(order.migrationJobId)).toEqual({ row_count: 'passed' });
  });
});

describe('a validation is ordered', () => {
  let boss: PgBoss;
  let order: NewValidation;
  let jobId: string;
  beforeAll(async () => {
    boss = await openQueue(state, { queues: [validationQueue], supervise: false, onProblem: () => undefined });
  });
  afterAll(async () => {
    await boss.stop({ graceful: false });
  });
  beforeEach(async () => {
    const { migrationJobId, sides, pair } = await orderOf();
    jobId = migrationJobId;
    const { assessment_id: assessmentId } = await jobOf(state, jobId);
    order = {
      ...{ assessmentId, runId: 'r', sides, checks: ['row_count'], rules: {}, queries: [] },
      tables: [{ database: 'db', table: 'table_000', pair }],
    };
  });
  const start = async (more: Partial<NewValidation> = {}) => await startValidation(state, boss, { ...order, ...more });
  const withSettings = (settings: TableSettings): Pick<NewValidation, 'tables'> => ({
    tables: order.tables.map((each) => ({ ...each, settings })),
  });
  const payloadOf = async (id = '') => (await findWorkOrder(state, id))?.payload;

  test('by the settings of its table, in place of those of the run', async () => {
    const settings = { checks: ['schema'], sampleRows: 7, partitions: [['a']] } as const;
    const { jobIds } = valueOf(await start(withSettings(settings)));
    const [table] = order.tables;
    const rest = { migrationJobId: jobId, runId: 'r', sides: order.sides, pair: table?.pair, rules: {}, queries: [] };
    expect(await payloadOf(jobIds[0])).toEqual({ ...rest, ...settings });
  });

  test('again, and goes on as it was ordered first', async () => {
    const settings = { partitions: [[null, 'a']], rowCountTolerance: 0.01, locate: { keyColumns: ['id'] } };
    const first = valueOf(await start({ ...withSettings(settings), runId: 'one' }));
    const second = valueOf(await start({ ...withSettings(settings), runId: 'two' }));
    expect(second).toEqual(first);
    expect(await payloadOf(first.jobIds[0])).toMatchObject({ runId: 'one' });
  });

  describe('of two tables, one of which was validated before the validation was interrupted', () => {
    /** The jobs that are left. */
    async function interrupted(settings: TableSettings = {}): Promise<readonly string[]> {
      const moves = await plannedJobs(state, 2);
      for (const id of moves) await complete(id);
      jobId = moves[0] ?? '';
      const { assessment_id: assessmentId, table_id } = await jobOf(state, jobId);
      const tables = order.tables.flatMap((each) => [each, { ...each, table: 'table_001' }]);
      order = { ...order, assessmentId, tables: tables.map((each) => ({ ...each, settings })) };
      const { jobIds } = valueOf(await start({ runId: 'one' }));
      const left: string[] = [];
      for (const id of jobIds) {
        if ((await jobOf(state, id)).table_id !== table_id) left.push(id);
        else await complete(id, validate);
      }
      return left;
    }

    async function complete(id: string, work: (job: MigrationJob) => Promise<void> = () => Promise.resolve()) {
      const running = valueOf(await advanceJob(state, await jobOf(state, id), { to: 'RUNNING' }));
      await work(running);
      valueOf(await advanceJob(state, running, { to: 'COMPLETED' }));
    }

    async function validate(job: MigrationJob): Promise<void> {
      const open = () => openSides(engineOf('glue'), engineOf('hive'));
      const context = {
        job,
        payload: await payloadOf(job.id),
        signal: new AbortController().signal,
        log: () => undefined,
      };
      valueOf((await validationJob({ state, open })(context as unknown as JobContext)) as Result<void>);
    }

    test('and goes on with the other one', async () => {
      const left = await interrupted();
      expect(valueOf(await start({ runId: 'two' }))).toEqual({ jobIds: left, doneBefore: 1, unmoved: [] });
      expect(await historyOf(jobId)).toEqual(['row_count']);
    });

    test('and begins anew when that is wanted', async () => {
      await interrupted();
      const { jobIds, doneBefore } = valueOf(await start({ runId: 'two', restarts: true }));
      expect([jobIds.length, doneBefore]).toEqual([2, 0]);
    });

    test('and again after it was moved again: its results count no longer', async () => {
      await interrupted();
      await state.db
        .updateTable('validation_results')
        .set({ superseded: true })
        .where('migration_job_id', '=', jobId)
        .execute();
      expect(valueOf(await start({ runId: 'two' }))).toMatchObject({ doneBefore: 0 });
    });

    test('and again where files are named: some may have been copied again', async () => {
      await interrupted({ namesFiles: true });
      expect(valueOf(await start({ runId: 'two' }))).toMatchObject({ doneBefore: 0 });
    });

    test('and again after it had ended', async () => {
      for (const id of await interrupted()) await complete(id);
      expect(valueOf(await start({ runId: 'two' }))).toMatchObject({ doneBefore: 0 });
    });
  });

  test.each<[string, TableSettings | Partial<NewValidation>, string]>([
    ['columns', { columns: ['id'] }, '--columns (not given; now ["id"])'],
    ['checks', { checks: ['schema'] }, '--checks (["row_count"]; now ["schema"])'],
    ['partitions', { partitions: [['a']] }, '--partition (not given; now [["a"]])'],
    ['sampled rows', { sampleRows: 5 }, '--sample-rows (not given; now 5)'],
    ['rules', { rules: { byColumn: { id: { isExcluded: true } } } }, '`validate` of the mapping'],
    [
      'engines',
      {
        sides: {
          source: { type: 'trino', url: 'https://other', user: 'admin' },
          target: { type: 'trino', url: 'https://target', user: 'admin' },
        },
      },
      'the engines (["admin at https://source","admin at https://target"]; now ["admin at https://other",',
    ],
  ])('with other %s, and is refused while the first has not ended', async (_what, other, message) => {
    const { jobIds } = valueOf(await start());
    const before = await payloadOf(jobIds[0]);
    const second = 'sides' in other ? other : withSettings(other);
    expect(await start(second)).toMatchObject({
      ok: false,
      error: [{ code: 'validation-ordered-otherwise', message: expect.stringContaining(`db.table_000: ${message}`) }],
    });
    expect(await payloadOf(jobIds[0])).toEqual(before);
    const restarted = valueOf(await start({ ...second, restarts: true }));
    expect(await jobOf(state, jobIds[0] ?? '')).toMatchObject({ status: 'CANCELLED' });
    expect(restarted.jobIds).not.toEqual(jobIds);
    expect(await payloadOf(restarted.jobIds[0])).not.toEqual(before);
  });

  test('of a table that was moved anew meanwhile, and is refused: the first compares the earlier copy', async () => {
    valueOf(await start());
    const { table_id, assessment_id: assessmentId } = await jobOf(state, jobId);
    const [planned] = await createJobs(state, { assessmentId, tableIds: [table_id], jobType: 'COPY' });
    const running = valueOf(await advanceJob(state, await jobOf(state, planned?.id ?? ''), { to: 'RUNNING' }));
    valueOf(await advanceJob(state, running, { to: 'COMPLETED' }));
    expect(await start()).toMatchObject({
      error: [{ message: expect.stringContaining('the job that moved the table') }],
    });
    expect(await start({ restarts: true })).toMatchObject({ ok: true });
  });
});

test('an engine that cannot be reached is tried again, and stores nothing', async () => {
  const order = await orderOf();
  const down = diagnostic({ code: 'trino-unreachable', message: 'Trino is down.', fix: 'Start it.' });
  const job = validationJob({ state, open: () => Promise.resolve(fail([down])) });
  expect(await job(await contextOf(order))).toMatchObject({
    error: { kind: 'retry', reason: 'Trino is down. Start it.' },
  });
  expect(await resultsOf(order.migrationJobId)).toEqual({});
});

test('a validation that is cancelled stores nothing', async () => {
  const order = await orderOf();
  const job = validationJob({ state, open: () => openSides(engineOf('glue'), engineOf('hive')) });
  await expect(job(await contextOf(order, AbortSignal.abort(new Error('cancelled'))))).rejects.toThrow('cancelled');
  expect(await resultsOf(order.migrationJobId)).toEqual({});
});

test('both sides are opened once for a pair of catalogs, and again after a failure', async () => {
  const order = await orderOf();
  let opens = 0;
  const open = sidesOpener({
    source: () => {
      opens += 1;
      return Promise.resolve(
        opens === 1
          ? fail([diagnostic({ code: 'x-down', message: 'down', fix: 'up' })])
          : { ok: true, value: engineOf('glue') },
      );
    },
    target: () => Promise.resolve({ ok: true, value: engineOf('hive') }),
  });
  expect(await open(order)).toMatchObject({ ok: false });
  expect(await open(order)).toMatchObject({ ok: true });
  expect(await open(order)).toMatchObject({ ok: true });
  expect(opens).toBe(2);
});

test('tables are compared in the catalogs of their kind; views are not', () => {
  const tables = [table('sales.orders', { source: { partitionKeys: [{ name: 'dt', type: 'string' }] } })];
  const manifest = makeManifest({
    target: targetWith(),
    buckets: [bucket('raw')],
    databases: [database('sales')],
    tables,
  });
  const pairs = tablePairs([...manifest.catalogs.values()].flat(), { hive: 'glue_hive', iceberg: 'glue_iceberg' });
  expect(pairs).toMatchObject([
    {
      key: 'table:sales.orders',
      source: { catalog: 'glue_hive', schema: 'sales', table: 'orders' },
      partitionColumns: ['dt'],
      isIceberg: false,
      schema: { target: 'hive' },
    },
  ]);
});
