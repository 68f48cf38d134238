import { sql } from 'kysely';
import type { State } from '../store/state.js';

/** The last checkpoint of one part of a job; `null` without one. */
export async function findPartCheckpoint(
  { db }: Pick<State, 'db'>,
  jobId: string,
  part: string,
): Promise<object | null> {
  const found = await db
    .selectFrom('migration_progress')
    .select('checkpoint')
    .where('migration_job_id', '=', jobId)
    .where('part', '=', part)
    .executeTakeFirst();
  return found?.checkpoint ?? null;
}

/**
 * Stores what a part of a job that nobody holds goes on from, such as one that `repeatJob` prepares. The part counts no
 * bytes, files or rows.
 */
export async function storePartCheckpoint(
  { db }: Pick<State, 'db'>,
  jobId: string,
  { part, phase, checkpoint }: { readonly part: string; readonly phase: string; readonly checkpoint: object },
): Promise<void> {
  const stored = { phase, checkpoint: JSON.stringify(checkpoint), updated_at: sql<Date>`now()` };
  await db
    .insertInto('migration_progress')
    .values({ migration_job_id: jobId, part, bytes_done: 0, files_done: 0, rows_done: 0, ...stored })
    .onConflict((conflict) => conflict.columns(['migration_job_id', 'part']).doUpdateSet(stored))
    .execute();
}
