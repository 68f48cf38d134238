import type { Plan } from '../mappings/plan.js';
import { ownBuckets } from './lakehouse-names.js';

/** The name of an own bucket of the lakehouse that stands for something else too. */
interface BucketClash {
  readonly bucket: string;
  /** What would lie in it, for people. Two at least. */
  readonly uses: readonly string[];
  /** Where the mapping gives it the name, for people. */
  readonly settings: readonly string[];
}

/** Two source buckets of one name are the Plan's to block, two warehouses the Iceberg catalog's to refuse. */
export function bucketClashes({ target, buckets }: Plan): readonly BucketClash[] {
  const own = Map.groupBy(ownBuckets(target), ({ bucket }) => bucket);
  const mapped = Map.groupBy(buckets, ({ targetBucket }) => targetBucket);
  return [...own].flatMap(([bucket, ours]) => {
    const sources = mapped.get(bucket) ?? [];
    const onlyWarehouses = sources.length === 0 && ours.every(({ isWarehouse }) => isWarehouse);
    if (onlyWarehouses || ours.length + sources.length < 2) return [];
    const uses = [...ours.map(({ use }) => use), ...sources.map(({ key }) => key)];
    const settings = [
      ...ours.map(({ setting }) => `\`${setting}\``),
      ...sources.map(({ rule }) => `\`to.bucket\` in the rule '${rule.name}'`),
    ];
    return [{ bucket, uses, settings: [...new Set(settings)] }];
  });
}
