import { many, one } from '../../url/address.js';
import type { Query, QueryChange } from '../../url/address.js';
import { patternOf } from '../../url/pattern.js';

/** In the address. */
export const filterNames = ['wave', 'application', 'statuses', 'search'] as const;

/** The filters for machines in the address, as the question takes them. */
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
