import type { ManifestEntry } from '../../registration/index.js';
import { qualifiedName } from '../../core/sql-text.js';
import { relationsNamedIn } from './statement.js';

/** The keys of the entries that each entry reads, as its SQL names them; a table's metadata (`t$partitions`) is the table. */
export function readsOf(entries: readonly ManifestEntry[]): ReadonlyMap<string, readonly string[]> {
  const byName = new Map(entries.map((entry) => [nameOf(entry), entry.key]));
  return new Map(
    entries
      .filter(({ phase }) => phase === 'view')
      .map((entry) => {
        const names = entry.statements.flatMap(relationsNamedIn).map((name) => name.replace(/\$[a-z_]+"$/, '"'));
        const keys = new Set(names.map((name) => byName.get(name)).filter((key) => key !== undefined));
        keys.delete(entry.key);
        return [entry.key, [...keys]];
      }),
  );
}

/**
 * Views in groups, each after those that it reads, whatever their catalogs; the views of a group can be created side by
 * side. A text in a view's SQL may look like the name of a view: what would wait for itself comes last, in the order given.
 */
export function viewGroups(
  views: readonly ManifestEntry[],
  reads: ReadonlyMap<string, readonly string[]>,
): readonly (readonly ManifestEntry[])[] {
  const groups: ManifestEntry[][] = [];
  let waiting = views;
  while (waiting.length > 0) {
    const left = new Set(waiting.map(({ key }) => key));
    const isFree = ({ key }: ManifestEntry): boolean => (reads.get(key) ?? []).every((each) => !left.has(each));
    const free = waiting.filter(isFree);
    if (free.length === 0) return [...groups, ...waiting.map((view) => [view])];
    groups.push(free);
    waiting = waiting.filter((view) => !isFree(view));
  }
  return groups;
}

function nameOf({ target: { catalog, schema, table } }: ManifestEntry): string {
  return qualifiedName(catalog, schema, table ?? '');
}
