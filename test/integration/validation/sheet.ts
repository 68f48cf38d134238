import type { RuleSet } from '../../../validation/values/value-rules.js';

/** Rows as SQL, without the case's name: `1, 'a', NULL`. */
type RowsAsSql = readonly string[];

/** What is at the source, what is at the target, and whether that is the same. */
export interface ValueCase {
  readonly id: string;
  readonly source: RowsAsSql;
  readonly target: RowsAsSql;
  readonly isEqual: boolean;
}

/** Cases with the same columns share two real tables, where `case_id` tells them apart. */
export interface Sheet {
  readonly name: string;
  /** Trino types of the columns by name, of each side. */
  readonly columns: Readonly<Record<string, string | readonly [source: string, target: string]>>;
  /** Catalog and table properties. */
  readonly source: readonly [catalog: string, properties: string];
  readonly target: readonly [catalog: string, properties: string];
  readonly rules?: RuleSet;
  readonly cases: readonly ValueCase[];
}

export function different(id: string, source: RowsAsSql, target: RowsAsSql = source): ValueCase {
  return { id, source, target, isEqual: false };
}

export function equal(id: string, source: RowsAsSql, target: RowsAsSql = source): ValueCase {
  return { id, source, target, isEqual: true };
}

export const parquet = ['hive', "format = 'PARQUET'"] as const;
export const orc = ['hive', "format = 'ORC'"] as const;
export const iceberg = ['iceberg', "format = 'PARQUET'"] as const;
export const icebergOrc = ['iceberg', "format = 'ORC'"] as const;
export const csv = ['hive', "format = 'CSV'"] as const;
export const json = ['hive', "format = 'JSON'"] as const;
