import { Failure, problem } from './failure.js';

/** Prints each step as it begins, and at the end how long each took. Once `interrupt` is aborted, no further step begins. */
export class Timing {
  private readonly started = performance.now();
  private readonly steps: { readonly name: string; readonly from: number; readonly seconds: number }[] = [];

  constructor(
    private readonly say: (line: string) => void,
    private readonly interrupt: AbortSignal,
  ) {}

  async step<T>(name: string, work: () => Promise<T>): Promise<T> {
    if (this.interrupt.aborted) throw new Failure(interrupted);
    const from = this.seconds();
    this.say(`${name} ...`);
    try {
      return await work();
    } finally {
      this.steps.push({ name, from, seconds: this.seconds() - from });
    }
  }

  /** One line a step, in the order they began: several may have run at once. */
  table(): string {
    return [...this.steps]
      .sort((a, b) => a.from - b.from)
      .map(
        ({ name, from, seconds }) =>
          `  ${from.toFixed(0).padStart(4)} s  +${seconds.toFixed(1).padStart(5)} s  ${name}`,
      )
      .join('\n');
  }

  seconds(): number {
    return (performance.now() - this.started) / 1000;
  }
}

export const interrupted = problem(
  'interrupted',
  'run',
  'The run was interrupted.',
  'Run the same command again to continue, or `make test-env-down` to remove everything.',
);
