import { sql } from 'kysely';
import type { JobStatus } from '../schema/tables.js';
import type { State } from '../store/state.js';

/** The assessments with jobs that wait or run, and those of `also` that have jobs. */
export async function liveAssessments(
  { db }: Pick<State, 'db'>,
  { also }: { readonly also: readonly string[] },
): Promise<readonly string[]> {
  const { rows } = await sql<{ assessment: string }>`
    SELECT DISTINCT assessment_id AS assessment FROM migration_job_totals
    WHERE jobs > 0 AND (status IN ('PENDING', 'RUNNING') OR assessment_id = ANY(${also}::uuid[]))
    ORDER BY assessment_id`.execute(db);
  return rows.map(({ assessment }) => assessment);
}

export type JobsByStatus = Readonly<Record<JobStatus, number>>;

const noJobs: JobsByStatus = { PENDING: 0, RUNNING: 0, PAUSED: 0, COMPLETED: 0, FAILED: 0, CANCELLED: 0 };

/** Of the jobs that move tables, by assessment, in the order of `assessments`. */
export async function jobsByStatus(
  { db }: Pick<State, 'db'>,
  assessments: readonly string[],
): Promise<ReadonlyMap<string, JobsByStatus>> {
  const { rows } = await sql<{ assessment: string; status: JobStatus; jobs: number }>`
    SELECT assessment_id AS assessment, status, sum(jobs)::integer AS jobs FROM migration_job_totals
    WHERE assessment_id = ANY(${assessments}::uuid[]) GROUP BY assessment_id, status`.execute(db);
  return new Map(
    assessments.map((assessment) => {
      const own = rows
        .filter((row) => row.assessment === assessment)
        .map(({ status, jobs }) => [status, jobs] as const);
      return [assessment, { ...noJobs, ...Object.fromEntries(own) }];
    }),
  );
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
      job.bytes_copied AS bytes_done, coalesce(job.bytes_total, job.estimated_bytes) AS bytes_total,
      extract(epoch FROM now() - job.started_at)::double precision AS elapsed_seconds
    FROM (
      SELECT * FROM migration_jobs
      WHERE assessment_id = ANY(${assessments}::uuid[]) AND status = 'RUNNING'
      ORDER BY started_at, id LIMIT ${limit}
    ) job JOIN tables ON tables.id = job.table_id
    ORDER BY job.started_at, job.id`.execute(db);
  return rows;
}
