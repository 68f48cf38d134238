import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { PgBoss } from 'pg-boss';
import { createJobs, enqueueJobs, openQueue } from '../../../state/index.js';
import type { JobStatus, State } from '../../../state/index.js';
import { advanceJob } from '../../../state/repositories/migration-jobs.js';
import { validateAgain, validationQueue } from '../../../validation/run/index.js';
import { jobOf, plannedJobs, ticketsOf } from '../../support/jobs.js';
import { problemOf, valueOf } from '../../support/pages.js';
import { opened, startEngine } from '../../support/state-engines.js';
import type { StateEngine } from '../../support/state-engines.js';

let engine: StateEngine;
let state: State;
let boss: PgBoss;
beforeAll(async () => {
  engine = await startEngine('embedded');
  state = await opened(await engine.fresh());
  const onProblem = (problem: Error): void => {
    throw problem;
  };
  boss = await openQueue(state, { queues: [validationQueue], supervise: false, onProblem });
});
afterAll(async () => {
  await boss.stop({ graceful: false });
  await state.close();
  await engine.stop();
});

const move = async (id: string, ...statuses: readonly JobStatus[]): Promise<void> => {
  for (const to of statuses) valueOf(await advanceJob(state, await jobOf(state, id), { to }));
};

/** A table that was moved, and whose validation went through these statuses. */
async function validated(...statuses: readonly JobStatus[]): Promise<{ readonly moved: string; readonly own: string }> {
  const [moved = ''] = await plannedJobs(state, 1);
  await move(moved, 'RUNNING', 'COMPLETED');
  const { table_id, assessment_id: assessmentId } = await jobOf(state, moved);
  const [job] = await createJobs(state, { assessmentId, tableIds: [table_id], jobType: 'VALIDATE' });
  const own = job?.id ?? '';
  await enqueueJobs(state, boss, validationQueue, [{ jobId: own, payload: { migrationJobId: moved } }]);
  await move(own, ...statuses);
  return { moved, own };
}

test.each<readonly JobStatus[]>([
  ['RUNNING', 'COMPLETED'],
  ['RUNNING', 'FAILED'],
  ['CANCELLED'],
  ['RUNNING', 'PAUSED'],
])('a validation that went %s %s waits for a worker again', async (...statuses) => {
  const { moved, own } = await validated(...statuses);
  valueOf(await validateAgain(state, boss, moved));
  expect((await jobOf(state, own)).status).toBe('PENDING');
  expect(await ticketsOf(state, own)).toContain('created');
});

test('one that has not ended goes on', async () => {
  const { moved, own } = await validated('RUNNING');
  valueOf(await validateAgain(state, boss, moved));
  expect(await jobOf(state, own)).toMatchObject({ status: 'RUNNING', fence: 1 });
});

test('a table that was not validated since it was moved is refused', async () => {
  const [moved = ''] = await plannedJobs(state, 1);
  await move(moved, 'RUNNING', 'COMPLETED');
  expect(problemOf(await validateAgain(state, boss, moved)).code).toBe('validate-again-without-first');
  const other = await validated('RUNNING', 'COMPLETED');
  await state.db
    .updateTable('migration_work_orders')
    .set({ payload: JSON.stringify({ migrationJobId: moved }) })
    .where('migration_job_id', '=', other.own)
    .execute();
  expect(problemOf(await validateAgain(state, boss, other.moved)).code).toBe('validate-again-without-first');
});
