import { catalogName } from '../core/catalog-name.js';
import { icebergAliasCasts } from './iceberg-view-types.js';
import type { AcceptedTable } from './registered-table.js';
import { needsRefusal } from './view-needs.js';
import { remarksOnReads } from './view-remarks.js';

export interface DependencyOrder<T extends AcceptedTable> {
  /** Tables that hold data as they were given, then views and aliases, each after what it reads. */
  readonly ordered: readonly T[];
  /** Views and aliases that cannot be created, with the reason. */
  readonly unmet: ReadonlyMap<T, string>;
  /** See `tablesByName`. */
  readonly byName: ReadonlyMap<string, T>;
}

/**
 * The order in which tables can be created. A view or alias cannot be created when what it reads is not among the tables,
 * cannot be created either, is the view itself, or lacks what the view reads of it.
 */
export function orderByDependencies<T extends AcceptedTable>(tables: readonly T[]): DependencyOrder<T> {
  const byName = tablesByName(tables);
  const waiting = new Map<T, { readonly reads: readonly string[]; missing: number }>();
  const refused = new Map<T, string>();
  const reading: { readonly source: T; readonly reader: T }[] = [];
  const ordered: T[] = tables.filter((table) => !isView(table));
  for (const table of tables.filter(isView)) {
    const reads = namesRead(table);
    const refusal = refusalOf(table, byName);
    if (refusal !== null) refused.set(table, refusal);
    waiting.set(table, { reads, missing: refusal === null ? reads.length : Number.POSITIVE_INFINITY });
    if (reads.length === 0 && refusal === null) ordered.push(table);
    for (const source of reads.map((name) => byName.get(name))) {
      if (source !== undefined) reading.push({ source, reader: table });
    }
  }
  const readersOf = Map.groupBy(reading, ({ source }) => source);
  for (const table of ordered) {
    waiting.delete(table);
    for (const { reader } of readersOf.get(table) ?? []) {
      const rest = waiting.get(reader);
      if (rest === undefined) continue;
      rest.missing -= 1;
      if (rest.missing === 0) ordered.push(reader);
    }
  }
  const reasonOf = (view: T, reads: readonly string[]): string => {
    const missing = reads.find((name) => !byName.has(name));
    if (missing !== undefined) return `it reads ${missing}, which is not mapped`;
    const refusal = refused.get(view);
    if (refusal !== undefined) return refusal;
    const stuck = reads.find((name) => {
      const table = byName.get(name);
      return table !== undefined && waiting.has(table);
    });
    return `it reads ${stuck ?? 'something'}, which cannot be created either`;
  };
  return { ordered, unmet: new Map([...waiting].map(([table, { reads }]) => [table, reasonOf(table, reads)])), byName };
}

/** The tables by `database.table` at the source, in lower case as Athena compares names. */
export function tablesByName<T extends AcceptedTable>(tables: readonly T[]): ReadonlyMap<string, T> {
  return new Map(tables.map((table) => [catalogName(table.source.database, table.source.name).toLowerCase(), table]));
}

/** Why a view or alias cannot be created over its tables as they are at the target; `null` when it can. */
function refusalOf({ read }: AcceptedTable, byName: ReadonlyMap<string, AcceptedTable>): string | null {
  if (read.kind === 'view') return needsRefusal(read.text, (name) => tableBehind(name, byName));
  const behind = read.kind === 'link' && read.isInIceberg ? tableBehind(read.target, byName) : undefined;
  const casts = behind === undefined ? undefined : icebergAliasCasts(behind);
  return casts?.ok === false ? casts.error : null;
}

/** The table of that name; for a resource link, what it points to: a link becomes a view, which has less than a table. */
export function tableBehind<T extends AcceptedTable>(name: string, byName: ReadonlyMap<string, T>): T | undefined {
  const found = byName.get(name);
  return found?.read.kind === 'link' ? byName.get(found.read.target) : found;
}

/** The table with what a person should know about it once the tables that it reads are known. */
export function withRemarksOnReads<T extends AcceptedTable>(table: T, byName: ReadonlyMap<string, T>): T {
  if (table.read.kind !== 'view') return table;
  const found = remarksOnReads(table.read.text, (name) => tableBehind(name, byName));
  return found.length === 0 ? table : { ...table, remarks: [...table.remarks, ...found] };
}

/** The tables that a view or an alias reads, as far as they are among the tables. */
export function tablesReadBy<T extends AcceptedTable>(
  view: AcceptedTable,
  byName: ReadonlyMap<string, T>,
): readonly T[] {
  return namesRead(view).flatMap((name) => byName.get(name) ?? []);
}

function isView({ method }: AcceptedTable): boolean {
  return method === 'view' || method === 'alias';
}

/** `database.table` of everything that it reads, each once. */
function namesRead({ read }: AcceptedTable): readonly string[] {
  if (read.kind === 'link') return [read.target];
  return read.kind === 'view' ? [...new Set(read.text.reads.map(({ name }) => name))] : [];
}
