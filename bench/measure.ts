/** One line of `docs/benchmarks.md`. The ratio is value to baseline, both from the same run. */
export interface Measurement {
  readonly name: string;
  /** The measure, its unit, and its baseline. */
  readonly measure: string;
  readonly value: number;
  readonly baseline: number;
  /** The ratio that must not be exceeded. */
  readonly bound: number;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted[Math.floor((sorted.length - 1) / 2)];
  if (middle === undefined) throw new Error('nothing was measured');
  return middle;
}

/** A line of JSON on standard output, which `bench/run.ts` collects. */
export function print(measurement: Measurement): void {
  process.stdout.write(`${JSON.stringify({ ...measurement, ratio: measurement.value / measurement.baseline })}\n`);
}
