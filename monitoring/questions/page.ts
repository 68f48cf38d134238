import { maxPageSize } from '../../state/repositories/page.js';
import type { Page, PageRequest } from '../../state/repositories/page.js';
import { list, nullable, text, whole } from './schema.js';
import type { Schema } from './schema.js';

const defaultSize = 50;

/** Optional properties of the input of every question that answers with rows. */
export const pageInput = {
  cursor: text("The previous page's `nextCursor`; without it, the first page."),
  limit: whole('Rows a page.', { minimum: 1, maximum: maxPageSize, default: defaultSize }),
};

/** Properties of its output. */
export function pageOutput<T>(item: Schema<T>) {
  return {
    items: list(item),
    nextCursor: nullable(text('`cursor` of the next page; null on the last page.')),
  };
}

export function pageRequest({ cursor, limit }: { readonly cursor?: string; readonly limit?: number }): PageRequest {
  return { cursor, size: limit ?? defaultSize };
}

export function pageDocument<Row, Item>(
  { items, next }: Page<Row>,
  document: (row: Row) => Item,
): { readonly items: readonly Item[]; readonly nextCursor: string | null } {
  return { items: items.map(document), nextCursor: next };
}
