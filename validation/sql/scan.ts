import { identifier, qualifiedName } from '../../core/sql-text.js';
import { chunks, concat, hashOf, readValue, textOf } from '../values/hash-part.js';
import type { Form, Side } from '../values/form.js';
import { partitionsFilter } from './partition-filter.js';
import type { PartitionValues } from './partition-filter.js';

/** A table as one engine names it. */
export interface TableName {
  readonly catalog: string;
  readonly schema: string;
  readonly table: string;
}

/** A column of both sides, and what its values are compared as. */
export interface ComparedColumn {
  readonly name: Readonly<Record<Side, string>>;
  readonly form: Form;
  /** Its values are shown as hashes only. */
  readonly isMasked?: boolean;
}

/** The data read of one side of a table. */
export interface Scan {
  readonly side: Side;
  readonly table: TableName;
  /** Of an Iceberg table. @default what is current */
  readonly snapshotId?: string;
  /** Those that the row hash is made of, partition columns included. At least one. */
  readonly columns: readonly ComparedColumn[];
  readonly partitionColumns: readonly ComparedColumn[];
  /** @default all partitions */
  readonly partitions?: readonly PartitionValues[];
}

/** `FROM` of a scan: the table at its snapshot, and the partitions that are read. */
export function fromClause({ side, table, snapshotId, partitionColumns, partitions }: Scan): string {
  const name = qualifiedName(table.catalog, table.schema, table.table);
  const version = snapshotId === undefined ? '' : ` FOR VERSION AS OF ${BigInt(snapshotId)}`;
  const where = partitions === undefined ? '' : ` WHERE ${partitionsFilter(partitionColumns, partitions, side)}`;
  return `FROM ${name}${version}${where}`;
}

/** Columns that one expression hashes: Trino compiles each expression to one Java method, whose size has a limit. */
const columnsOfHash = 30;

/** Something that is read of a row, and the name that it gets. */
export interface Kept {
  readonly sql: string;
  readonly name: string;
}

/** A subquery in parentheses: what is kept of each row, and its hash, the bigint `row_hash`. */
export function hashedRows(scan: Scan, kept: readonly Kept[]): string {
  const hashes = chunks(scan.columns, columnsOfHash).map((columns, index) => ({
    sql: columnsHash(columns, scan.side),
    name: `"$hash${index + 1}"`,
  }));
  const names = hashes.map(({ name }) => name);
  // Named twice, because Trino would inline what is used once, and compute filters by the hash a second time.
  const hash = `from_big_endian_64(xxhash64(${concat([...names, ...names])}))`;
  const inner = [...kept, ...hashes].map(({ sql, name }) => `${sql} AS ${name}`);
  const outer = [...kept.map(({ name }) => name), `${hash} AS row_hash`];
  return `(SELECT ${outer.join(', ')} FROM (SELECT ${inner.join(', ')} ${fromClause(scan)}))`;
}

/** varbinary: the hash of some columns. */
export function columnsHash(columns: readonly ComparedColumn[], side: Side): string {
  return hashOf(
    columns.map((column) => ({ sql: columnOf(column, side), form: column.form })),
    side,
  );
}

export function columnOf({ name }: ComparedColumn, side: Side): string {
  return identifier(name[side]);
}

/** The value of a column as its exact text; NULL for NULL. */
export function columnText(column: ComparedColumn, side: Side): string {
  return textOf(columnValue(column, side), column.form, side);
}

/** The value of a column as it is compared. */
export function columnValue(column: ComparedColumn, side: Side): string {
  return readValue(columnOf(column, side), column.form);
}

/** The values of partition columns as texts: `p1`, `p2` and so on. */
export function partitionTexts({ partitionColumns, side }: Scan): readonly Kept[] {
  return partitionColumns.map((column, index) => ({ sql: columnText(column, side), name: `p${index + 1}` }));
}

/** One text of the texts of a partition, each with its length before it: no two partitions look alike. */
export function partitionText(texts: readonly string[]): string {
  return texts.map((text) => `coalesce(CAST(length(${text}) AS varchar) || ':' || ${text}, '-')`).join(' || ');
}

/** ` GROUP BY p1, p2`, and what else is named; empty for nothing. */
export function groupBy({ partitionColumns }: Pick<Scan, 'partitionColumns'>, ...more: readonly string[]): string {
  const names = [...partitionColumns.map((_, index) => `p${index + 1}`), ...more];
  return names.length === 0 ? '' : ` GROUP BY ${names.join(', ')}`;
}

/** `p1, p2, `; empty without partitions. */
export function partitionNames({ partitionColumns }: Pick<Scan, 'partitionColumns'>): string {
  return partitionColumns.map((_, index) => `p${index + 1}, `).join('');
}
