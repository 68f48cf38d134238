import { setTimeout as delay } from 'node:timers/promises';
import type { PgBoss } from 'pg-boss';
import { correlated } from '../../core/correlation.js';
import { fail } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { inSpan, markFailed } from '../../core/span.js';
import { listParts, saveCheckpoint } from '../repositories/job-progress.js';
import type { PartProgress } from '../repositories/job-progress.js';
import { advanceJob, findJob } from '../repositories/migration-jobs.js';
import type { JobChange, MigrationJob } from '../repositories/migration-jobs.js';
import { isStorable } from '../repositories/storable-text.js';
import { findWorkOrder } from '../repositories/work-orders.js';
import { stateFailure } from '../store/failures.js';
import type { State } from '../store/state.js';
import { afterFailure, outcomeOf, thrownFailure, vanished } from './failure.js';
import type { RetryPolicy } from './failure.js';
import { JobInterrupted, UnstorableCheckpoint } from './handler.js';
import type { Interruption, JobContext, JobFailure, JobHandler } from './handler.js';
import { Lease } from './lease.js';
import { endTicket, isOpen, keepTicket, putBack, returnTicket } from './ticket.js';
import type { Ticket } from './ticket.js';

/**
 * How an attempt ended: `retried` will be tried again, `waiting` needs other work first, `blocked` waits for a person,
 * `given-back` was interrupted by a stop, `passed-over` was not started because its job no longer waits for a worker or another worker has it.
 */
export type AttemptEnd =
  | 'completed'
  | 'retried'
  | 'waiting'
  | 'failed'
  | 'blocked'
  | 'paused'
  | 'cancelled'
  | 'lost'
  | 'given-back'
  | 'passed-over';

/** An event of a job, for observers of the worker. */
export type JobEvent =
  | { readonly kind: 'began'; readonly job: MigrationJob; readonly queue: string }
  | { readonly kind: 'checkpoint'; readonly jobId: string; readonly part: string; readonly phase: string }
  | { readonly kind: 'message'; readonly jobId: string; readonly message: string }
  | { readonly kind: 'ended'; readonly jobId: string; readonly end: AttemptEnd; readonly reason?: string };

export interface AttemptOptions {
  readonly state: Pick<State, 'db' | 'location'>;
  readonly boss: PgBoss;
  readonly handler: JobHandler;
  readonly retry: RetryPolicy;
  /** Of the worker: since when jobs wait for other work, by their ids; monotonic time in ms. */
  readonly waitingSince: Map<string, number>;
  readonly watchSeconds: number;
  readonly graceSeconds: number;
  readonly stop: AbortSignal;
  readonly abandon: AbortSignal;
  readonly onProblem: (problem: Error) => void;
  readonly onEvent: (event: JobEvent) => void;
}

/** Runs the job of a claimed ticket and stores the outcome. Throws the database's error. */
export async function attempt(options: AttemptOptions, ticket: Ticket, claimedAt: number): Promise<AttemptEnd> {
  const { state, boss, onEvent } = options;
  if (options.stop.aborted) {
    await returnTicket(state, boss, ticket);
    return 'given-back';
  }
  const taken = await take(options, ticket);
  if (typeof taken === 'string') {
    if (taken === 'failed') onEvent({ kind: 'ended', jobId: ticket.jobId, end: taken, reason: vanished.reason });
    return taken;
  }
  const order = findWorkOrder(state, taken.id);
  // The handler's attempt reports why it could not be read.
  const parent = (await order.catch(() => undefined))?.traceparent;
  const attributes = {
    'aws2openstack.run': taken.assessment_id,
    'aws2openstack.job': taken.id,
    'aws2openstack.job_type': taken.job_type,
    'aws2openstack.fence': taken.fence,
  };
  const work = async (): Promise<AttemptEnd> =>
    await inSpan(`job ${ticket.queue}`, { kind: 'consumer', parent, attributes }, async (span) => {
      const end = await workOn(options, { ticket, job: taken, order, claimedAt });
      span.setAttribute('aws2openstack.end', end);
      if (end === 'failed' || end === 'retried' || end === 'lost') markFailed(span, end);
      return end;
    });
  return await correlated({ run: taken.assessment_id, job: taken.id }, work);
}

interface TakenJob {
  readonly ticket: Ticket;
  readonly job: MigrationJob;
  readonly order: ReturnType<typeof findWorkOrder>;
  readonly claimedAt: number;
}

