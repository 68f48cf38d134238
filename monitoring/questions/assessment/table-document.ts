import type { StoredTable } from '../../../state/repositories/tables.js';
import { catalogText, flag, list, nullable, number, object, oneOf, text, time, whole } from '../schema.js';
import type { TypeOf } from '../schema.js';

export const readiness = oneOf(
  ['READY', 'NEEDS_CONVERSION', 'UNKNOWN'],
  'READY: can be moved as it is. NEEDS_CONVERSION: must become Iceberg. UNKNOWN: its notes say what to clarify.',
);

export const tableFormat = oneOf(
  ['ICEBERG', 'PARQUET', 'ORC', 'AVRO', 'CSV', 'JSON', 'TEXT', 'DELTA', 'HUDI', 'VIEW', 'RESOURCE_LINK', 'UNKNOWN'],
  'Format of the table.',
);

export const direction = oneOf(['asc', 'desc'], 'Default: asc, with unknown values first.');

/** Optional property of the input of questions about tables. */
export const databaseInput = { database: text('Only tables of this database.', { maxLength: 255 }) };

const sizes = { minimum: 0, maximum: 1e9 };

export const minSizeInput = number('Only tables of this size or more, in 10^9 bytes; leaves out unknown sizes.', sizes);
export const maxSizeInput = number('Only tables of this size or less, in 10^9 bytes; leaves out unknown sizes.', sizes);

export const patternInput = text(
  'Only names like this: `*` stands for any text, `?` for one character; a pattern with a dot also matches database.table.',
  { minLength: 1, maxLength: 512 },
);

export const tableSchema = object({
  database_name: catalogText('Database.'),
  table_name: catalogText('Table.'),
  table_format: tableFormat,
  migration_readiness: readiness,
  readiness_source: text('`format`, or `table-parameter` where the owner of the table set it.'),
  is_iceberg: flag('Whether it is an Iceberg table.'),
  storage_location: nullable(catalogText('Where its data lie.')),
  description: nullable(catalogText('Description.')),
  estimated_size_bytes: nullable(whole('Null: unknown.')),
  estimated_size_gb: nullable(number('The same in 10^9 bytes.')),
  estimated_rows: nullable(whole('Null: unknown.')),
  partition_keys: list(catalogText('Name of a partition column.')),
  partition_count: nullable(whole('Null: unknown.')),
  column_count: whole('Columns.'),
  last_updated: nullable(time('When the catalog entry changed.')),
  notes: list(catalogText('What the assessment found.')),
});

export function tableDocument(row: StoredTable): TypeOf<typeof tableSchema> {
  return {
    database_name: row.database_name,
    table_name: row.table_name,
    table_format: row.table_format,
    migration_readiness: row.migration_readiness,
    readiness_source: row.readiness_source,
    is_iceberg: row.is_iceberg,
    storage_location: row.storage_location,
    description: row.description,
    estimated_size_bytes: row.estimated_size_bytes,
    estimated_size_gb: row.estimated_size_gb,
    estimated_rows: row.estimated_rows,
    partition_keys: row.partition_keys,
    partition_count: row.partition_count,
    column_count: row.column_count,
    last_updated: row.last_updated?.toISOString() ?? null,
    notes: row.notes,
  };
}
