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

/** Those of the target, the newest first. */
export async function snapshotsOf(work: EntryWork): Promise<Result<readonly Snapshot[], EntryFailure>> {
  const { catalog, schema, table } = work.entry.target;
  const rows = await work.query(
    `SELECT CAST(snapshot_id AS varchar), CAST(parent_id AS varchar), element_at(summary, 'added-records')
     FROM ${qualifiedName(catalog, schema, `${table ?? ''}$snapshots`)} ORDER BY committed_at DESC`,
  );
  if (!rows.ok) return rows;
  return ok(
    rows.value.map(([id, parent, added]) => ({
      id: String(id),
      parent: typeof parent === 'string' ? parent : null,
      rows: Number(added ?? 0),
    })),
  );
}
