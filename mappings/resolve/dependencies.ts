import { relationNamesIn } from '../../core/relation-names.js';
import type { MappedTable } from '../plan.js';

/**
 * Views and aliases that cannot be made, with the reason: what they read is not mapped, cannot be made itself, or is
 * themselves. The rest can be made in some order after the tables that hold data.
 */
export function unmetDependencies(mapped: readonly MappedTable[]): ReadonlyMap<MappedTable, string> {
  const byName = new Map(mapped.map((table) => [nameOf(table.source.database, table.source.name), table]));
  const waiting = new Map<MappedTable, { readonly reads: readonly string[]; missing: number }>();
  const reading: { readonly source: MappedTable; readonly reader: MappedTable }[] = [];
  const ready: MappedTable[] = [];
  for (const table of mapped) {
    const reads = namesRead(table);
    const sources = reads.map((name) => byName.get(name));
    waiting.set(table, { reads, missing: sources.length });
    if (sources.length === 0) ready.push(table);
    for (const source of sources) if (source !== undefined) reading.push({ source, reader: table });
  }
  const readersOf = Map.groupBy(reading, ({ source }) => source);
  for (const table of ready) {
    waiting.delete(table);
    for (const { reader } of readersOf.get(table) ?? []) {
      const rest = waiting.get(reader);
      if (rest === undefined) continue;
      rest.missing -= 1;
      if (rest.missing === 0) ready.push(reader);
    }
  }
  const isWaiting = (table: MappedTable | undefined): boolean => table !== undefined && waiting.has(table);
  const reasonOf = (reads: readonly string[]): string => {
    const missing = reads.find((name) => !byName.has(name));
    if (missing !== undefined) return `it reads ${missing}, which is not mapped`;
    const stuck = reads.find((name) => isWaiting(byName.get(name)));
    return `it reads ${stuck ?? 'something'}, which cannot be made either`;
  };
  return new Map([...waiting].map(([table, { reads }]) => [table, reasonOf(reads)]));
}

/** `database.table` of everything that it reads, in lower case, each once. */
function namesRead({ method, source }: MappedTable): readonly string[] {
  if (method === 'alias') return [(source.link?.resolvedTo ?? 'nothing').toLowerCase()];
  if (method !== 'view') return [];
  const schema = source.view?.schema ?? source.database;
  const names = relationNamesIn(source.view?.sql ?? '').map(({ parts }) => {
    const [catalog, database, table] =
      parts.length === 3 ? parts : [undefined, ...(parts.length === 2 ? parts : [schema, ...parts])];
    // Glue's own catalog is the one that was assessed; others (federated ones) were not.
    return catalog === undefined || catalog === 'awsdatacatalog'
      ? nameOf(database ?? '', table ?? '')
      : parts.join('.');
  });
  return [...new Set(names)];
}

function nameOf(database: string, table: string): string {
  return `${database}.${table}`.toLowerCase();
}
