import { ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { maxPageSize } from '../../state/repositories/page.js';
import type { Page, PageRequest } from '../../state/repositories/page.js';
import { list, nullable, text, whole } from './schema.js';
import type { Schema } from './schema.js';

const defaultSize = 50;

/** Optional properties of the input of every question that answers with rows. */
export const pageInput = {
  cursor: text("The previous page's `nextCursor`; without it, the first page.", { maxLength: 10_000 }),
  limit: whole('Rows a page.', { minimum: 1, maximum: maxPageSize, default: defaultSize }),
};

export interface PageOf<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

/** Properties of its output. */
export function pageOutput<T>(item: Schema<T>): {
  readonly items: Schema<readonly T[]>;
  readonly nextCursor: Schema<string | null>;
} {
  return {
    items: list(item),
    nextCursor: nullable(text('`cursor` of the next page; null on the last page.')),
  };
}

/** One page of a list of the store, as documents. */
export async function readPageOf<Row, Item>(
  { cursor, limit }: { readonly cursor?: string; readonly limit?: number },
  read: (page: PageRequest) => Promise<Result<Page<Row>>>,
  document: (row: Row) => Item,
): Promise<Result<PageOf<Item>>> {
  const page = await read({ cursor, size: limit ?? defaultSize });
  return page.ok ? ok({ items: page.value.items.map(document), nextCursor: page.value.next }) : page;
}
