import { setTimeout as delay } from 'node:timers/promises';
import type { PgBoss } from 'pg-boss';
import type { State } from '../store/state.js';
import { attempt } from './attempt.js';
import type { AttemptEnd, JobEvent } from './attempt.js';
import { requeueLost } from './enqueue.js';
import { defaultRetryPolicy } from './failure.js';
import type { RetryPolicy } from './failure.js';
import type { JobHandlers } from './handler.js';
import { openQueue } from './queue.js';
import { claimTickets } from './ticket.js';
import type { Ticket } from './ticket.js';

export interface WorkerOptions {
  readonly handlers: JobHandlers;
  /**
   * Jobs at a time.
   * @default 1
   */
  readonly concurrency?: number;
  /** When aborted, the worker takes no more jobs, gives back those it holds and returns. */
  readonly signal: AbortSignal;
  /**
   * Receives background problems, such as a server that is briefly unavailable, and what `onEvent` throws; the worker
   * keeps trying.
   */
  readonly onProblem: (problem: Error) => void;
  readonly onEvent?: (event: WorkerEvent) => void;
  /** @default 6 failures in a row, 5 s doubled up to 300 s between them */
  readonly retry?: RetryPolicy;
  /** @default every value as in `defaultTimes` */
  readonly times?: Partial<WorkerTimes>;
}

export interface WorkerTimes {
  /** How long a worker waits after it found no job. */
  readonly pollSeconds: number;
  /** How often to check whether a running job was paused, cancelled or taken. */
  readonly watchSeconds: number;
  /** How long a handler that is to end may take to reach its next checkpoint, and after that to end. */
  readonly graceSeconds: number;
  /** How often to look for dead workers. */
  readonly monitorIntervalSeconds: number;
}

export type WorkerEvent = { readonly kind: 'ready' } | JobEvent;

const defaultTimes: WorkerTimes = { pollSeconds: 2, watchSeconds: 2, graceSeconds: 30, monitorIntervalSeconds: 15 };

export interface WorkerOutcome {
  /** Number of attempts by outcome. */
  readonly ended: Readonly<Partial<Record<AttemptEnd, number>>>;
  /** Jobs whose handlers did not end in time: still held, until the lease expires and others can take them. */
  readonly abandoned: number;
}

/**
 * Takes jobs from the queues of its handlers and runs them until `signal` is aborted. Any number of workers may run at
 * once, in as many processes as the store allows; a job is held by one of them. Throws the database's error when the queue
 * cannot be opened.
 */
export async function runWorker(state: State, options: WorkerOptions): Promise<WorkerOutcome> {
  const { handlers, concurrency = 1, signal, retry = defaultRetryPolicy } = options;
  const { onProblem, onEvent } = guarded(options);
  const times = { ...defaultTimes, ...options.times };
  const queues = Object.keys(handlers);
  const boss = await openQueue(state, {
    queues,
    supervise: true,
    monitorIntervalSeconds: times.monitorIntervalSeconds,
    onProblem,
  });
  const running = new Set<Promise<void>>();
  const waitingSince = new Map<string, number>();
  const abandon = new AbortController();
  const ended: Partial<Record<AttemptEnd, number>> = {};
  const begin = (ticket: Ticket, claimedAt: number): void => {
    const handler = handlers[ticket.queue];
    if (handler === undefined) return;
    const attempted = attempt(
      {
        ...{ state, boss, handler, retry, waitingSince, ...times },
        ...{ stop: signal, abandon: abandon.signal, onProblem, onEvent },
      },
      ticket,
      claimedAt,
    )
      .then((end) => {
        ended[end] = (ended[end] ?? 0) + 1;
      })
      // The database was unavailable for longer than the lease: the next claim of the ticket resumes the job.
      .catch((error: unknown) => {
        onProblem(error as Error);
      })
      .finally(() => running.delete(attempted));
    running.add(attempted);
  };
  try {
    for (const queue of queues) await requeueLost(state, boss, queue);
    onEvent({ kind: 'ready' });
    for (let turn = 0; !signal.aborted; turn += 1) {
      const claimedAt = performance.now();
      const free = concurrency - running.size;
      for (const ticket of await claimFrom(boss, rotated(queues, turn), free, onProblem)) begin(ticket, claimedAt);
      await something(running, times.pollSeconds, signal);
    }
    // Once to reach a checkpoint, once to end after the signal.
    await everything(running, 2 * times.graceSeconds);
    return { ended, abandoned: running.size };
  } finally {
    abandon.abort();
    await boss.stop({ graceful: false });
  }
}

/** Observers that throw must not disturb the jobs. */
function guarded({ onProblem, onEvent }: WorkerOptions): Required<Pick<WorkerOptions, 'onProblem' | 'onEvent'>> {
  const report = (problem: Error): void => {
    try {
      onProblem(problem);
    } catch {
      // There is no other observer to tell.
    }
  };
  return {
    onProblem: report,
    onEvent: (event) => {
      try {
        onEvent?.(event);
      } catch (error) {
        report(error as Error);
      }
    },
  };
}

/** Each queue is first in turn. */
function rotated(queues: readonly string[], turn: number): readonly string[] {
  const first = turn % Math.max(1, queues.length);
  return [...queues.slice(first), ...queues.slice(0, first)];
}

async function claimFrom(
  boss: PgBoss,
  queues: readonly string[],
  limit: number,
  onProblem: (problem: Error) => void,
): Promise<readonly Ticket[]> {
  const tickets: Ticket[] = [];
  try {
    for (const queue of queues) {
      if (tickets.length >= limit) break;
      tickets.push(...(await claimTickets(boss, queue, limit - tickets.length)));
    }
  } catch (error) {
    onProblem(error as Error);
  }
  return tickets;
}

/** Waits until a job ends, the time is up or the worker is to stop. */
async function something(running: ReadonlySet<Promise<void>>, seconds: number, stop: AbortSignal): Promise<void> {
  const over = new AbortController();
  const signal = AbortSignal.any([stop, over.signal]);
  await Promise.race([delay(seconds * 1000, undefined, { signal }).catch(() => undefined), ...running]);
  over.abort();
}

/** Waits until all jobs end or the time is up. */
async function everything(running: ReadonlySet<Promise<void>>, seconds: number): Promise<void> {
  const over = new AbortController();
  const time = delay(seconds * 1000, undefined, { signal: over.signal }).catch(() => undefined);
  await Promise.race([time, Promise.all(running)]);
  over.abort();
}