async function workOn(options: AttemptOptions, taken: TakenJob): Promise<AttemptEnd> {
  const { state, boss, onEvent } = options;
  const { ticket, job, claimedAt } = taken;
  onEvent({ kind: 'began', job, queue: ticket.queue });
  const lease = new Lease({ ...options, ticket, fence: job.fence, keptAt: claimedAt });
  try {
    const outcome = await run(options, taken, lease);
    // Before the ticket can go to another attempt.
    lease.handlerHasEnded();
    const settled = await patiently(options, lease, async () => await settle(options, ticket, job, outcome, lease));
    if (settled.end === 'lost' || settled.end === 'paused' || settled.end === 'cancelled')
      await patiently(options, lease, async () => {
        await returnTicket(state, boss, ticket);
      });
    onEvent({ kind: 'ended', jobId: job.id, ...settled });
    return settled.end;
  } finally {
    lease.close();
  }
}

/** Makes the job RUNNING under this worker's fence, if its ticket is still this worker's. */
async function take(
  { state, boss, retry }: AttemptOptions,
  ticket: Ticket,
): Promise<MigrationJob | 'failed' | 'passed-over'> {
  for (;;) {
    const job = await findJob(state, ticket.jobId);
    if (job === undefined || !isOpen(job.status)) {
      await returnTicket(state, boss, ticket);
      return 'passed-over';
    }
    const change = takingOf(job, retry);
    const moved = await moveWithTicket(state, boss, ticket, job, change);
    if (moved === 'ticket-lost') return 'passed-over';
    if (moved.ok) return change.to === 'FAILED' ? 'failed' : moved.value;
    // It was paused or cancelled meanwhile, or its table has another unfinished job.
    if (moved.error[0]?.code !== 'job-changed-hands') {
      await returnTicket(state, boss, ticket);
      return 'passed-over';
    }
  }
}

/** The worker of a RUNNING job vanished, which counts as a failure: the job itself may kill its workers. */
function takingOf(job: MigrationJob, retry: RetryPolicy): JobChange {
  if (job.status !== 'RUNNING') return { to: 'RUNNING' };
  const { to, failures } = afterFailure(vanished, job.failures, retry, 0);
  return to === 'FAILED' ? { to, failures, error: vanished.reason } : { to: 'RUNNING', failures };
}

class TicketLost extends Error {}

/** A worker that was frozen after it claimed the ticket must not take the job from the one that has claimed it since. */
async function moveWithTicket(
  state: Pick<State, 'db'>,
  boss: PgBoss,
  ticket: Ticket,
  job: MigrationJob,
  change: JobChange,
): Promise<Result<MigrationJob> | 'ticket-lost'> {
  try {
    return await advanceJob(state, job, change, async (transaction) => {
      if (!(await keepTicket(boss, ticket, transaction))) throw new TicketLost();
      if (change.to === 'FAILED') await endTicket(boss, transaction, ticket);
    });
  } catch (error) {
    if (error instanceof TicketLost) return 'ticket-lost';
    throw error;
  }
}

type Outcome = Result<void, JobFailure>;

async function run(options: AttemptOptions, taken: TakenJob, lease: Lease): Promise<Outcome> {
  try {
    return outcomeOf(await options.handler(await contextOf(options, taken, lease)), taken.ticket.queue);
  } catch (error) {
    return fail(thrownFailure(error));
  }
}

async function contextOf(
  { state, onEvent }: AttemptOptions,
  { ticket, job, order }: TakenJob,
  lease: Lease,
): Promise<JobContext> {
  const found = await order;
  if (found === undefined) throw new Error(`Bug: the job ${job.id} has a ticket and no work order.`);
  return {
    job,
    payload: found.payload,
    parts: await partsOf(state, job.id),
    signal: lease.signal,
    checkpoint: async (done) => {
      if (lease.hasHandlerEnded()) throw new JobInterrupted('lost');
      if (!isStorable(done)) throw new UnstorableCheckpoint(done.part);
      const saved = await saveCheckpoint(state, job, done);
      if (saved.ok) onEvent({ kind: 'checkpoint', jobId: ticket.jobId, part: done.part, phase: done.phase });
      if (saved.ok && saved.value === 'PAUSED') lease.end('paused');
      if (!saved.ok) {
        if (!lease.hasHandlerEnded()) await lease.look();
        throw new JobInterrupted(lease.interruption === 'cancelled' ? 'cancelled' : 'lost');
      }
      if (lease.hasHandlerEnded()) throw new JobInterrupted('lost');
      if (lease.interruption !== undefined) throw new JobInterrupted(lease.interruption);
    },
    log: (message) => {
      onEvent({ kind: 'message', jobId: ticket.jobId, message });
    },
  };
}

