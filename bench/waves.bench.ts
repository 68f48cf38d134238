import { spawnSync } from 'node:child_process';
import { childArguments } from '../test/support/processes.js';
import type { LakeOptions, LakeResult } from '../test/support/wave-lake.js';

interface Moved extends LakeResult {
  readonly seconds: number;
  /** CPU time on an otherwise idle machine; the garbage collector works in parallel. */
  readonly cpuSeconds: number;
}

/** On the compiled product, as workers run it. */
function move(options: LakeOptions): Moved {
  const args = ['--max-semi-space-size=64', ...childArguments('wave-lake-child.ts', JSON.stringify(options))];
  const { stdout, status } = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) throw new Error('the simulation ended with an error');
  return JSON.parse(stdout) as Moved;
}

/** Seconds for 10,000 machines in 100 waves on a virtual clock, and how many of their calls were over the quota. */
function measure(name: string, granted: number): void {
  const callsPerSecond = 100;
  const moved = move({ machines: 10_000, waves: 100, callsPerSecond, granted });
  if (moved.finalized !== 10_000 || moved.problems.length > 0) throw new Error(JSON.stringify(moved));
  print({
    name,
    measure: 'CPU seconds',
    value: moved.cpuSeconds,
    baseline: 30,
    ratio: moved.cpuSeconds / 30,
    bound: 1,
  });
  print({ name, measure: 'seconds', value: moved.seconds });
  const ratio = moved.throttled / moved.calls;
  // Within the quota none may be throttled; with half of it, one of ten finds out how much there is.
  const bound = granted >= callsPerSecond ? 0 : 0.1;
  print({ name, measure: 'calls over the quota', value: moved.throttled, baseline: moved.calls, ratio, bound });
  print({ name, measure: 'hours of virtual time', value: moved.virtualHours });
}

function print(figures: Readonly<Record<string, string | number>>): void {
  process.stdout.write(`${JSON.stringify(figures)}\n`);
}

measure('waves: 10,000 machines in 100 waves', 100);
measure('waves: 10,000 machines, half of the quota granted', 50);
