import type { CopySample } from './samples.js';

/**
 * The resource that a faster copy needs more of: answers of the source, answers of the target, network, processor, or a
 * higher limit.
 */
export type Bottleneck = 'source' | 'network' | 'target' | 'processor' | 'limit';

/** From here on requests wait for the process rather than the process for them. */
const busy = 0.9;

/** The kind of work that takes most of the time; `undefined` without any requests. */
export function bottleneckOf(sample: CopySample): Bottleneck | undefined {
  if (sample.processor_ratio >= busy) return 'processor';
  const shares = [
    ['source', sample.source_wait_ratio],
    ['network', sample.network_ratio],
    ['target', sample.target_wait_ratio],
    ['limit', sample.limit_wait_ratio],
  ] as const;
  const [most, share] = shares.reduce((one, other) => (other[1] > one[1] ? other : one));
  return share > 0 ? most : undefined;
}
