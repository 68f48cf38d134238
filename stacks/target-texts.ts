import type { Plan } from '../mappings/plan.js';

interface TargetText {
  /** As the mapping writes it, such as `target.network.dnsServers.0`, or the key of a mapped bucket. */
  readonly path: string;
  readonly text: string;
}

/** Every text of the user's that reaches Terraform or a machine's files by itself: values and the names of keys. */
export function targetTexts({ target, buckets }: Plan): readonly TargetText[] {
  return [...textsOf('target', target), ...buckets.map(({ key, targetBucket }) => ({ path: key, text: targetBucket }))];
}

function textsOf(path: string, value: unknown): TargetText[] {
  if (typeof value === 'string') return [{ path, text: value }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [
    { path: `the name of ${path}.${name}`, text: name },
    ...textsOf(`${path}.${name}`, inner),
  ]);
}
