import { many, one } from '../../url/address.js';
import type { Query, QueryChange } from '../../url/address.js';
import { patternOf } from '../../url/pattern.js';

/** In the address. */
export const filterNames = ['wave', 'application', 'statuses', 'search'] as const;

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
