import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { setTimeout as delay } from 'node:timers/promises';
import { saveCheckpoint, listParts } from '../../state/repositories/job-progress.js';
import type { Checkpoint } from '../../state/repositories/job-progress.js';
import { commonErrors, jobHistory, listFailures, listJobs } from '../../state/repositories/job-reports.js';
import { advanceJob, createJobs, findJob } from '../../state/repositories/migration-jobs.js';
import type { JobChange, MigrationJob } from '../../state/repositories/migration-jobs.js';
import { storeAssessment } from '../../state/repositories/store-assessment.js';
import { readPartitions, storePartitions } from '../../state/index.js';
import type { State } from '../../state/index.js';
import { assessmentWith, table } from '../support/assessment-builder.js';
import { jobCounts } from '../support/job-counts.js';
import { problemOf, readAll, valueOf } from '../support/pages.js';
import { engineNames, opened, startEngine } from '../support/state-engines.js';
import type { StateEngine } from '../support/state-engines.js';

// Asymmetric matchers stand for values of any such type.
const anyNumber = expect.any(Number) as unknown as number;
const anyText = expect.any(String) as unknown as string;

const checkpoint = (overrides: Partial<Checkpoint>): Checkpoint => ({
  part: 'day=1',
  phase: 'copy',
  bytesTotal: null,
  bytesDone: 0,
  filesTotal: null,
  filesDone: 0,
  rowsTotal: null,
  rowsDone: 0,
  checkpoint: null,
  ...overrides,
});

