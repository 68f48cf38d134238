import { Heap } from './heap.js';

/** A clock that goes on only when nothing is left to do at its time. */
export class VirtualClock {
  readonly #timers = new Heap<() => void>();
  #now: number;

  constructor(start = Date.parse('2026-12-01T00:00:00Z')) {
    this.#now = start;
  }

  get now(): number {
    return this.#now;
  }

  date(): Date {
    return new Date(this.#now);
  }

  async sleep(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#timers.push(this.#now + ms, resolve);
    });
  }

  get nextTimer(): number | undefined {
    return this.#timers.peek()?.key;
  }

  /** To a time, firing what is due by then. */
  goTo(time: number): void {
    this.#now = Math.max(this.#now, time);
    for (let next = this.#timers.peek(); next !== undefined && next.key <= this.#now; next = this.#timers.peek())
      this.#timers.pop()?.value();
  }
}

/** Resolves when no promise is left that can go on by itself. */
export async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}
