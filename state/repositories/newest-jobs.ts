import { sql } from 'kysely';
import type { JobStatus } from '../schema/tables.js';
import type { State } from '../store/state.js';

/** The job of a table that counts. */
export interface NewestJob {
  readonly id: string;
  readonly database: string;
  readonly table: string;
  readonly status: JobStatus;
}

/** The newest moving job of each table of the assessment that has one of these statuses, by name; `ids` selects among them. */
export async function newestJobs(
  { db }: Pick<State, 'db'>,
  {
    assessmentId,
    statuses,
    ids,
  }: { readonly assessmentId: string; readonly statuses: readonly JobStatus[]; readonly ids?: readonly string[] },
): Promise<readonly NewestJob[]> {
  const { rows } = await sql<NewestJob>`
    SELECT newest.id, tables.database_name AS database, tables.table_name AS "table", newest.status
    FROM (
      SELECT DISTINCT ON (table_id) id, table_id, status FROM migration_jobs
      WHERE assessment_id = ${assessmentId} AND job_type <> 'VALIDATE'
      ORDER BY table_id, created_at DESC, id) newest
    JOIN tables ON tables.id = newest.table_id
    WHERE newest.status = ANY(${statuses}::text[])
      AND (${ids === undefined}::boolean OR newest.id = ANY(${ids ?? []}::uuid[]))
    ORDER BY tables.database_name, tables.table_name`.execute(db);
  return rows;
}
