import type { Executions, TakenExecution } from './executions.js';

export interface LeaseOptions {
  readonly executions: Executions;
  readonly leaseSeconds: number;
}

/** Keeps a taken execution while it is worked on; its signal is aborted as soon as the lease may have ended. */
export class Lease {
  readonly #taken: TakenExecution;
  readonly #options: LeaseOptions;
  readonly #controller = new AbortController();
  #renewal: NodeJS.Timeout | undefined;
  #expiry: NodeJS.Timeout | undefined;

  constructor(taken: TakenExecution, options: LeaseOptions) {
    this.#taken = taken;
    this.#options = options;
    this.#kept(performance.now());
    this.#renewLater();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  close(): void {
    clearTimeout(this.#renewal);
    clearTimeout(this.#expiry);
    this.#renewal = undefined;
    this.#expiry = undefined;
  }

  #renewLater(): void {
    this.#renewal = setTimeout(
      () => {
        const before = performance.now();
        this.#options.executions
          .keep(this.#taken)
          .then((isKept) => {
            if (this.#renewal === undefined) return;
            if (isKept) this.#kept(before);
            else this.#lose();
          })
          // The database may answer again before the lease is over.
          .catch(() => undefined)
          .finally(() => {
            if (this.#renewal !== undefined) this.#renewLater();
          });
      },
      (this.#options.leaseSeconds * 1000) / 3,
    );
  }

  #kept(at: number): void {
    clearTimeout(this.#expiry);
    this.#expiry = setTimeout(
      () => {
        this.#lose();
      },
      Math.max(0, at + this.#options.leaseSeconds * 1000 - performance.now()),
    );
  }

  #lose(): void {
    this.#controller.abort(new Error('The lease has ended.'));
  }
}
