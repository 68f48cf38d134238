import { sql } from 'kysely';
import type { State } from '../store/state.js';

/** How much the jobs that move the tables of an assessment have to do, without those that were cancelled. */
export interface MoveFigures {
  readonly bytes_copied: number;
  /**
   * Of each job what was listed; before that, what the assessment estimated (0 where it could not); never less than was
   * copied. A completed job has nothing left.
   */
  readonly bytes_total: number;
  readonly rows_copied: number;
  /** Unfinished jobs that are not listed yet. */
  readonly not_listed: number;
}

export const nothingToMove: MoveFigures = { bytes_copied: 0, bytes_total: 0, rows_copied: 0, not_listed: 0 };

/** By assessment; those without such jobs are missing. One scan of their jobs. */
export async function moveFigures(
  { db }: Pick<State, 'db'>,
  assessments: readonly string[],
): Promise<ReadonlyMap<string, MoveFigures>> {
  const { rows } = await sql<MoveFigures & { readonly assessment: string }>`
    SELECT assessment_id AS assessment, sum(bytes_copied)::bigint AS bytes_copied,
      sum(greatest(bytes_copied, bytes_total, CASE WHEN bytes_total IS NULL AND status <> 'COMPLETED' THEN estimated_bytes END
        ))::bigint AS bytes_total,
      sum(rows_copied)::bigint AS rows_copied,
      count(*) FILTER (WHERE bytes_total IS NULL AND status <> 'COMPLETED') AS not_listed
    FROM migration_jobs
    WHERE assessment_id = ANY(${assessments}::uuid[]) AND job_type <> 'VALIDATE' AND status <> 'CANCELLED'
    GROUP BY assessment_id ORDER BY assessment_id`.execute(db);
  return new Map(rows.map(({ assessment, ...figures }) => [assessment, figures]));
}
