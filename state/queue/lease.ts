import type { PgBoss } from 'pg-boss';
import type { State } from '../store/state.js';
import { JobInterrupted } from './handler.js';
import type { Interruption } from './handler.js';
import { keepTicket } from './ticket.js';
import type { Ticket } from './ticket.js';

export interface LeaseOptions {
  readonly state: Pick<State, 'db'>;
  readonly boss: PgBoss;
  readonly ticket: Ticket;
  /** Of the job, while this worker holds it. */
  readonly fence: number;
  /** Monotonic time in ms, taken before the ticket was claimed or last renewed. */
  readonly keptAt: number;
  /** How often to check whether the job was paused, cancelled or taken. */
  readonly watchSeconds: number;
  /** How long a handler that is to end may take to reach its next checkpoint. */
  readonly graceSeconds: number;
  /** The worker is to stop. */
  readonly stop: AbortSignal;
  /** The worker has stopped, and waits no longer for handlers that did not end. */
  readonly abandon: AbortSignal;
  readonly onProblem: (problem: Error) => void;
}

/**
 * One worker's lease on one job. Renews the claim on the ticket while the handler runs, and tells the handler when to
 * end. Considers the job lost as soon as the lease may have expired by the database's clock, even without a connection.
 */
export class Lease {
  readonly #options: LeaseOptions;
  readonly #controller = new AbortController();
  readonly #onStop = (): void => {
    this.end('stopped');
  };
  readonly #onAbandon = (): void => {
    this.close();
  };
  #interruption: Interruption | undefined;
  #keptAt: number;
  #expiry: NodeJS.Timeout | undefined;
  #grace: NodeJS.Timeout | undefined;
  #nextLook: NodeJS.Timeout | undefined;
  #handlerEnded = false;
  #closed = false;

  constructor(options: LeaseOptions) {
    this.#options = options;
    this.#keptAt = options.keptAt;
    this.#kept(options.keptAt);
    this.#lookLater();
    if (options.stop.aborted) this.end('stopped');
    options.stop.addEventListener('abort', this.#onStop);
    options.abandon.addEventListener('abort', this.#onAbandon);
  }

  /** Whether the claim is no longer renewed. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Whether nothing that the handler started may continue. */
  hasHandlerEnded(): boolean {
    return this.#handlerEnded;
  }

  /** Aborted when the handler must end at once, and when it has ended. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Why the handler is to end, if it is. */
  get interruption(): Interruption | undefined {
    return this.#interruption;
  }

  /** Asks the handler to end: at once if the job is lost or cancelled, else at its next checkpoint. */
  end(why: Interruption): void {
    if (this.#closed || this.#interruption === 'lost' || this.#interruption === 'cancelled') return;
    if (why === 'lost' || why === 'cancelled') {
      this.#interruption = why;
      this.#abort(why);
      return;
    }
    if (this.#handlerEnded || this.#interruption !== undefined) return;
    this.#interruption = why;
    this.#grace = setTimeout(() => {
      this.#abort(why);
    }, this.#options.graceSeconds * 1000);
  }

  /** Checks that the job still belongs to this worker, and renews the claim on its ticket. Throws the database's error. */
  async look(): Promise<void> {
    const { state, boss, ticket, fence } = this.#options;
    const before = performance.now();
    const job = await state.db
      .selectFrom('migration_jobs')
      .select(['status', 'fence'])
      .where('id', '=', ticket.jobId)
      .executeTakeFirst();
    const moved = job === undefined ? 'lost' : interruptionOf(job, fence);
    if (moved !== undefined) this.end(moved);
    if (moved === 'lost' || before - this.#keptAt < (ticket.leaseSeconds * 1000) / 3) return;
    if (await keepTicket(boss, ticket)) this.#kept(before);
    else this.end('lost');
  }

  /** The handler has returned or thrown: aborts what it left running, and renews the claim until the lease is closed. */
  handlerHasEnded(): void {
    this.#handlerEnded = true;
    this.#abort(this.#interruption ?? 'lost');
  }

  /** Ends the lease: the outcome of the job is stored, or must no longer be stored. */
  close(): void {
    this.#closed = true;
    this.#options.stop.removeEventListener('abort', this.#onStop);
    this.#options.abandon.removeEventListener('abort', this.#onAbandon);
    for (const timer of [this.#expiry, this.#nextLook]) clearTimeout(timer);
    this.handlerHasEnded();
  }

  #lookLater(): void {
    this.#nextLook = setTimeout(() => {
      this.look()
        .catch((problem: unknown) => {
          this.#options.onProblem(problem as Error);
        })
        .finally(() => {
          if (!this.#closed) this.#lookLater();
        });
    }, this.#options.watchSeconds * 1000);
  }

  #kept(at: number): void {
    if (this.#closed) return;
    this.#keptAt = at;
    clearTimeout(this.#expiry);
    const end = at + this.#options.ticket.leaseSeconds * 1000;
    this.#expiry = setTimeout(
      () => {
        this.end('lost');
      },
      Math.max(0, end - performance.now()),
    );
  }

  #abort(why: Interruption): void {
    clearTimeout(this.#grace);
    this.#controller.abort(new JobInterrupted(why));
  }
}

function interruptionOf(
  job: { readonly status: string; readonly fence: number },
  fence: number,
): Interruption | undefined {
  if (job.status === 'RUNNING' && job.fence === fence) return undefined;
  if (job.status === 'PAUSED' && job.fence === fence + 1) return 'paused';
  return job.status === 'CANCELLED' ? 'cancelled' : 'lost';
}
