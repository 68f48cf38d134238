import { one } from '../url/address.js';
import type { Navigation } from '../url/use-address.js';
import type { Sorting } from './table.js';

/** The order that the address says; another order begins with its first page. */
export function sortingOf(at: Navigation, usual: string): Sorting {
  return {
    by: one(at.query, 'sort') ?? usual,
    direction: one(at.query, 'direction') === 'desc' ? 'desc' : 'asc',
    onSort: (by, direction) => {
      at.set({
        sort: by === usual ? undefined : by,
        direction: direction === 'asc' ? undefined : direction,
        cursor: undefined,
      });
    },
  };
}
