export interface RateLimiterOptions {
  /** The quota of the interface that is called. */
  readonly callsPerSecond: number;
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

/** Below this share of the quota it is not slowed down any further. */
const leastShare = 0.05;
/** By this share of the quota it gets faster again, a second without being throttled. */
const recoveryShare = 0.02;

/**
 * Spaces calls evenly, so that a second has no more of them than the quota allows. When it is told of throttling, it halves
 * its rate at most once a second, and then gets faster slowly: others may use the same quota.
 */
export class RateLimiter {
  readonly #options: RateLimiterOptions;
  #rate: number;
  #nextAt = 0;
  #slowedAt = -Infinity;
  #fasterAt: number;

  constructor(options: RateLimiterOptions) {
    this.#options = options;
    this.#rate = options.callsPerSecond;
    this.#fasterAt = options.now();
  }

  /** Calls a second at this moment. */
  get rate(): number {
    return this.#rate;
  }

  /** Resolves when the next call may be made. */
  async turn(): Promise<void> {
    const now = this.#options.now();
    this.#recover(now);
    const at = Math.max(now, this.#nextAt);
    this.#nextAt = at + 1000 / this.#rate;
    if (at > now) await this.#options.sleep(at - now);
  }

  throttled(): void {
    const now = this.#options.now();
    if (now - this.#slowedAt < 1000) return;
    this.#slowedAt = now;
    this.#fasterAt = now;
    this.#rate = Math.max(this.#options.callsPerSecond * leastShare, this.#rate / 2);
  }

  #recover(now: number): void {
    const seconds = Math.floor((now - this.#fasterAt) / 1000);
    if (seconds <= 0) return;
    this.#fasterAt += seconds * 1000;
    const { callsPerSecond } = this.#options;
    this.#rate = Math.min(callsPerSecond, this.#rate + seconds * callsPerSecond * recoveryShare);
  }
}
