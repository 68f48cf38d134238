import { sql } from 'kysely';
import type { RawBuilder, SqlBool } from 'kysely';
import type { Result } from '../../core/result.js';
import type { JobStatus, JobType } from '../schema/tables.js';
import type { State } from '../store/state.js';
import type { MigrationJob } from './migration-jobs.js';
import { readPage } from './page.js';
import type { Order, Page, PageRequest } from './page.js';

/** A job with its table and the figures for an ETA. */
export interface ListedJob extends MigrationJob {
  readonly database_name: string;
  readonly table_name: string;
  /** From the assessment: replaces `bytes_total` while that is NULL. */
  readonly estimated_size_bytes: number | null;
  /** From its start until its end or now; NULL before the start. */
  readonly elapsed_seconds: number | null;
}

export interface JobList {
  readonly assessmentId: string;
  readonly status?: JobStatus;
}

/** Newest first. */
export async function listJobs(
  { db }: Pick<State, 'db'>,
  { assessmentId, status }: JobList,
  page: PageRequest = {},
): Promise<Result<Page<ListedJob>>> {
  const filters = [sql<SqlBool>`job.assessment_id = ${assessmentId}`];
  if (status !== undefined) filters.push(sql<SqlBool>`job.status = ${status}`);
  return await pageOfJobs(db, 'created_at', filters, page);
}

/** The failed jobs, the most recent failure first. */
export async function listFailures(
  { db }: Pick<State, 'db'>,
  assessmentId: string,
  page: PageRequest = {},
): Promise<Result<Page<ListedJob>>> {
  const filters = [sql<SqlBool>`job.assessment_id = ${assessmentId}`, sql<SqlBool>`job.status = 'FAILED'`];
  return await pageOfJobs(db, 'completed_at', filters, page);
}

async function pageOfJobs(
  db: State['db'],
  time: 'created_at' | 'completed_at',
  filters: readonly RawBuilder<SqlBool>[],
  page: PageRequest,
): Promise<Result<Page<ListedJob>>> {
  const order: Order = {
    name: `jobs by ${time}`,
    direction: 'desc',
    keys: [
      { type: 'time', expression: sql.ref(`job.${time}`) },
      { type: 'uuid', expression: sql.ref('job.id') },
    ],
  };
  return await readPage(
    db,
    order,
    page,
    ({ key, isAfter, orderBy, limit }) => sql<ListedJob>`
      SELECT job.*, tables.database_name, tables.table_name, tables.estimated_size_bytes,
        extract(epoch FROM coalesce(job.completed_at, now()) - job.started_at)::double precision AS elapsed_seconds,
        ${key} AS page_key
      FROM (
        SELECT * FROM migration_jobs job
        WHERE ${sql.join(filters, sql` AND `)} AND ${isAfter} ORDER BY ${orderBy} LIMIT ${limit}
      ) job
      JOIN tables ON tables.id = job.table_id
      ORDER BY ${orderBy}`,
  );
}

export interface CommonError {
  readonly error_kind: string;
  readonly jobs: number;
  readonly last_seen: Date;
}

/** The causes of failed jobs, the most frequent first. */
export async function commonErrors(
  { db }: Pick<State, 'db'>,
  { assessmentId, limit }: { readonly assessmentId: string; readonly limit: number },
): Promise<readonly CommonError[]> {
  const { rows } = await sql<CommonError>`
    SELECT coalesce(error_kind, '') AS error_kind, count(*) AS jobs, max(completed_at) AS last_seen
    FROM migration_jobs
    WHERE assessment_id = ${assessmentId} AND status = 'FAILED'
    GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ${limit}`.execute(db);
  return rows;
}

/** Outcomes of the attempts of one day (UTC). */
export interface DayOfJobs {
  /** Such as `2026-11-21`. */
  readonly day: string;
  readonly job_type: JobType;
  readonly completed: number;
  readonly failed: number;
  readonly cancelled: number;
  /** Completed attempts divided by completed and failed attempts; NULL when there are none. */
  readonly success_rate: number | null;
  /** Over completed attempts; NULL when there are none. */
  readonly mean_seconds: number | null;
  readonly longest_seconds: number | null;
}

/** The last `days` days that have data, the newest first. */
export async function jobHistory(
  { db }: Pick<State, 'db'>,
  { assessmentId, days }: { readonly assessmentId: string; readonly days: number },
): Promise<readonly DayOfJobs[]> {
  const attempts = (status: string): RawBuilder<number> =>
    sql`coalesce(sum(attempts) FILTER (WHERE status = ${sql.lit(status)}), 0)::integer`;
  const { rows } = await sql<DayOfJobs>`
    SELECT to_char(day, 'YYYY-MM-DD') AS day, job_type,
      ${attempts('COMPLETED')} AS completed, ${attempts('FAILED')} AS failed, ${attempts('CANCELLED')} AS cancelled,
      ${attempts('COMPLETED')}::double precision
        / nullif(${attempts('COMPLETED')} + ${attempts('FAILED')}, 0) AS success_rate,
      sum(seconds) FILTER (WHERE status = 'COMPLETED') / nullif(${attempts('COMPLETED')}, 0) AS mean_seconds,
      max(longest_seconds) FILTER (WHERE status = 'COMPLETED') AS longest_seconds
    FROM migration_outcomes
    WHERE assessment_id = ${assessmentId} AND day IN (
      SELECT DISTINCT day FROM migration_outcomes WHERE assessment_id = ${assessmentId}
      ORDER BY day DESC LIMIT ${days})
    GROUP BY migration_outcomes.day, job_type
    ORDER BY migration_outcomes.day DESC, job_type`.execute(db);
  return rows;
}
