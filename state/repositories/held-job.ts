import { sql } from 'kysely';
import type { Transaction } from 'kysely';
import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import type { StateTables } from '../schema/tables.js';

/** A job as the worker that holds it knows it. */
export interface HeldJob {
  readonly id: string;
  readonly fence: number;
}

/**
 * Locks a job until the transaction ends, so that its holder cannot change before its progress is written. `undefined` when
 * it is no longer RUNNING with this fence. One exception: a job that was paused while it ran accepts the last progress of
 * its worker, because the next holder must move the job first.
 */
export async function lockHeldJob(
  transaction: Transaction<StateTables>,
  { id, fence }: HeldJob,
): Promise<'RUNNING' | 'PAUSED' | undefined> {
  const { rows } = await sql<{ status: 'RUNNING' | 'PAUSED' }>`
    SELECT status FROM migration_jobs
    WHERE id = ${id} AND (status = 'RUNNING' AND fence = ${fence} OR status = 'PAUSED' AND fence = ${fence + 1})
    FOR UPDATE`.execute(transaction);
  return rows[0]?.status;
}

/** `what` was to be written. */
export function lostJob({ id, fence }: HeldJob, what: string): Diagnostic {
  return diagnostic({
    code: 'job-changed-hands',
    path: id,
    message: `The job is no longer RUNNING with fence ${fence}; ${what} not written.`,
    fix: 'Stop working on the job: another process has changed it.',
  });
}
