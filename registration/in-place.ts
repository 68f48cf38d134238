import { inPlaceCatalog } from '../core/helper-tables.js';
import type { HiveType } from '../core/hive-type.js';
import { withoutEndSlashes } from '../core/s3-location.js';
import { renderExternal } from './hive-table.js';
import type { HiveTableName, TableFiles } from './hive-table.js';
import { stagingOf } from './iceberg-table.js';
import type { Registration } from './manifest.js';
import type { RegistrationTarget } from './registration-target.js';
import type { Remark } from './remark.js';
import { identifier, literal, qualifiedName } from '../core/sql-text.js';

/**
 * Why copied files cannot become an Iceberg table where they lie, as a clause; `null` when they can.
 * Source: Trino 476, MigrateProcedure.
 */
export function inPlaceRefusal({ source, storage, columns, projection }: TableFiles): string | null {
  const { partitions } = source;
  const reason =
    formatRefusal(storage.format) ??
    ((projection?.keys ?? null) === null ? null : 'its partitions are projected, not listed') ??
    (partitions.irregularFolders > 0
      ? `${partitions.irregularFolders} of its partitions lie in folders that are not named by their values below its location`
      : null) ??
    typeRefusal(columns(), storage.format);
  return reason === null
    ? null
    : `it cannot be converted in place: ${reason}; leave \`inPlace\` out of \`convert\`, so that Trino writes its rows into new files`;
}

function formatRefusal(format: string): string | null {
  return format === 'PARQUET' || format === 'ORC'
    ? null
    : `its files are ${format}, and only Parquet and ORC files become an Iceberg table as they are`;
}

function typeRefusal({ data, partition }: ReturnType<TableFiles['columns']>, format: string): string | null {
  for (const { name, type } of data) {
    const reason = strangeType(type, format);
    if (reason !== null) return `its column '${name}' ${reason}`;
  }
  const key = partition.find(({ type }) => !isKeyType(type));
  return key === undefined
    ? null
    : `its partition key '${key.name}' has the type ${key.trino}, whose values Iceberg reads in another way from names of folders`;
}

/** The reason why Iceberg lacks a type or reads it as something else; `null` for a type that stays as it is. */
function strangeType(type: HiveType, format: string): string | null {
  switch (type.kind) {
    case 'primitive':
      if (['tinyint', 'byte', 'smallint', 'short'].includes(type.name))
        return `has the type ${type.name}, which Iceberg does not have`;
      return type.name === 'timestamp' && format === 'PARQUET'
        ? 'has timestamps, which in Parquet files would become timestamps with time zone'
        : null;
    case 'char':
      return `has the type char(${type.length}), which Iceberg does not have`;
    case 'array':
      return strangeType(type.element, format);
    case 'map':
      return strangeType(type.key, format) ?? strangeType(type.value, format);
    case 'struct':
      return type.fields.map((field) => strangeType(field.type, format)).find((reason) => reason !== null) ?? null;
    case 'decimal':
    case 'varchar':
      return null;
  }
}

/** Source: Iceberg, `Conversions.fromPartitionString`, which takes a decimal with the digits that the folder's name has. */
const keyTypes: ReadonlySet<string> = new Set([
  ...['string', 'varchar', 'int', 'integer', 'bigint', 'long', 'date', 'boolean'],
]);

function isKeyType(type: HiveType): boolean {
  return type.kind === 'varchar' || (type.kind === 'primitive' && keyTypes.has(type.name));
}

export const inPlaceRemark: Remark = {
  text: 'it becomes an Iceberg table over its copied files, which stay where they are: DROP TABLE deletes them',
  source: 'the mapping',
  fix: null,
};

/**
 * The files are staged as a Hive table, which becomes an Iceberg table of the Hive Metastore and then one of the catalog,
 * from the newest metadata file in its location: the registrar names the file.
 */
export function renderInPlace(
  { catalog, schema, table }: HiveTableName,
  files: TableFiles,
  location: string,
  { stagingCatalog, buckets }: { readonly stagingCatalog: string; readonly buckets: RegistrationTarget['buckets'] },
): Registration {
  const staging = stagingOf({ catalog, schema, table }, stagingCatalog);
  // With a slash at the end, Trino would take hidden files such as `_SUCCESS` for data.
  const place = withoutEndSlashes(location);
  const { statements, partitionsBy, partitionedTable } = renderExternal(files, staging, place, buckets);
  const call = (of: string, procedure: string, values: Readonly<Record<string, string>>): string =>
    `CALL ${identifier(of)}.system.${procedure}(${Object.entries(values)
      .map(([name, value]) => `${name} => ${literal(value)}`)
      .join(', ')})`;
  const staged = { schema_name: staging.schema, table_name: staging.table };
  return {
    statements: [`CREATE SCHEMA IF NOT EXISTS ${qualifiedName(staging.catalog, staging.schema)}`, ...statements],
    load: [
      call(inPlaceCatalog, 'migrate', { ...staged, recursive_directory: 'true' }),
      call(catalog, 'register_table', { schema_name: schema, table_name: table, table_location: place }),
      call(inPlaceCatalog, 'unregister_table', staged),
    ],
    // The staged table is none of Hive's any more: dropping it would delete the files.
    cleanup: [`DROP SCHEMA IF EXISTS ${qualifiedName(staging.catalog, staging.schema)}`],
    partitionsBy,
    partitionedTable,
  };
}
