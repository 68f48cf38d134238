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

/** A validation whose results are still those of its table. */
export interface StandingValidation {
  readonly jobId: string;
  readonly database: string;
  readonly table: string;
  /** As it was enqueued. */
  readonly payload: object;
}

/** The validations of an assessment that are done, and whose results no other has replaced, nor another move of the table. */
export async function standingValidations(
  { db }: Pick<State, 'db'>,
  assessmentId: string,
): Promise<readonly StandingValidation[]> {
  const { rows } = await sql<StandingValidation>`
    SELECT job.id AS "jobId", tables.database_name AS database, tables.table_name AS "table", work.payload
    FROM migration_jobs job
    JOIN migration_work_orders work ON work.migration_job_id = job.id
    JOIN tables ON tables.id = job.table_id
    WHERE job.assessment_id = ${assessmentId} AND job.job_type = 'VALIDATE' AND job.status = 'COMPLETED'
      AND job.id::text IN (
        SELECT details ->> 'validationJobId' FROM validation_results
        WHERE assessment_id = ${assessmentId} AND NOT superseded)`.execute(db);
  return rows;
}