describe.each(engineNames)('%s', (name) => {
  let engine: StateEngine;
  let state: State;
  beforeAll(async () => {
    engine = await startEngine(name);
    state = await opened(await engine.fresh());
  });
  afterAll(async () => {
    await state.close();
    await engine.stop();
  });

  /** An assessment of its own, with the ids of its tables by name. */
  async function lake(tables: number): Promise<{ assessmentId: string; tableIds: string[] }> {
    const assessmentId = await storeAssessment(
      state,
      assessmentWith(Array.from({ length: tables }, (_, index) => table(`db.table_${index}`))),
    );
    const rows = await state.db
      .selectFrom('tables')
      .select('id')
      .where('assessment_id', '=', assessmentId)
      .orderBy('table_name')
      .execute();
    return { assessmentId, tableIds: rows.map(({ id }) => id) };
  }
  async function oneJob(): Promise<MigrationJob> {
    const [planned] = await createJobs(state, { ...(await lake(1)), jobType: 'COPY' });
    return await jobWith(planned?.id ?? '');
  }
  async function jobWith(id: string): Promise<MigrationJob> {
    const job = await findJob(state, id);
    if (job === undefined) throw new Error(`no job ${id}`);
    return job;
  }
  async function advance(job: MigrationJob, ...changes: JobChange[]): Promise<MigrationJob> {
    let now = job;
    for (const change of changes) now = valueOf(await advanceJob(state, now, change));
    return now;
  }

  test('planning the same tables again makes no second job, unless the first has ended', async () => {
    const { assessmentId, tableIds } = await lake(3);
    const [first = ''] = tableIds;
    const plan = () => createJobs(state, { assessmentId, tableIds, jobType: 'COPY' });
    const before = await createJobs(state, {
      assessmentId,
      tableIds: [first],
      jobType: 'COPY',
      syncMode: 'incremental',
    });
    expect(before).toEqual([{ id: anyText, table_id: first, created: true }]);
    const all = await plan();
    expect(all.filter((job) => job.created)).toHaveLength(2);
    expect(all.find((job) => job.table_id === first)).toEqual({ ...before[0], created: false });
    expect((await plan()).filter((job) => job.created)).toEqual([]);
    expect(await jobCounts(state, assessmentId)).toEqual([{ status: 'PENDING', validation_status: 'none', jobs: 3 }]);

    await advance(await jobWith(before[0]?.id ?? ''), { to: 'CANCELLED' });
    expect((await plan()).filter((job) => job.created).map((job) => job.table_id)).toEqual([first]);
    const converted = await createJobs(state, { assessmentId, tableIds, jobType: 'CONVERT' });
    expect(converted.filter((job) => job.created)).toHaveLength(3);
    expect(await jobCounts(state, assessmentId)).toEqual([
      { status: 'CANCELLED', validation_status: 'none', jobs: 1 },
      { status: 'PENDING', validation_status: 'none', jobs: 6 },
    ]);
  });

  test("another assessment's tables get no job", async () => {
    const { assessmentId } = await lake(1);
    const { tableIds } = await lake(2);
    expect(await createJobs(state, { assessmentId, tableIds, jobType: 'COPY' })).toEqual([]);
    expect(await createJobs(state, { assessmentId, tableIds: [], jobType: 'COPY' })).toEqual([]);
    expect(await jobCounts(state, assessmentId)).toEqual([]);
  });

  test('a job runs, fails, is tried again and completes', async () => {
    const job = await oneJob();
    expect(job).toMatchObject({ status: 'PENDING', fence: 0, started_at: null, sync_mode: 'full' });
    const running = await advance(job, { to: 'RUNNING', awsJobId: 'task-1' });
    expect(running).toMatchObject({ status: 'RUNNING', fence: 1, aws_job_id: 'task-1', completed_at: null });
    expect(running.started_at).toBeInstanceOf(Date);
    const failed = await advance(running, { to: 'FAILED', error: 'boom' });
    expect(failed).toMatchObject({ status: 'FAILED', fence: 2, error_message: 'boom', aws_job_id: 'task-1' });
    const again = await advance(failed, { to: 'PENDING' });
    expect(again).toMatchObject({ error_message: null, error_kind: null, started_at: null, completed_at: null });
    const done = await advance(again, { to: 'RUNNING' }, { to: 'COMPLETED', syncMode: 'incremental' });
    expect(done).toMatchObject({ status: 'COMPLETED', fence: 5, sync_mode: 'incremental' });
    expect(done.last_sync_timestamp).toEqual(done.started_at);
    expect(await jobCounts(state, job.assessment_id)).toEqual([
      { status: 'COMPLETED', validation_status: 'none', jobs: 1 },
    ]);
    expect(await jobHistory(state, { assessmentId: job.assessment_id, days: 7 })).toEqual([
      {
        day: done.completed_at?.toISOString().slice(0, 10),
        job_type: 'COPY',
        completed: 1,
        failed: 1,
        cancelled: 0,
        success_rate: 0.5,
        mean_seconds: anyNumber,
        longest_seconds: anyNumber,
      },
    ]);
  });

  test('an invalid transition is refused, with the allowed ones', async () => {
    const job = await oneJob();
    expect(problemOf(await advanceJob(state, job, { to: 'COMPLETED' }))).toMatchObject({
      code: 'no-such-move',
      message: 'A job that is PENDING cannot become COMPLETED; it may become RUNNING, PAUSED, CANCELLED.',
    });
    expect(await jobWith(job.id)).toEqual(job);
  });

  test('a worker that lost a job can neither move it nor write progress', async () => {
    const first = await advance(await oneJob(), { to: 'RUNNING' });
    const second = await advance(first, { to: 'RUNNING' });
    expect(problemOf(await advanceJob(state, first, { to: 'COMPLETED' }))).toMatchObject({
      code: 'job-changed-hands',
      message: 'The job was expected to be RUNNING with fence 1; it is RUNNING with fence 2.',
    });
    expect(problemOf(await saveCheckpoint(state, first, checkpoint({ bytesDone: 9 }))).code).toBe('job-changed-hands');
    expect(valueOf(await listParts(state, first.id)).items).toEqual([]);
    expect(await jobWith(first.id)).toEqual(second);
    valueOf(await saveCheckpoint(state, second, checkpoint({ bytesDone: 1 })));
    const paused = await advance(second, { to: 'PAUSED' });
    expect(problemOf(await saveCheckpoint(state, paused, checkpoint({ bytesDone: 2 }))).code).toBe('job-changed-hands');
  });

  test('a job that does not exist', async () => {
    const turn = { id: '00000000-0000-4000-8000-000000000000', status: 'PENDING', fence: 0 } as const;
    expect(problemOf(await advanceJob(state, turn, { to: 'RUNNING' })).code).toBe('no-such-job');
  });

  test('of twenty that claim a job at once, one gets it', async () => {
    const job = await oneJob();
    const claims = await Promise.all(Array.from({ length: 20 }, () => advanceJob(state, job, { to: 'RUNNING' })));
    expect(claims.filter(({ ok }) => ok)).toHaveLength(1);
    expect(claims.filter((claim) => !claim.ok && claim.error[0]?.code === 'job-changed-hands')).toHaveLength(19);
    expect(await jobWith(job.id)).toMatchObject({ status: 'RUNNING', fence: 1 });
    expect(await jobCounts(state, job.assessment_id)).toEqual([
      { status: 'RUNNING', validation_status: 'none', jobs: 1 },
    ]);
  });

  test('partitions that two calls store at the same time are there once', async () => {
    const { id } = await oneJob();
    const blocks = async function* () {
      for (const number of [0, 1, 2]) {
        yield Buffer.from([number]);
        await delay(20);
      }
    };
    await Promise.all([1, 2].map(() => storePartitions(state, id, blocks())));
    const stored: number[] = [];
    for await (const block of readPartitions(state, id)) stored.push(...block);
    expect(stored).toEqual([0, 1, 2]);
  });

  test('a failed job is not retried while its table has another job', async () => {
    const job = await oneJob();
    const failed = await advance(job, { to: 'RUNNING' }, { to: 'FAILED', error: 'x' });
    await createJobs(state, { assessmentId: job.assessment_id, tableIds: [job.table_id], jobType: 'COPY' });
    expect(problemOf(await advanceJob(state, failed, { to: 'PENDING' })).code).toBe('other-job-unfinished');
  });

  test("checkpoints replace a part's figures and add up in the job", async () => {
    const job = await advance(await oneJob(), { to: 'RUNNING' });
    const save = async (overrides: Partial<Checkpoint>): Promise<void> => {
      valueOf(await saveCheckpoint(state, job, checkpoint(overrides)));
    };
    await save({ part: 'b', bytesDone: 5 });
    expect(await jobWith(job.id)).toMatchObject({ bytes_copied: 5, bytes_total: null });
    await save({ part: 'b', bytesTotal: 100, bytesDone: 50, rowsDone: 7, filesDone: 1, filesTotal: 2 });
    await save({
      part: "a'%",
      bytesTotal: 30,
      bytesDone: 30,
      checkpoint: { next: 's3://lake/token=1/x', columns: { password_hash: 'c0ffee' } },
    });
    await save({ part: 'b', bytesTotal: 90, bytesDone: 20, rowsDone: 3 });
    expect(await jobWith(job.id)).toMatchObject({ bytes_copied: 50, rows_copied: 3, bytes_total: 120 });
    const parts = await readAll((page) => listParts(state, job.id, page), 1);
    expect(parts.map(({ part, bytes_done }) => [part, bytes_done])).toEqual([
      ["a'%", 30],
      ['b', 20],
    ]);
    expect(parts[0]?.checkpoint).toEqual({ next: 's3://lake/token=1/x', columns: { password_hash: 'c0ffee' } });
  });

  test('the list has every job once, with its table and what an ETA needs', async () => {
    const { assessmentId, tableIds } = await lake(25);
    const planned = await createJobs(state, { assessmentId, tableIds, jobType: 'DATASYNC' });
    for (const { id } of planned.slice(0, 4)) await advance(await jobWith(id), { to: 'RUNNING' });
    const all = await readAll((page) => listJobs(state, { assessmentId }, page), 4);
    expect(all.map(({ id }) => id).sort()).toEqual(planned.map(({ id }) => id).sort());
    const running = await readAll((page) => listJobs(state, { assessmentId, status: 'RUNNING' }, page), 3);
    expect(running.map(({ id }) => id).sort()).toEqual(
      planned
        .slice(0, 4)
        .map(({ id }) => id)
        .sort(),
    );
    expect(running[0]).toMatchObject({ database_name: 'db', elapsed_seconds: anyNumber });
    expect(all.find(({ status }) => status === 'PENDING')).toMatchObject({ elapsed_seconds: null });
    expect(valueOf(await listJobs(state, { assessmentId, status: 'PAUSED' }))).toEqual({ items: [], next: null });
  });

  test('failures are grouped by what they have in common, and hold no credential', async () => {
    const { assessmentId, tableIds } = await lake(5);
    const errors = [
      'NoSuchKey: s3://lake/a/1.parquet (attempt 3)\n  at secret stack',
      'NoSuchKey: s3://lake/b/22.parquet (attempt 1)',
      "Access denied to 'db.table_1'",
      "Access denied to 'db.table_2'",
      `postgresql://me:hunter2@host/db is gone\0 ${'x'.repeat(20_000)}`,
    ];
    const planned = await createJobs(state, { assessmentId, tableIds, jobType: 'COPY' });
    for (const [index, { id }] of planned.entries())
      await advance(await jobWith(id), { to: 'RUNNING' }, { to: 'FAILED', error: errors[index] ?? '' });
    const groups = await commonErrors(state, { assessmentId, limit: 2 });
    expect(groups.map(({ error_kind, jobs }) => [error_kind, jobs])).toEqual([
      ['Access denied to …', 2],
      ['NoSuchKey: … (attempt …)', 2],
    ]);
    const failures = await readAll((page) => listFailures(state, assessmentId, page), 2);
    expect(failures.map(({ id }) => id)).toEqual(planned.map(({ id }) => id).reverse());
    const text = failures[0]?.error_message ?? '';
    expect(text).not.toContain('hunter2');
    expect(text.length).toBeLessThanOrEqual(10_001);
    expect(valueOf(await listFailures(state, (await lake(1)).assessmentId))).toEqual({ items: [], next: null });
  });

  test('with its assessment go its jobs and their totals', async () => {
    const job = await advance(await oneJob(), { to: 'RUNNING' });
    valueOf(await saveCheckpoint(state, job, checkpoint({})));
    await advance(job, { to: 'COMPLETED' });
    await state.db.deleteFrom('assessments').where('id', '=', job.assessment_id).execute();
    expect(await findJob(state, job.id)).toBeUndefined();
    expect(await jobCounts(state, job.assessment_id)).toEqual([]);
    expect(await jobHistory(state, { assessmentId: job.assessment_id, days: 1 })).toEqual([]);
  });
});

