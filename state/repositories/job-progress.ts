import { sql } from 'kysely';
import type { Selectable } from 'kysely';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import type { StateTables } from '../schema/tables.js';
import type { State } from '../store/state.js';
import { lockHeldJob, lostJob } from './held-job.js';
import type { HeldJob } from './held-job.js';
import { readPage } from './page.js';
import type { Order, Page, PageRequest } from './page.js';

export type PartProgress = Selectable<StateTables['migration_progress']>;

/** Total progress of one part of a job, not since the last checkpoint. */
export interface Checkpoint {
  readonly part: string;
  readonly phase: string;
  readonly bytesTotal: number | null;
  readonly bytesDone: number;
  readonly filesTotal: number | null;
  readonly filesDone: number;
  readonly rowsTotal: number | null;
  readonly rowsDone: number;
  /** Whether the part came further, where files and rows do not show it. @default false */
  readonly cameFurther?: boolean;
  /** Where to continue, stored as it is: whoever puts text of others into it masks credentials. */
  readonly checkpoint: object | null;
}

/**
 * Writes the progress of a part and adds it to the job's totals. Fails, without writing, when the job is no longer RUNNING
 * with this fence. One exception: a job that was paused while it ran accepts the last checkpoint of its worker, because
 * the next holder must move the job first. Returns the job's status. A part that is new, came further, reaches another
 * phase or has done more files or rows than ever resets the count of failures.
 */
export async function saveCheckpoint(
  { db }: Pick<State, 'db'>,
  { id, fence }: HeldJob,
  done: Checkpoint,
): Promise<Result<'RUNNING' | 'PAUSED'>> {
  return await db.transaction().execute(async (transaction) => {
    const status = await lockHeldJob(transaction, { id, fence });
    if (status === undefined) return fail([lostJob({ id, fence }, 'the checkpoint was')]);
    const before = await transaction
      .selectFrom('migration_progress')
      .select(['phase', 'bytes_total', 'bytes_done', 'files_done', 'rows_done'])
      .where('migration_job_id', '=', id)
      .where('part', '=', done.part)
      .executeTakeFirst();
    const figures = {
      phase: done.phase,
      bytes_total: done.bytesTotal,
      bytes_done: done.bytesDone,
      files_total: done.filesTotal,
      files_done: done.filesDone,
      rows_total: done.rowsTotal,
      rows_done: done.rowsDone,
      checkpoint: done.checkpoint === null ? null : JSON.stringify(done.checkpoint),
      updated_at: sql<Date>`now()`,
    };
    await transaction
      .insertInto('migration_progress')
      .values({ migration_job_id: id, part: done.part, ...figures })
      .onConflict((conflict) => conflict.columns(['migration_job_id', 'part']).doUpdateSet({ ...figures }))
      .execute();
    const cameFurther =
      done.cameFurther === true ||
      before?.phase !== done.phase ||
      done.filesDone > before.files_done ||
      done.rowsDone > before.rows_done;
    const moreTotal = (done.bytesTotal ?? 0) - (before?.bytes_total ?? 0);
    await sql`
      UPDATE migration_jobs SET
        bytes_copied = bytes_copied + ${done.bytesDone - (before?.bytes_done ?? 0)},
        rows_copied = rows_copied + ${done.rowsDone - (before?.rows_done ?? 0)},
        failures = CASE WHEN ${cameFurther}::boolean THEN 0 ELSE failures END,
        bytes_total = CASE WHEN ${done.bytesTotal === null}::boolean THEN bytes_total ELSE coalesce(bytes_total, 0) END + ${moreTotal}
      WHERE id = ${id}`.execute(transaction);
    return ok(status);
  });
}

/** The parts of one job, to continue where each stopped. */
export async function listParts(
  { db }: Pick<State, 'db'>,
  jobId: string,
  page: PageRequest = {},
): Promise<Result<Page<PartProgress>>> {
  const order: Order = {
    name: 'parts',
    direction: 'asc',
    keys: [{ type: 'text', expression: sql.ref('part') }],
  };
  return await readPage(
    db,
    order,
    page,
    ({ key, isAfter, orderBy, limit }) => sql<PartProgress>`
      SELECT *, ${key} AS page_key FROM migration_progress
      WHERE migration_job_id = ${jobId} AND ${isAfter} ORDER BY ${orderBy} LIMIT ${limit}`,
  );
}
