import { ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { qualifiedName } from '../../core/sql-text.js';
import type { EntryWork } from './entry-work.js';
import type { EntryFailure } from './failure.js';

export interface Snapshot {
  readonly id: string;
  readonly parent: string | null;
  /** Rows that it added. */
  readonly rows: number;
}

/** Those of the target, the newest first. Source: Trino documentation, Iceberg connector, 'Metadata tables'. */
export async function snapshotsOf(work: EntryWork): Promise<Result<readonly Snapshot[], EntryFailure>> {
  const { catalog, schema, table } = work.entry.target;
  const rows = await work.query(
    `SELECT CAST(snapshot_id AS varchar), CAST(parent_id AS varchar), element_at(summary, 'added-records')
     FROM ${qualifiedName(catalog, schema, `${table ?? ''}$snapshots`)} ORDER BY committed_at DESC`,
  );
  if (!rows.ok) return rows;
  const byTime = rows.value.map(([id, parent, added]) => ({
    id: String(id),
    parent: typeof parent === 'string' ? parent : null,
    rows: Number(added ?? 0),
  }));
  return ok(newestFirst(byTime));
}

/**
 * In the order of their sequence numbers, which Trino does not show: that of a snapshot is higher than its parent's. Commits
 * may have the same time, and the clocks of those who commit may differ; it decides only between snapshots of which neither
 * descends from the other.
 *
 * @param byTime the latest first
 */
export function newestFirst(byTime: readonly Snapshot[]): readonly Snapshot[] {
  const children = Map.groupBy(byTime, ({ parent }) => parent);
  const ordered = new Set<Snapshot>();
  const add = (snapshot: Snapshot): void => {
    if (ordered.has(snapshot)) return;
    for (const child of children.get(snapshot.id) ?? []) add(child);
    ordered.add(snapshot);
  };
  for (const snapshot of byTime) add(snapshot);
  return [...ordered];
}
