import { sql } from 'kysely';
import type { State } from '../store/state.js';
import type { MigrationJob } from './migration-jobs.js';
import { isNamedTable } from './named-table.js';
import type { NamedTable } from './named-table.js';
import type { ValidationResult } from './validation-results.js';

const mostJobs = 20;

/** The newest jobs of a table over all assessments of its catalog, or of one assessment; the newest first. */
export async function jobsOfTable(
  { db }: Pick<State, 'db'>,
  table: NamedTable,
  assessmentId?: string,
): Promise<readonly MigrationJob[]> {
  const { rows } = await sql<MigrationJob>`
    SELECT job.* FROM tables
    JOIN assessments ON assessments.id = tables.assessment_id
    JOIN migration_jobs job ON job.table_id = tables.id
    WHERE ${isNamedTable(table, assessmentId)}
    ORDER BY job.created_at DESC, job.id LIMIT ${mostJobs}`.execute(db);
  return rows;
}

/** The newest result of each check of a job, sorted by the check's name. */
export async function currentResults({ db }: Pick<State, 'db'>, jobId: string): Promise<readonly ValidationResult[]> {
  return await db
    .selectFrom('validation_results')
    .selectAll()
    .where('migration_job_id', '=', jobId)
    .where('superseded', '=', false)
    .orderBy('validation_type')
    .execute();
}
