import { compareText } from '../core/canonical-json.js';
import type { AssetKey, MappedBucket, MappedDatabase, MappedTable, Plan, Unmapped } from './plan.js';

/** What differs for one asset between two Plans; a missing side means that the asset is not in that Plan. */
export interface PlanChange {
  readonly key: AssetKey;
  readonly before?: ItemSummary;
  readonly after?: ItemSummary;
}

/** An item without its source: what happens to the asset, and by which rule. */
export interface ItemSummary {
  readonly outcome: 'mapped' | 'skipped' | 'blocked';
  readonly rule: string | null;
  /** Where it goes, or why it does not. */
  readonly what: string;
}

/** Assets that are added, removed, or treated in another way; sorted by key. A rule's new name alone is no change. */
export function diffPlans(before: Plan, after: Plan): readonly PlanChange[] {
  const old = summaries(before);
  const now = summaries(after);
  return [...new Set([...old.keys(), ...now.keys()])].sort(compareText).flatMap((key) => {
    const [left, right] = [old.get(key), now.get(key)];
    const isSame = left?.outcome === right?.outcome && left?.what === right?.what;
    if (isSame) return [];
    return [{ key, ...(left === undefined ? {} : { before: left }), ...(right === undefined ? {} : { after: right }) }];
  });
}

function summaries({ buckets, databases, tables, skipped, blocked }: Plan): Map<AssetKey, ItemSummary> {
  const refused = (outcome: 'skipped' | 'blocked') => (item: Unmapped) =>
    [item.key, { outcome, rule: item.rule?.name ?? null, what: item.reason }] as const;
  return new Map<AssetKey, ItemSummary>([
    ...[...buckets, ...databases, ...tables].map(
      (item) => [item.key, { outcome: 'mapped', rule: item.rule.name, what: destinationOf(item) }] as const,
    ),
    ...skipped.map(refused('skipped')),
    ...blocked.map(refused('blocked')),
  ]);
}

/** One line that says what an asset becomes, such as `table hive.sales.orders (external, s3://lake/orders/)`. */
export function destinationOf(item: MappedBucket | MappedDatabase | MappedTable): string {
  switch (item.kind) {
    case 'bucket':
      return `bucket ${item.targetBucket} (versioning ${item.versioning})`;
    case 'database':
      return `schema ${item.catalog}.${item.schema}`;
    case 'table':
      return `table ${item.catalog}.${item.schema}.${item.table} (${[item.method, ...(item.location === null ? [] : [item.location])].join(', ')})`;
  }
}
