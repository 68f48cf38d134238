import { many, one } from '../../url/address.js';
import type { Query, QueryChange } from '../../url/address.js';
import { patternOf } from '../../url/pattern.js';

/** What the address filters machines by, as the question takes it. */
export function filtersOf(query: Query): QueryChange {
  return {
    wave: one(query, 'wave'),
    application: one(query, 'application'),
    statuses: many(query, 'statuses'),
    search: patternOf(one(query, 'search')),
    sort: one(query, 'sort'),
    direction: one(query, 'direction'),
  };
}

const names = ['wave', 'application', 'statuses', 'search'] as const;

export function isFiltered(query: Query): boolean {
  return names.some((name) => query[name] !== undefined);
}

export const noFilters: QueryChange = Object.fromEntries([...names, 'cursor'].map((name) => [name, undefined]));
