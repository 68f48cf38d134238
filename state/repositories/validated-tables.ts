import { sql } from 'kysely';
import type { ValidationStatus, ValidationType } from '../schema/tables.js';
import type { State } from '../store/state.js';

/** The newest result of a check. */
export interface CurrentResult {
  readonly validation_type: ValidationType;
  readonly status: ValidationStatus;
  readonly source_value: string | null;
  readonly target_value: string | null;
  readonly difference: string | null;
  readonly details: unknown;
  readonly validated_at: string;
}

/**
 * A table, the job that moved it, and what the newest validation of each kind has found since: what was found before the last
 * copy tells nothing of it.
 */
export interface ValidatedTable {
  readonly database: string;
  readonly table: string;
  readonly jobId: string;
  /** When that job ended: ISO 8601, UTC. */
  readonly movedAt: string;
  /** Sorted by the name of the check; empty before it was validated. */
  readonly results: readonly CurrentResult[];
}

const tablesAtOnce = 200;

/** The moved tables of an assessment, sorted by database, then name; read some at a time. */
export async function* validatedTables(
  { db }: Pick<State, 'db'>,
  assessmentId: string,
): AsyncGenerator<ValidatedTable> {
  for (let after = ['', '']; ;) {
    const { rows } = await sql<ValidatedTable>`
      WITH moved AS (
        SELECT DISTINCT ON (tables.database_name, tables.table_name)
          tables.database_name, tables.table_name, job.id, job.completed_at
        FROM tables JOIN migration_jobs job ON job.table_id = tables.id
        WHERE tables.assessment_id = ${assessmentId} AND job.status = 'COMPLETED' AND job.job_type <> 'VALIDATE'
          AND (tables.database_name, tables.table_name) > (${after[0]}, ${after[1]})
        ORDER BY tables.database_name, tables.table_name, job.created_at DESC
        LIMIT ${tablesAtOnce})
      SELECT moved.database_name AS database, moved.table_name AS "table", moved.id AS "jobId",
        to_char(moved.completed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "movedAt",
        coalesce((
          SELECT jsonb_agg(jsonb_build_object(
            'validation_type', validation_type, 'status', status, 'source_value', source_value,
            'target_value', target_value, 'difference', difference, 'details', details,
            'validated_at', to_char(validated_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
            ORDER BY validation_type)
          FROM validation_results WHERE migration_job_id = moved.id AND NOT superseded
            AND validated_at >= date_trunc('milliseconds', moved.completed_at)), '[]') AS results
      FROM moved ORDER BY moved.database_name, moved.table_name`.execute(db);
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < tablesAtOnce) return;
    after = [last.database, last.table];
  }
}