test('two connections claim from one list of a hundred jobs: each job is had once', async () => {
  const engine = await startEngine('server');
  const location = await engine.fresh();
  const workers = [await opened(location), await opened(location)];
  try {
    const [state] = workers as [State, State];
    const assessmentId = await storeAssessment(
      state,
      assessmentWith(Array.from({ length: 100 }, (_, index) => table(`db.t${index}`))),
    );
    const tables = await state.db.selectFrom('tables').select('id').execute();
    const jobs = await createJobs(state, { assessmentId, tableIds: tables.map(({ id }) => id), jobType: 'COPY' });
    const had = await Promise.all(
      workers.map(async (worker) => {
        const claims = jobs.map(({ id }) => advanceJob(worker, { id, status: 'PENDING', fence: 0 }, { to: 'RUNNING' }));
        return (await Promise.all(claims)).filter(({ ok }) => ok).length;
      }),
    );
    expect(had.reduce((sum, count) => sum + count, 0)).toBe(100);
    expect(await jobCounts(state, assessmentId)).toEqual([{ status: 'RUNNING', validation_status: 'none', jobs: 100 }]);
  } finally {
    for (const worker of workers) await worker.close();
    await engine.stop();
  }
});

test('a retry that races with a new job for the same table is refused', async () => {
  const engine = await startEngine('server');
  const state = await opened(await engine.fresh());
  const other = await opened(state.location);
  try {
    const assessmentId = await storeAssessment(state, assessmentWith([table('db.t')]));
    const { id: tableId } = await state.db.selectFrom('tables').select('id').executeTakeFirstOrThrow();
    const [planned] = await createJobs(state, { assessmentId, tableIds: [tableId], jobType: 'COPY' });
    const turn = { id: planned?.id ?? '', status: 'PENDING', fence: 0 } as const;
    const cancelled = valueOf(await advanceJob(state, turn, { to: 'CANCELLED' }));
    let advanced: ReturnType<typeof advanceJob> | undefined;
    await other.db.transaction().execute(async (transaction) => {
      await transaction
        .insertInto('migration_jobs')
        .values({ table_id: tableId, assessment_id: assessmentId, job_type: 'COPY' })
        .execute();
      advanced = advanceJob(state, cancelled, { to: 'PENDING' });
      await waitsForLock(other);
    });
    expect(await advanced).toMatchObject({ ok: false, error: [{ code: 'other-job-unfinished' }] });
  } finally {
    await state.close();
    await other.close();
    await engine.stop();
  }
});

async function waitsForLock({ db }: State): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const { rows } = await sql`SELECT 1 FROM pg_locks WHERE NOT granted`.execute(db);
    if (rows.length > 0) return;
    await delay(50);
  }
  throw new Error('nobody waits');
}
