import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { identifier } from '../../core/sql-text.js';
import type { EntryWork } from './entry-work.js';
import type { EntryFailure } from './failure.js';
import { keyOfRow } from './partition-values.js';

/** The rows of a table by the values of its partition keys; a table without keys has one entry, `[]`. */
export interface PartitionRows {
  readonly keys: readonly string[];
  /** Trino's types of the keys. */
  readonly types: readonly string[];
  /** By `PartitionKey` as JSON. About 150 bytes each. */
  readonly rows: ReadonlyMap<string, number>;
}

/**
 * Counts the rows of each partition, in one query. `table` is a qualified name. `types`: those that values are compared as,
 * where another table's types are other ones.
 */
export async function countByPartition(
  work: EntryWork,
  table: string,
  keys: readonly string[],
  types?: readonly string[],
): Promise<Result<PartitionRows, EntryFailure>> {
  const names = keys.map(identifier);
  const groups = names.length === 0 ? '' : ` GROUP BY ${names.join(', ')}`;
  const rows = new Map<string, number>();
  let known = types ?? [];
  for await (const page of work.pages(`SELECT ${[...names, 'count(*)'].join(', ')} FROM ${table}${groups}`)) {
    if (!page.ok) return fail(page.error);
    if (types === undefined) known = page.value.columns.slice(0, keys.length).map(({ type }) => type);
    for (const row of page.value.rows) {
      const key = JSON.stringify(keyOfRow(row.slice(0, keys.length), known));
      rows.set(key, (rows.get(key) ?? 0) + Number(row[keys.length]));
    }
  }
  return ok({ keys, types: known, rows });
}

/** Where the two differ: how many partitions do, and the first of them. `undefined` where they are equal. */
export function firstDifference(
  a: PartitionRows,
  b: PartitionRows,
): { readonly partitions: number; readonly example: string; readonly rows: readonly [number, number] } | undefined {
  const differing = [...new Set([...a.rows.keys(), ...b.rows.keys()])].filter(
    (key) => (a.rows.get(key) ?? 0) !== (b.rows.get(key) ?? 0),
  );
  const [first] = differing.sort();
  if (first === undefined) return undefined;
  const values = JSON.parse(first) as readonly (string | null)[];
  return {
    partitions: differing.length,
    example: a.keys.map((name, at) => `${name}=${values[at] ?? 'NULL'}`).join('/'),
    rows: [a.rows.get(first) ?? 0, b.rows.get(first) ?? 0],
  };
}