async function partsOf(state: Pick<State, 'db'>, jobId: string): Promise<ReadonlyMap<string, PartProgress>> {
  const parts = new Map<string, PartProgress>();
  let cursor: string | undefined;
  for (;;) {
    const page = await listParts(state, jobId, { cursor });
    if (!page.ok) throw new Error(page.error.map(({ message }) => message).join('\n'));
    for (const part of page.value.items) parts.set(part.part, part);
    if (page.value.next === null) return parts;
    cursor = page.value.next;
  }
}

interface Settled {
  readonly end: AttemptEnd;
  readonly reason?: string;
}

/** Sets the job's status to the outcome of the attempt, unless the job has already moved on. */
async function settle(
  { state, boss, retry, waitingSince }: AttemptOptions,
  ticket: Ticket,
  job: MigrationJob,
  outcome: Outcome,
  { interruption }: Lease,
): Promise<Settled> {
  // A checkpoint may have ended the series of failures since the job was taken.
  const now = await findJob(state, job.id);
  const since = waitingSince.get(job.id) ?? performance.now();
  const { change, delaySeconds, settled } = settlementOf(outcome, interruption, {
    failures: now?.failures ?? job.failures,
    retry,
    waitedSeconds: (performance.now() - since) / 1000,
  });
  if (settled.end === 'waiting') waitingSince.set(job.id, since);
  else waitingSince.delete(job.id);
  const moved = await advanceJob(state, job, change, async (transaction) => {
    if (delaySeconds === undefined) await endTicket(boss, transaction, ticket);
    else await putBack(boss, transaction, ticket, delaySeconds);
  });
  if (moved.ok) return settled;
  const other = await findJob(state, job.id);
  if (other?.status === 'PAUSED' && other.fence === job.fence + 1) return { end: 'paused' };
  return { end: other?.status === 'CANCELLED' ? 'cancelled' : 'lost' };
}

interface Settlement {
  readonly change: JobChange;
  /** Delay before the ticket may be claimed again; when absent, the ticket ends. */
  readonly delaySeconds?: number;
  readonly settled: Settled;
}

function settlementOf(
  outcome: Outcome,
  interruption: Interruption | undefined,
  {
    failures,
    retry,
    waitedSeconds,
  }: Pick<MigrationJob, 'failures'> & {
    readonly retry: RetryPolicy;
    readonly waitedSeconds: number;
  },
): Settlement {
  if (outcome.ok) return { change: { to: 'COMPLETED' }, settled: { end: 'completed' } };
  const failure = failureOf(outcome.error, interruption);
  if (failure === undefined) return { change: { to: 'PENDING' }, delaySeconds: 0, settled: { end: 'given-back' } };
  const { reason } = failure;
  const next = afterFailure(failure, failures, retry, Math.random(), waitedSeconds);
  const change: JobChange = { to: next.to, failures: next.failures, error: reason };
  return next.to === 'PENDING'
    ? {
        change,
        delaySeconds: next.delaySeconds,
        settled: { end: failure.kind === 'wait' ? 'waiting' : 'retried', reason },
      }
    : { change, settled: { end: next.to === 'FAILED' ? 'failed' : 'blocked', reason } };
}

/** Undefined when the handler ended only because it was asked to. */
function failureOf(failure: JobFailure, interruption: Interruption | undefined): JobFailure | undefined {
  // A failure that another attempt may fix was most likely caused by the interruption.
  if (interruption === undefined || (failure.kind !== 'retry' && failure.kind !== 'wait')) return failure;
  return interruption === 'lost' ? vanished : undefined;
}

/** Finished work must not be lost because the database is briefly unavailable: tries again while the lease lasts. */
async function patiently<T>(
  { state, onProblem, watchSeconds }: AttemptOptions,
  lease: Lease,
  action: () => Promise<T>,
): Promise<T> {
  for (;;) {
    try {
      return await action();
    } catch (error) {
      const mayPass = stateFailure(error, state.location) !== undefined;
      if (!mayPass || lease.interruption === 'lost' || lease.closed) throw error;
      onProblem(error as Error);
      await delay(watchSeconds * 1000);
    }
  }
}
