import type { Query, QueryChange } from './address.js';

/** Whether the address filters by one of these. */
export function isFiltered(query: Query, names: readonly string[]): boolean {
  return names.some((name) => query[name] !== undefined);
}

/** The change that removes them; the list then begins with its first page. */
export function withoutFilters(names: readonly string[]): QueryChange {
  return Object.fromEntries([...names, 'cursor'].map((name) => [name, undefined]));
}
