import { ownBuckets } from '../core/lakehouse-names.js';
import type { MappedBucket } from './plan.js';
import type { SettingProblem } from './setting-problem.js';
import type { Target } from './template.js';

/**
 * The lakehouse's own buckets that share a name with another own bucket (even if `mapped` is empty) or with a mapped
 * bucket. `resolve` blocks source buckets that share a name. One Iceberg warehouse may be one mapped bucket: Lakekeeper
 * registers tables only in the bucket of its warehouse.
 */
export function bucketClashes(target: Target, mapped: readonly MappedBucket[]): readonly SettingProblem[] {
  const sourcesOf = Map.groupBy(mapped, ({ targetBucket }) => targetBucket);
  return [...Map.groupBy(ownBuckets(target), ({ bucket }) => bucket)].flatMap(([bucket, ours]) => {
    const sources = sourcesOf.get(bucket) ?? [];
    if (ours.length + sources.length < 2) return [];
    if (ours.length === 1 && sources.length === 1 && ours[0]?.isWarehouse === true) return [];
    const uses = [...ours.map(({ use }) => use), ...sources.map(({ key }) => key)];
    const settings = new Set([
      ...ours.map(({ setting }) => `\`${setting}\``),
      ...sources.map(({ rule }) => `\`to.bucket\` in the rule '${rule.name}'`),
    ]);
    return [
      {
        code: 'own-bucket-clash',
        setting: (ours.find(({ isWarehouse }) => isWarehouse) ?? ours[0])?.setting ?? 'target.name',
        message: `The bucket '${bucket}' would be used as ${uses.join(' and ')}; each needs its own bucket.`,
        fix: `Change ${[...settings].join(' or ')}.`,
      },
    ];
  });
}
