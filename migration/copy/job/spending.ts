import { performance } from 'node:perf_hooks';
import type { CopyTime } from '../copy-engine.js';
import type { CopySample } from './samples.js';

const sampleSeconds = 30;
/** The first shows early what to expect. */
const firstSampleSeconds = 5;

/** Collects what a pass spends, and makes a sample of it now and then. */
export class Spending {
  #spent = nothing();
  #bytes = 0;
  #since: number;
  #utilization = performance.eventLoopUtilization();
  #due = firstSampleSeconds;

  /** @param now the clock, in milliseconds */
  constructor(private readonly now: () => number = () => performance.now()) {
    this.#since = now();
  }

  readonly add = (on: CopyTime, ms: number): void => {
    this.#spent[on] += ms;
  };

  /** @param bytes that were copied since the pass began */
  sample(bytes: number): CopySample | undefined {
    const now = this.now();
    const seconds = (now - this.#since) / 1000;
    if (seconds < this.#due) return undefined;
    const utilization = performance.eventLoopUtilization();
    const { source, network, target, limit } = this.#spent;
    const all = Math.max(1, source + network + target + limit);
    const sample = {
      bytes_per_second: Math.max(0, bytes - this.#bytes) / seconds,
      source_wait_ratio: source / all,
      network_ratio: network / all,
      target_wait_ratio: target / all,
      limit_wait_ratio: limit / all,
      processor_ratio: performance.eventLoopUtilization(utilization, this.#utilization).utilization,
    };
    [this.#spent, this.#bytes, this.#since, this.#utilization] = [nothing(), bytes, now, utilization];
    this.#due = sampleSeconds;
    return sample;
  }
}

function nothing(): Record<CopyTime, number> {
  return { source: 0, network: 0, target: 0, limit: 0 };
}
