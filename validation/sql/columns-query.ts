import { identifier, listedName } from '../../core/sql-text.js';
import type { TableName } from './scan.js';

/** A column as the engine describes it. */
export interface DescribedColumn {
  readonly name: string;
  readonly type: string;
  readonly isNullable: boolean;
  readonly comment: string | null;
  /** Of Hive tables; the partitioning of Iceberg tables does not show here. */
  readonly isPartitionKey: boolean;
}

/** Name, type, whether NULL is allowed, comment, and remarks of each column, in their order. No row for no table. */
export function columnsQuery({ catalog, schema, table }: TableName): string {
  return (
    `SELECT column_name, data_type, is_nullable, "comment", extra_info ` +
    `FROM ${identifier(catalog)}.information_schema.columns ` +
    `WHERE table_schema = ${listedName(schema)} AND table_name = ${listedName(table)} ORDER BY ordinal_position`
  );
}

export function readColumns(rows: readonly (readonly unknown[])[]): readonly DescribedColumn[] {
  return rows.map(([name, type, isNullable, comment, extra]) => ({
    name: String(name),
    type: String(type),
    isNullable: isNullable !== 'NO',
    comment: typeof comment === 'string' && comment !== '' ? comment : null,
    isPartitionKey: extra === 'partition key',
  }));
}
