import type { HiveType } from '../core/hive-type.js';
import type { TableColumns, TypedColumn } from './columns.js';
import { printableLiteral } from './delimiters.js';
import type { SparkCsv } from './spark-files.js';
import { identifier } from '../core/sql-text.js';
import { trinoType } from './trino-type.js';

/** OpenCSVSerde returns text, whatever the catalog says. */
export function csvColumns(columns: readonly TypedColumn[]): readonly TypedColumn[] {
  return columns.map((column) => ({ ...column, trino: 'VARCHAR' }));
}

/** Whether the text needs a typed view over it. */
export function hasTypes({ data }: TableColumns): boolean {
  return data.some(({ trino }) => trino !== 'VARCHAR');
}

/** One select item per column, with its cast. */
export function castsOfCsv(
  { data, partition }: TableColumns,
  spark: SparkCsv | undefined,
): readonly { name: string; sql: string }[] {
  const cast = (column: TypedColumn): string =>
    spark === undefined ? castOf(column) : castOfSpark(column, spark.nullValue);
  return [
    ...data.map((column) => ({ name: column.name, sql: cast(column) })),
    ...partition.map(({ name }) => ({ name, sql: identifier(name) })),
  ];
}

/** Athena reads a DATE as days and a TIMESTAMP as milliseconds since 1970. Source: Athena user guide, 'Open CSV SerDe'. */
function castOf({ name, type, trino }: TypedColumn): string {
  const text = identifier(name);
  if (staysText(type)) return text;
  if (trino === 'DATE') {
    const days = `TRY_CAST(${text} AS INTEGER)`;
    return `COALESCE(TRY_CAST(${text} AS DATE), date_add('day', ${days}, DATE '1970-01-01'))`;
  }
  if (trino === 'TIMESTAMP(6)') {
    // date_add takes 32-bit numbers, and TRY does not catch the overflow of an interval: 14 digits reach the year 5138.
    const milliseconds = `IF(length(${text}) <= 14, TRY_CAST(${text} AS BIGINT))`;
    const since1970 = `TIMESTAMP '1970-01-01 00:00:00.000000' + ${milliseconds} * INTERVAL '0.001' SECOND`;
    return `COALESCE(TRY_CAST(${text} AS TIMESTAMP(6)), ${since1970})`;
  }
  return `TRY_CAST(${text} AS ${trino})`;
}

/** Spark writes timestamps as ISO 8601 with a zone; they are in UTC here, as those of its other files are. */
function castOfSpark({ name, trino }: TypedColumn, nullValue: string): string {
  const text = `NULLIF(${identifier(name)}, ${printableLiteral(nullValue)})`;
  if (trino === 'VARCHAR') return text;
  const cast = `TRY_CAST(${text} AS ${trino})`;
  if (trino !== 'TIMESTAMP(6)') return cast;
  return `COALESCE(${cast}, TRY(CAST(from_iso8601_timestamp_nanos(${text}) AT TIME ZONE 'UTC' AS ${trino})))`;
}

/** The type that the typed view gives a column of CSV. */
export function typeBehindView(type: HiveType): HiveType {
  return staysText(type) ? { kind: 'primitive', name: 'string' } : type;
}

/** There is no cast from text to bytes or to nested values that reads what OpenCSVSerde writes. */
export function staysText(type: HiveType): boolean {
  const isNested = type.kind === 'array' || type.kind === 'map' || type.kind === 'struct';
  return isNested || ['VARCHAR', 'VARBINARY'].includes(trinoType(type));
}
