import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';

/** The most that a service takes as one query. */
export interface QueryLimit {
  readonly service: 'Athena' | 'Trino';
  readonly length: number;
  readonly unit: 'bytes' | 'characters';
}

/** Why a query is not sent; `undefined` where it is short enough. */
export function queryTooLong(sql: string, { service, length, unit }: QueryLimit): Diagnostic | undefined {
  const found = unit === 'bytes' ? Buffer.byteLength(sql) : sql.length;
  if (found <= length) return undefined;
  const number = (value: number): string => value.toLocaleString('en');
  return diagnostic({
    code: 'validation-query-too-long',
    message: `The query has ${number(found)} ${unit}, and ${service} takes ${number(length)}: the table has too many columns or fields for one query.`,
    fix: 'Compare some columns at a time (`validate table NAME --columns …`), and sign for the checks that need all of them at once (--exceptions).',
  });
}
