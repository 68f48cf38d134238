import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import type { JobStatus, JobType } from '../schema/tables.js';
import type { State } from '../store/state.js';

/** A table of a run and how far it has come. */
export interface TableProgress {
  /** Of its job. */
  readonly id: string;
  readonly database: string;
  readonly table: string;
  readonly status: JobStatus;
  readonly job_type: JobType;
  /** The last phase of its worker; `null` before the first checkpoint. */
  readonly phase: string | null;
  /** `null` until it is listed. */
  readonly objects: number | null;
  readonly objects_done: number;
  /** Of the others: deleted at the source since they were listed. */
  readonly gone: number;
  /** Not copied in the last attempt. */
  readonly failed: number;
  /** Not copied because source or target do not allow it. */
  readonly refused: number;
  /** How often it failed since it last came further. */
  readonly failures: number;
  /** `null` until it is listed. */
  readonly bytes: number | null;
  readonly bytes_done: number;
  /** Loaded by Trino. */
  readonly rows_done: number;
  readonly error: string | null;
  /** Since a worker took it first; `null` before. */
  readonly elapsed_seconds: number | null;
}

/** The newest job that moves each table of the assessment, by name. One scan of its jobs. */
export async function runProgress(
  { db }: Pick<State, 'db'>,
  { assessmentId, part }: { readonly assessmentId: string; readonly part: string },
): Promise<readonly TableProgress[]> {
  const { rows } = await sql<TableProgress>`
    SELECT DISTINCT ON (tables.database_name, tables.table_name)
      job.id, tables.database_name AS database, tables.table_name AS "table", job.status, job.job_type,
      (SELECT phase FROM migration_progress last WHERE last.migration_job_id = job.id ORDER BY updated_at DESC LIMIT 1)
        AS phase,
      copied.files_total AS objects, coalesce(copied.files_done, 0) AS objects_done,
      copied.bytes_total AS bytes, coalesce(copied.bytes_done, 0) AS bytes_done,
      coalesce(chunks.gone, 0) AS gone, coalesce(chunks.failed, 0) AS failed, coalesce(chunks.refused, 0) AS refused,
      job.failures, job.rows_copied AS rows_done, job.error_message AS error,
      extract(epoch FROM coalesce(job.completed_at, now()) - job.started_at)::double precision AS elapsed_seconds
    FROM migration_jobs job JOIN tables ON tables.id = job.table_id
    LEFT JOIN migration_progress copied ON copied.migration_job_id = job.id AND copied.part = ${part}
    LEFT JOIN LATERAL (
      SELECT sum(gone)::bigint AS gone, sum(failed)::bigint AS failed, sum(refused)::bigint AS refused
      FROM migration_chunks WHERE migration_job_id = job.id AND (gone > 0 OR failed > 0 OR refused > 0)) chunks ON true
    WHERE job.assessment_id = ${assessmentId} AND job.job_type <> 'VALIDATE'
    ORDER BY tables.database_name, tables.table_name, job.created_at DESC`.execute(db);
  return rows;
}

/** The assessments whose jobs wait in a queue or are worked on, with their number. */
export async function openRuns(
  { db }: Pick<State, 'db'>,
  queue: string,
): Promise<readonly { readonly assessmentId: string; readonly jobs: number }[]> {
  const { rows } = await sql<{ assessmentId: string; jobs: number }>`
    SELECT job.assessment_id AS "assessmentId", count(*)::int AS jobs FROM migration_jobs job
    JOIN migration_work_orders work ON work.migration_job_id = job.id
    WHERE work.queue = ${queue} AND job.status IN ('PENDING', 'RUNNING')
    GROUP BY job.assessment_id ORDER BY job.assessment_id`.execute(db);
  return rows;
}

/** How many of these jobs wait for a worker or are worked on. */
export async function openJobs({ db }: Pick<State, 'db'>, ids: readonly string[]): Promise<number> {
  const { rows } = await sql<{ jobs: number }>`
    SELECT count(*)::int AS jobs FROM migration_jobs
    WHERE id = ANY(${ids}::uuid[]) AND status IN ('PENDING', 'RUNNING')`.execute(db);
  return rows[0]?.jobs ?? 0;
}

/** How many jobs of a queue failed, or wait for a person, by assessment; the newest of each table counts. */
export async function restingJobs(
  { db }: Pick<State, 'db'>,
  queue: string,
): Promise<readonly { readonly assessmentId: string; readonly jobs: number }[]> {
  const { rows } = await sql<{ assessmentId: string; jobs: number }>`
    SELECT assessment_id AS "assessmentId", count(*)::int AS jobs FROM (
      SELECT DISTINCT ON (job.table_id) job.status, job.assessment_id FROM migration_jobs job
      JOIN migration_work_orders work ON work.migration_job_id = job.id
      WHERE work.queue = ${queue} ORDER BY job.table_id, job.created_at DESC) newest
    WHERE status IN ('FAILED', 'PAUSED') GROUP BY assessment_id ORDER BY assessment_id`.execute(db);
  return rows;
}

/** A validation that has found nothing yet: it waits for a worker, is worked on, rests, failed, or was cancelled. */
export interface UnfinishedValidation {
  readonly id: string;
  readonly database: string;
  readonly table: string;
  readonly status: JobStatus;
  /** Why it rests or failed last. */
  readonly error: string | null;
}

/** The validations of an assessment that wait for a worker, are worked on, or rest, by name. */
export async function openValidations(
  { db }: Pick<State, 'db'>,
  assessmentId: string,
): Promise<readonly UnfinishedValidation[]> {
  return await validations(
    db,
    sql`job.assessment_id = ${assessmentId} AND job.job_type = 'VALIDATE' AND job.status IN ('PENDING', 'RUNNING', 'PAUSED')`,
  );
}

/** Those of these validations that are not completed, by name. */
export async function unfinishedValidations(
  { db }: Pick<State, 'db'>,
  ids: readonly string[],
): Promise<readonly UnfinishedValidation[]> {
  return await validations(db, sql`job.id = ANY(${ids}::uuid[]) AND job.status <> 'COMPLETED'`);
}

async function validations(db: State['db'], which: RawBuilder<unknown>): Promise<readonly UnfinishedValidation[]> {
  const { rows } = await sql<UnfinishedValidation>`
    SELECT job.id, tables.database_name AS database, tables.table_name AS "table", job.status, job.error_message AS error
    FROM migration_jobs job JOIN tables ON tables.id = job.table_id
    WHERE ${which} ORDER BY tables.database_name, tables.table_name`.execute(db);
  return rows;
}
