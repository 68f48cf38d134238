import { sql } from 'kysely';
import type { PgBoss } from 'pg-boss';
import { setTimeout as delay } from 'node:timers/promises';
import { enqueueJobs, storeAssessment } from '../../state/index.js';
import type { State } from '../../state/index.js';
import { createJobs, findJob } from '../../state/repositories/migration-jobs.js';
import type { MigrationJob } from '../../state/repositories/migration-jobs.js';
import { assessmentWith, table } from './assessment-builder.js';

/** What a three-phase handler works from. */
export interface TablePayload {
  readonly table: string;
}

/** Plans a job for each of so many tables of a new assessment; their ids, in the order of the tables. */
export async function plannedJobs(state: State, count: number): Promise<string[]> {
  const assessmentId = await storeAssessment(
    state,
    assessmentWith(Array.from({ length: count }, (_, index) => table(`db.table_${String(index).padStart(3, '0')}`))),
  );
  const tables = await state.db
    .selectFrom('tables')
    .select('id')
    .where('assessment_id', '=', assessmentId)
    .orderBy('table_name')
    .execute();
  const jobs = await createJobs(state, { assessmentId, tableIds: tables.map(({ id }) => id), jobType: 'COPY' });
  const byTable = new Map(jobs.map(({ id, table_id }) => [table_id, id]));
  return tables.map(({ id }) => byTable.get(id) ?? '');
}

/** Plans and enqueues; the payload names the table. */
export async function enqueuedJobs(state: State, boss: PgBoss, queue: string, count: number): Promise<string[]> {
  const ids = await plannedJobs(state, count);
  const orders = ids.map((jobId, index) => ({ jobId, payload: { table: `table_${index}` } satisfies TablePayload }));
  await enqueueJobs(state, boss, queue, orders);
  return ids;
}

export async function jobOf(state: State, id: string): Promise<MigrationJob> {
  const job = await findJob(state, id);
  if (job === undefined) throw new Error(`no job ${id}`);
  return job;
}

/** As if the workers of all running jobs had given no sign for an hour. */
export async function expireLeases({ db }: State): Promise<void> {
  await sql`UPDATE pgboss.job SET heartbeat_on = now() - interval '1 hour' WHERE state = 'active'`.execute(db);
}

/** The states of a job's tickets, the oldest first. */
export async function ticketsOf({ db }: State, jobId: string): Promise<string[]> {
  const { rows } = await sql<{ state: string }>`
    SELECT state::text FROM pgboss.job WHERE singleton_key = ${jobId} ORDER BY created_on`.execute(db);
  return rows.map(({ state }) => state);
}

export async function until<T>(look: () => Promise<T | undefined> | T | undefined, seconds = 30): Promise<T> {
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end) {
    const found = await look();
    if (found !== undefined) return found;
    await delay(50);
  }
  throw new Error(`it did not happen in ${seconds} s`);
}
