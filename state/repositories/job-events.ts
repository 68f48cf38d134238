import { sql } from 'kysely';
import type { Selectable, Transaction } from 'kysely';
import type { JobStatus, JobType, StateTables } from '../schema/tables.js';
import type { State } from '../store/state.js';
import type { MigrationJob } from './migration-jobs.js';

/** Written in the transaction that moved the job, so that no change is missing. */
export async function recordJobEvent(transaction: Transaction<StateTables>, job: MigrationJob): Promise<void> {
  await transaction
    .insertInto('migration_job_events')
    .values({
      migration_job_id: job.id,
      fence: job.fence,
      assessment_id: job.assessment_id,
      status: job.status,
      error_message: job.error_message,
    })
    .execute();
}

/** A change of a job's status, with the table that the job is about. */
export interface JobEvent {
  /** Of the job; together with `fence`, it identifies the event. */
  readonly job: string;
  readonly fence: number;
  readonly assessment: string;
  readonly database: string;
  readonly table: string;
  readonly job_type: JobType;
  readonly status: JobStatus;
  readonly error: string | null;
  /** ISO 8601 in UTC, with microseconds. */
  readonly at: string;
}

/** The time of the transaction, by the clock that dates the events: ISO 8601 in UTC, with microseconds. */
export async function storeTime({ db }: Pick<State, 'db'>): Promise<string> {
  const { rows } = await sql<{ now: string }>`
    SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS now`.execute(db);
  return rows[0]?.now ?? '';
}

/** The oldest first. One that was committed late may have an earlier time than one that was read before. */
export async function jobEventsSince(
  { db }: Pick<State, 'db'>,
  { since, limit }: { readonly since: string; readonly limit: number },
): Promise<readonly JobEvent[]> {
  const { rows } = await sql<JobEvent>`
    SELECT event.migration_job_id AS job, event.fence, event.assessment_id AS assessment,
      tables.database_name AS database, tables.table_name AS "table", job.job_type,
      event.status, event.error_message AS error,
      to_char(event.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at
    FROM (
      SELECT * FROM migration_job_events WHERE at > ${since}::timestamptz
      ORDER BY at, migration_job_id, fence LIMIT ${limit}
    ) event
    JOIN migration_jobs job ON job.id = event.migration_job_id
    JOIN tables ON tables.id = job.table_id
    ORDER BY event.at, event.migration_job_id, event.fence`.execute(db);
  return rows;
}

/** One change of a job, as the story of its table tells it. */
export type JobChange = Pick<
  Selectable<StateTables['migration_job_events']>,
  'migration_job_id' | 'status' | 'error_message' | 'at'
>;

/** The newest changes of these jobs, the oldest of them first. */
export async function changesOfJobs(
  { db }: Pick<State, 'db'>,
  { jobIds, limit }: { readonly jobIds: readonly string[]; readonly limit: number },
): Promise<readonly JobChange[]> {
  const { rows } = await sql<JobChange>`
    SELECT migration_job_id, status, error_message, at FROM migration_job_events
    WHERE migration_job_id = ANY(${jobIds}::uuid[])
    ORDER BY at DESC, migration_job_id DESC, fence DESC LIMIT ${limit}`.execute(db);
  return rows.toReversed();
}
