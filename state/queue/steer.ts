import type { PgBoss } from 'pg-boss';
import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { fail } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { advanceJob, findJob, noSuchJob } from '../repositories/migration-jobs.js';
import type { MigrationJob } from '../repositories/migration-jobs.js';
import type { JobStatus } from '../schema/tables.js';
import type { State } from '../store/state.js';
import { rememberQueue } from './queue.js';
import { sendTickets, withdrawTickets } from './ticket.js';

/** What a person or a dashboard can do with a job. */
export type Steering = 'pause' | 'resume' | 'retry' | 'cancel';

interface Way {
  readonly from: readonly JobStatus[];
  readonly to: JobStatus;
  readonly done: string;
}

const ways: Readonly<Record<Steering, Way>> = {
  pause: { from: ['PENDING', 'RUNNING'], to: 'PAUSED', done: 'paused' },
  resume: { from: ['PAUSED'], to: 'PENDING', done: 'resumed' },
  retry: { from: ['FAILED', 'CANCELLED'], to: 'PENDING', done: 'retried' },
  cancel: { from: ['PENDING', 'RUNNING', 'PAUSED', 'FAILED'], to: 'CANCELLED', done: 'cancelled' },
};

/** Statuses of jobs that can be steered so. */
export function steerableFrom(steering: Steering): readonly JobStatus[] {
  return ways[steering].from;
}

/**
 * Pauses, resumes, retries or cancels a job, whether or not a worker holds it. A worker that runs it notices within a few
 * seconds and ends at its next checkpoint (pause) or at once (cancel). A job that is resumed or retried continues from its
 * checkpoints, with its failure count reset.
 */
export async function steerJob(
  { db }: Pick<State, 'db'>,
  boss: PgBoss,
  id: string,
  steering: Steering,
): Promise<Result<MigrationJob>> {
  const { from, to, done } = ways[steering];
  for (let attempt = 1; ; attempt += 1) {
    const job = await findJob({ db }, id);
    if (job === undefined) return fail([noSuchJob(id)]);
    if (!from.includes(job.status)) return fail([wrongStatus(job, from, done)]);
    const order = await db
      .selectFrom('migration_work_orders')
      .select('queue')
      .where('migration_job_id', '=', job.id)
      .executeTakeFirst();
    if (order !== undefined) await rememberQueue(boss, order.queue);
    const moved = await advanceJob({ db }, job, { to, failures: 0 }, async (transaction) => {
      if (order === undefined) return;
      if (to === 'PENDING') await sendTickets(boss, transaction, order.queue, [job.id]);
      else await withdrawTickets(boss, transaction, order.queue, job.id);
    });
    // Meanwhile a worker took or finished the job, which changes what is allowed.
    if (moved.ok || moved.error[0]?.code !== 'job-changed-hands' || attempt === maxAttempts) return moved;
  }
}

const maxAttempts = 10;

function wrongStatus({ id, status }: MigrationJob, from: readonly JobStatus[], done: string): Diagnostic {
  return diagnostic({
    code: 'job-status',
    path: id,
    message: `The job is ${status}; only a job that is ${from.join(' or ')} can be ${done}.`,
    fix: 'Check its status with `aws2openstack migrate status`.',
  });
}
