import { sql } from 'kysely';
import type { JobStatus } from '../schema/tables.js';
import type { State } from '../store/state.js';

export interface LastValidation {
  readonly jobId: string;
  readonly status: JobStatus;
  /** As it was enqueued. */
  readonly payload: object;
}

/** The newest validation of the table that this job moved; `undefined` before its first one. */
export async function lastValidation(
  { db }: Pick<State, 'db'>,
  movedByJobId: string,
): Promise<LastValidation | undefined> {
  const { rows } = await sql<LastValidation>`
    SELECT job.id AS "jobId", job.status, work.payload
    FROM migration_jobs moved
    JOIN migration_jobs job ON job.table_id = moved.table_id AND job.job_type = 'VALIDATE'
    JOIN migration_work_orders work ON work.migration_job_id = job.id
    WHERE moved.id = ${movedByJobId} ORDER BY job.created_at DESC, job.id LIMIT 1`.execute(db);
  return rows[0];
}
