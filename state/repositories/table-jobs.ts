import { sql } from 'kysely';
import type { JobStatus } from '../schema/tables.js';
import type { State } from '../store/state.js';

/** A table's job, and how far a part of it has come. */
export interface TableJob {
  readonly id: string;
  readonly status: JobStatus;
  /** Of the part; `null` before its first checkpoint. */
  readonly phase: string | null;
}

export interface TablePart {
  readonly assessmentId: string;
  readonly database: string;
  readonly table: string;
  readonly part: string;
}

/** The jobs that move a table, the newest first. */
export async function tableJobs(
  { db }: Pick<State, 'db'>,
  { assessmentId, database, table, part }: TablePart,
): Promise<readonly TableJob[]> {
  const { rows } = await sql<TableJob>`
    SELECT job.id, job.status, progress.phase
    FROM tables JOIN migration_jobs job ON job.table_id = tables.id
    LEFT JOIN migration_progress progress ON progress.migration_job_id = job.id AND progress.part = ${part}
    WHERE tables.assessment_id = ${assessmentId} AND tables.database_name = ${database}
      AND tables.table_name = ${table} AND job.job_type <> 'VALIDATE'
    ORDER BY job.created_at DESC, job.id`.execute(db);
  return rows;
}

/** Ids of an assessment's tables by the JSON of `[database, table]`. */
export async function tableIds({ db }: Pick<State, 'db'>, assessmentId: string): Promise<ReadonlyMap<string, string>> {
  const rows = await db
    .selectFrom('tables')
    .select(['id', 'database_name', 'table_name'])
    .where('assessment_id', '=', assessmentId)
    .execute();
  return new Map(rows.map(({ id, database_name, table_name }) => [JSON.stringify([database_name, table_name]), id]));
}

/** Those of the jobs that have no work order yet. */
export async function unorderedJobs({ db }: Pick<State, 'db'>, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ id: string }>`
    SELECT job.id FROM migration_jobs job
    WHERE job.id = ANY(${ids}::uuid[])
      AND NOT EXISTS (SELECT 1 FROM migration_work_orders work WHERE work.migration_job_id = job.id)`.execute(db);
  return new Set(rows.map(({ id }) => id));
}

/** A table that a job has moved. */
export interface MovedTable {
  readonly tableId: string;
  readonly jobId: string;
}

/** Of each moved table its newest job, by the JSON of `[database, table]`. */
export async function movedTables(
  { db }: Pick<State, 'db'>,
  assessmentId: string,
): Promise<ReadonlyMap<string, MovedTable>> {
  const { rows } = await sql<MovedTable & { database: string; table: string }>`
    SELECT DISTINCT ON (tables.id) tables.id AS "tableId", job.id AS "jobId",
      tables.database_name AS database, tables.table_name AS "table"
    FROM tables JOIN migration_jobs job ON job.table_id = tables.id
    WHERE tables.assessment_id = ${assessmentId} AND job.status = 'COMPLETED' AND job.job_type <> 'VALIDATE'
    ORDER BY tables.id, job.created_at DESC`.execute(db);
  return new Map(rows.map(({ database, table, ...moved }) => [JSON.stringify([database, table]), moved]));
}
