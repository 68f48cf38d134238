import type { LiveLimits } from '../limits.js';

/** Shorter waits are joined to later ones. */
const shortestWaitMs = 20;

/** Spreads bytes over time, so that all streams together stay below the limit, which may change while they wait. */
export class Pace {
  /** When the bytes so far are through at the present rate. */
  private due = 0;
  private readonly waiting = new Set<() => void>();
  private readonly forget: () => void;

  /** @param onWaited what a wait took, in milliseconds */
  constructor(
    private readonly limits: LiveLimits,
    private readonly onWaited?: (ms: number) => void,
  ) {
    this.forget = limits.onChange(() => {
      this.due = 0;
      for (const wake of this.waiting) wake();
    });
  }

  /** Counts the bytes; returns a promise to wait for if the limit requires a pause. */
  spend(bytes: number): Promise<void> | undefined {
    const { bytesPerSecond } = this.limits.current;
    if (bytesPerSecond === null) return undefined;
    const now = performance.now();
    this.due = Math.max(this.due, now) + (1000 * bytes) / bytesPerSecond;
    const wait = this.due - now;
    if (wait < shortestWaitMs) return undefined;
    return new Promise((done) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.waiting.delete(wake);
        this.onWaited?.(performance.now() - now);
        done();
      };
      const timer = setTimeout(wake, wait);
      this.waiting.add(wake);
    });
  }

  /** Nobody waits any longer. */
  end(): void {
    this.forget();
    for (const wake of this.waiting) wake();
  }
}
