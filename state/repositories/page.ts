import { sql } from 'kysely';
import type { Kysely, RawBuilder, SqlBool } from 'kysely';
import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import type { StateTables } from '../schema/tables.js';

export interface PageRequest {
  /**
   * Rows, 1 to 1000.
   * @default 50
   */
  readonly size?: number;
  /** `next` of the previous page. */
  readonly cursor?: string | undefined;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** Cursor of the next page; null on the last page. */
  readonly next: string | null;
}

/** Sort order of a list. The keys together are unique and never NULL, so that a page starts after a given row. */
export interface Order {
  /** A cursor of an order with another name is refused. */
  readonly name: string;
  readonly direction: 'asc' | 'desc';
  readonly keys: readonly OrderKey[];
}

interface OrderKey {
  readonly type: keyof typeof keyTypes;
  readonly expression: RawBuilder<unknown>;
}

/** Parts of the query for one page, which must select `key` as `page_key`. */
export interface PageParts {
  readonly key: RawBuilder<unknown>;
  readonly isAfter: RawBuilder<SqlBool>;
  readonly orderBy: RawBuilder<unknown>;
  /** One row more than the page holds, which shows whether there is a next page. */
  readonly limit: number;
}

type KeyValue = string | number;

export const maxPageSize = 1000;

const keyTypes = {
  text: { type: sql`text`, isValid: (value: KeyValue) => typeof value === 'string' && isStorable(value) },
  number: { type: sql`bigint`, isValid: (value: KeyValue) => Number.isSafeInteger(value) },
  uuid: {
    type: sql`uuid`,
    isValid: (value: KeyValue) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(String(value)),
  },
  time: {
    type: sql`timestamptz`,
    isValid: (value: KeyValue) =>
      /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/.test(String(value)) && !Number.isNaN(Date.parse(String(value))),
  },
} as const;

/** Reads one page. Fails on a size out of bounds and on a cursor of another list. */
export async function readPage<T extends object>(
  db: Kysely<StateTables>,
  order: Order,
  { size = 50, cursor }: PageRequest,
  query: (parts: PageParts) => RawBuilder<T>,
): Promise<Result<Page<T>>> {
  if (!Number.isInteger(size) || size < 1 || size > maxPageSize) return fail([badSize(size)]);
  const start = cursor === undefined ? [] : readCursor(order, cursor);
  if (start === undefined) return fail([badCursor()]);

  const { rows } = await query({ ...partsOf(order, start), limit: size + 1 }).execute(db);
  const keyed = rows.slice(0, size) as (T & { page_key?: readonly KeyValue[] })[];
  const last = rows.length > size ? keyed.at(-1)?.page_key : undefined;
  for (const row of keyed) delete row.page_key;
  return ok({ items: keyed, next: last === undefined ? null : writeCursor(order, last) });
}

function partsOf({ direction, keys }: Order, start: readonly KeyValue[]): Omit<PageParts, 'limit'> {
  const expressions = keys.map(({ expression }) => expression);
  const values = keys.map(({ type }, index) => sql`${start[index]}::${keyTypes[type].type}`);
  return {
    key: sql`jsonb_build_array(${sql.join(keys.map(exactKey))})`,
    isAfter:
      start.length === 0
        ? sql<SqlBool>`true`
        : sql<SqlBool>`(${sql.join(expressions)}) ${direction === 'asc' ? sql`>` : sql`<`} (${sql.join(values)})`,
    orderBy: sql.join(expressions.map((expression) => sql`${expression} ${sql.raw(direction)}`)),
  };
}

/** A time with its microseconds, which a JavaScript date would lose. */
function exactKey({ type, expression }: OrderKey): RawBuilder<unknown> {
  return type === 'time' ? sql`to_char(${expression} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')` : expression;
}

/** An opaque text for the place after a row, which `readCursor` of the same list takes. */
export function writeCursor({ name }: Pick<Order, 'name'>, values: readonly KeyValue[]): string {
  return Buffer.from(JSON.stringify([name, ...values])).toString('base64url');
}

/** Undefined for a cursor of another list, and for any other text. */
export function readCursor(
  { name, keys }: { readonly name: string; readonly keys: readonly Pick<OrderKey, 'type'>[] },
  cursor: string,
): readonly KeyValue[] | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return undefined;
  }
  if (!Array.isArray(parsed) || parsed.length !== keys.length + 1 || parsed[0] !== name) return undefined;
  const values = parsed.slice(1) as KeyValue[];
  return keys.every(({ type }, index) => keyTypes[type].isValid(values[index] ?? NaN)) ? values : undefined;
}

/** PostgreSQL takes neither NUL nor half a surrogate pair. */
function isStorable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}

function badSize(size: number): Diagnostic {
  return diagnostic({
    code: 'page-size',
    path: 'size',
    message: `The page size is ${size}; it must be from 1 to ${maxPageSize}.`,
    fix: `Set the page size to a number from 1 to ${maxPageSize}, and fetch further pages by their cursors.`,
  });
}

export function badCursor(): Diagnostic {
  return diagnostic({
    code: 'bad-cursor',
    path: 'cursor',
    message: 'The cursor does not belong to this list in this order.',
    fix: "Omit the cursor for the first page, then pass each page's `next`.",
  });
}
