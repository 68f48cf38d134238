import type { PgBoss } from 'pg-boss';
import { fail } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { advanceJob, findJob, noSuchJob } from '../repositories/migration-jobs.js';
import type { MigrationJob } from '../repositories/migration-jobs.js';
import { supersedeResults } from '../repositories/validation-results.js';
import { findWorkOrder } from '../repositories/work-orders.js';
import type { State } from '../store/state.js';
import { rememberQueue } from './queue.js';
import { sendTickets } from './ticket.js';

/**
 * Hands a completed job to the workers of its queue again. `prepare` changes what it goes on from in the same transaction;
 * what was validated of a job that moves a table counts no longer. Fails where the job is not completed.
 */
export async function repeatJob(
  { db }: Pick<State, 'db'>,
  boss: PgBoss,
  id: string,
  prepare: (state: Pick<State, 'db'>) => Promise<void>,
): Promise<Result<MigrationJob>> {
  const [job, order] = [await findJob({ db }, id), await findWorkOrder({ db }, id)];
  if (job === undefined || order === undefined) return fail([noSuchJob(id)]);
  await rememberQueue(boss, order.queue);
  const turn = { id, status: 'COMPLETED', fence: job.fence } as const;
  return await advanceJob({ db }, turn, { to: 'PENDING', failures: 0 }, async (transaction, moved) => {
    await prepare({ db: transaction });
    if (moved.job_type !== 'VALIDATE') await supersedeResults(transaction, moved);
    await sendTickets(boss, transaction, order.queue, [id]);
  });
}
