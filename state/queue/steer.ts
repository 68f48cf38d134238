import type { PgBoss } from 'pg-boss';
import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { statusWords } from '../job-words.js';
import { advanceJob, findJob, noSuchJob } from '../repositories/migration-jobs.js';
import type { MigrationJob } from '../repositories/migration-jobs.js';
import type { JobStatus } from '../schema/tables.js';
import type { State } from '../store/state.js';
import { rememberQueue } from './queue.js';
import { makeDue, sendTickets, withdrawTickets } from './ticket.js';

/** The actions of a person or a dashboard on a job. */
export type Steering = 'pause' | 'resume' | 'retry' | 'cancel';

interface Way {
  readonly from: readonly JobStatus[];
  readonly to: JobStatus;
  readonly done: string;
}

/** From which status to which. */
export const steeringWays: Readonly<Record<Steering, Way>> = {
  pause: { from: ['PENDING', 'RUNNING'], to: 'PAUSED', done: 'paused' },
  resume: { from: ['PAUSED'], to: 'PENDING', done: 'resumed' },
  retry: { from: ['FAILED', 'CANCELLED'], to: 'PENDING', done: 'retried' },
  cancel: { from: ['PENDING', 'RUNNING', 'PAUSED', 'FAILED'], to: 'CANCELLED', done: 'cancelled' },
};

/** Statuses of jobs that can be steered so. */
export function steerableFrom(steering: Steering): readonly JobStatus[] {
  return steeringWays[steering].from;
}

/**
 * Pauses, resumes, retries or cancels a job, whether or not a worker holds it. A worker that runs it notices within a few
 * seconds and ends at its next checkpoint (pause) or at once (cancel). A job that is resumed or retried continues from its
 * checkpoints, with its failure count reset; one that waits for the time of its next attempt is due now when it is retried.
 */
export async function steerJob(
  { db }: Pick<State, 'db'>,
  boss: PgBoss,
  id: string,
  steering: Steering,
): Promise<Result<MigrationJob>> {
  const { from, to, done } = steeringWays[steering];
  for (let attempt = 1; ; attempt += 1) {
    const job = await findJob({ db }, id);
    if (job === undefined) return fail([noSuchJob(id)]);
    if (steering === 'retry' && job.status === 'PENDING') return await hasten({ db }, boss, job);
    if (!from.includes(job.status)) return fail([wrongStatus(job, from, done)]);
    const order = await orderOf({ db }, job);
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

/** The next attempt of a job that waits for its time is due now. */
async function hasten({ db }: Pick<State, 'db'>, boss: PgBoss, job: MigrationJob): Promise<Result<MigrationJob>> {
  const order = await orderOf({ db }, job);
  if (order === undefined) return fail([alreadyDue(job)]);
  await rememberQueue(boss, order.queue);
  return await db.transaction().execute(async (transaction) => {
    // A ticket changes only in a transaction that has locked the job.
    const locked = await transaction
      .selectFrom('migration_jobs')
      .select('status')
      .where('id', '=', job.id)
      .forUpdate()
      .executeTakeFirst();
    const isHastened = locked?.status === 'PENDING' && (await makeDue(boss, transaction, order.queue, job.id));
    return isHastened ? ok(job) : fail([alreadyDue(job)]);
  });
}

async function orderOf({ db }: Pick<State, 'db'>, { id }: MigrationJob): Promise<{ queue: string } | undefined> {
  return await db
    .selectFrom('migration_work_orders')
    .select('queue')
    .where('migration_job_id', '=', id)
    .executeTakeFirst();
}

function alreadyDue({ id }: MigrationJob): Diagnostic {
  return diagnostic({
    code: 'job-status',
    path: id,
    message: 'The job is already waiting for a worker; there is nothing to retry.',
    fix: 'Start a worker: aws2openstack migrate worker --until-done.',
  });
}

function wrongStatus({ id, status }: MigrationJob, from: readonly JobStatus[], done: string): Diagnostic {
  return diagnostic({
    code: 'job-status',
    path: id,
    message: `The job is ${statusWords[status]}; only a job that is ${from.map((each) => statusWords[each]).join(' or ')} can be ${done}.`,
    fix: 'Check its status with `aws2openstack migrate status`.',
  });
}
