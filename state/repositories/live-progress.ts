import { sql } from 'kysely';
import type { JobStatus } from '../schema/tables.js';
import type { State } from '../store/state.js';

/** How far the jobs that move the tables of an assessment have come. */
export interface LiveProgress {
  readonly assessment: string;
  readonly jobs: Readonly<Record<JobStatus, number>>;
  readonly bytes_done: number;
  /** Listed where it is, else estimated; tables of unknown size count as 0. */
  readonly bytes_total: number;
  readonly rows_done: number;
}

/** Of the assessments with jobs that wait or run; `also` adds one that has none any more. */
export async function liveProgress(
  { db }: Pick<State, 'db'>,
  { also }: { readonly also: readonly string[] },
): Promise<readonly LiveProgress[]> {
  const { rows } = await sql<LiveProgress>`
    WITH live AS (
      SELECT DISTINCT assessment_id FROM migration_job_totals
      WHERE jobs > 0 AND (status IN ('PENDING', 'RUNNING') OR assessment_id = ANY(${also}::uuid[]))
    ), counted AS (
      SELECT assessment_id, jsonb_object_agg(status, jobs) AS jobs FROM (
        SELECT assessment_id, status, sum(jobs)::integer AS jobs FROM migration_job_totals
        WHERE assessment_id IN (SELECT assessment_id FROM live) GROUP BY assessment_id, status) each
      GROUP BY assessment_id
    )
    SELECT job.assessment_id AS assessment,
      '{"PENDING":0,"RUNNING":0,"PAUSED":0,"COMPLETED":0,"FAILED":0,"CANCELLED":0}'::jsonb
        || (SELECT jobs FROM counted WHERE counted.assessment_id = job.assessment_id) AS jobs,
      sum(job.bytes_copied)::bigint AS bytes_done,
      sum(greatest(coalesce(job.bytes_total, tables.estimated_size_bytes, 0), job.bytes_copied))::bigint AS bytes_total,
      sum(job.rows_copied)::bigint AS rows_done
    FROM migration_jobs job JOIN tables ON tables.id = job.table_id
    WHERE job.assessment_id IN (SELECT assessment_id FROM live) AND job.job_type <> 'VALIDATE'
      AND job.status <> 'CANCELLED'
    GROUP BY job.assessment_id ORDER BY job.assessment_id`.execute(db);
  return rows;
}

/** A job that a worker holds. */
export interface RunningJob {
  readonly id: string;
  readonly assessment: string;
  readonly database: string;
  readonly table: string;
  readonly job_type: string;
  readonly phase: string | null;
  readonly bytes_done: number;
  readonly bytes_total: number | null;
  readonly elapsed_seconds: number;
}

/** The longest running first. */
export async function runningJobs(
  { db }: Pick<State, 'db'>,
  { assessments, limit }: { readonly assessments: readonly string[]; readonly limit: number },
): Promise<readonly RunningJob[]> {
  const { rows } = await sql<RunningJob>`
    SELECT job.id, job.assessment_id AS assessment, tables.database_name AS database, tables.table_name AS "table",
      job.job_type, (
        SELECT phase FROM migration_progress last WHERE last.migration_job_id = job.id
        ORDER BY updated_at DESC LIMIT 1) AS phase,
      job.bytes_copied AS bytes_done, coalesce(job.bytes_total, tables.estimated_size_bytes) AS bytes_total,
      extract(epoch FROM now() - job.started_at)::double precision AS elapsed_seconds
    FROM migration_jobs job JOIN tables ON tables.id = job.table_id
    WHERE job.assessment_id = ANY(${assessments}::uuid[]) AND job.status = 'RUNNING'
    ORDER BY job.started_at, job.id LIMIT ${limit}`.execute(db);
  return rows;
}
