import { moveLake } from '../test/support/wave-lake.js';

/** Seconds for 10,000 machines in 100 waves on a virtual clock, and how many of their calls were over the quota. */
async function measure(name: string, granted: number): Promise<void> {
  const began = performance.now();
  const moved = await moveLake({ machines: 10_000, waves: 100, callsPerSecond: 100, granted });
  const seconds = (performance.now() - began) / 1000;
  if (moved.finalized !== 10_000 || moved.problems.length > 0) throw new Error(JSON.stringify(moved));
  print({ name, measure: 'seconds', value: seconds, baseline: 30, ratio: seconds / 30, bound: 1 });
  const share = moved.throttled / moved.calls;
  // Within the quota none may be throttled; with half of it, one of ten finds out how much there is.
  const bound = granted >= 100 ? 0 : 0.1;
  print({ name, measure: 'calls over the quota', value: moved.throttled, baseline: moved.calls, ratio: share, bound });
  print({ name, measure: 'hours of virtual time', value: moved.virtualHours });
}

function print(figures: Readonly<Record<string, string | number>>): void {
  process.stdout.write(`${JSON.stringify(figures)}\n`);
}

await measure('waves: 10,000 machines in 100 waves', 100);
await measure('waves: 10,000 machines, half of the quota granted', 50);
