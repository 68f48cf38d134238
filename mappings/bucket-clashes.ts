import { ownBuckets } from '../core/lakehouse-names.js';
import type { MappedBucket } from './plan.js';
import type { SettingProblem } from './setting-problem.js';
import type { Target } from './template.js';

/**
 * Buckets of the lakehouse's own whose name something else has too: another of its own (`mapped` left empty), or a mapped
 * bucket. Two source buckets of one name are `resolve`'s to block.
 */
export function bucketClashes(target: Target, mapped: readonly MappedBucket[]): readonly SettingProblem[] {
  const sourcesOf = Map.groupBy(mapped, ({ targetBucket }) => targetBucket);
  return [...Map.groupBy(ownBuckets(target), ({ bucket }) => bucket)].flatMap(([bucket, ours]) => {
    const sources = sourcesOf.get(bucket) ?? [];
    if (ours.length + sources.length < 2) return [];
    const uses = [...ours.map(({ use }) => use), ...sources.map(({ key }) => key)];
    const settings = new Set([
      ...ours.map(({ setting }) => `\`${setting}\``),
      ...sources.map(({ rule }) => `\`to.bucket\` in the rule '${rule.name}'`),
    ]);
    return [
      {
        code: 'own-bucket-clash',
        setting: (ours.find(({ isWarehouse }) => isWarehouse) ?? ours[0])?.setting ?? 'target.name',
        message: `The bucket '${bucket}' would be ${uses.join(' and ')}; each needs its own.`,
        fix: `Change ${[...settings].join(' or ')}.`,
      },
    ];
  });
}
