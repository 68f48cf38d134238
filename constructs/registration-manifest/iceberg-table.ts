import { sha256 } from '../../core/canonical-json.js';
import { trinoType } from '../../core/hive-type.js';
import { icebergType } from './columns.js';
import { describeExternal, unregistrable } from './hive-table.js';
import type { RegisteredTable, Registration, RegistrationContext } from './manifest-types.js';
import { arrayOf, createTable, identifier, literal, qualifiedName } from './sql.js';

/** Iceberg metadata that was copied, or copied and rewritten, is registered as it is: history and snapshots stay. */
export function registerIceberg(table: RegisteredTable): Registration {
  const { source, location, catalog, schema } = table;
  const metadata = source.iceberg?.metadataLocation ?? null;
  if (metadata === null) return unregistrable('the catalog names no metadata_location');
  if (location === null) return unregistrable('it has no location at the target');
  const [folder, file] = splitMetadata(metadata);
  if (folder !== withoutEndSlash(source.location ?? '')) {
    return unregistrable(`its metadata '${metadata}' lies outside its location '${source.location ?? 'none'}'`);
  }
  const named = [
    `schema_name => ${literal(schema)}`,
    `table_name => ${literal(table.table)}`,
    `table_location => ${literal(withoutEndSlash(location))}`,
    `metadata_file_name => ${literal(file)}`,
  ];
  const remarks =
    table.method === 'register-rewritten'
      ? ['its files name the old bucket: register it once every path in its metadata is rewritten']
      : [];
  return { statements: [`CALL ${identifier(catalog)}.system.register_table(${named.join(', ')})`], remarks };
}

/** The files are staged as a Hive table; the migration job copies its rows into a new Iceberg table. */
export function convertToIceberg(table: RegisteredTable, context: RegistrationContext): Registration {
  const { catalog, schema, source } = table;
  if (context.stagingCatalog === undefined) {
    return unregistrable('to convert it the target needs a catalog of type hive-metastore to read it from');
  }
  const staging = { catalog: context.stagingCatalog, schema: stagingSchema(catalog, schema), table: table.table };
  const external = describeExternal(table, staging, context);
  if (!external.ok) return unregistrable(external.error);
  const { columns, registration, items } = external.value;
  const all = [...columns.data, ...columns.partition].map((column) => ({
    ...column,
    type: trinoType(icebergType(column.type)),
  }));
  const target = qualifiedName(catalog, schema, table.table);
  const create = createTable({
    name: target,
    columns: all,
    comment: source.description,
    properties: {
      format: literal('PARQUET'),
      partitioning:
        columns.partition.length === 0
          ? undefined
          : arrayOf(columns.partition.map(({ name }) => identifier(name.toLowerCase()))),
    },
  });
  const names = items.map(({ name }) => identifier(name)).join(', ');
  const from = qualifiedName(staging.catalog, staging.schema, staging.table);
  return {
    ...registration,
    statements: [
      `CREATE SCHEMA IF NOT EXISTS ${qualifiedName(staging.catalog, staging.schema)}`,
      ...registration.statements,
      create,
    ],
    load: [`INSERT INTO ${target} (${names})\nSELECT ${names}\nFROM ${from}`],
  };
}

/** All conversions are staged in one Hive catalog: catalogs that share a schema's name must not share its tables. */
function stagingSchema(catalog: string, schema: string): string {
  return `a2o_staging_${schema}_${sha256(`${catalog}\0${schema}`).slice(0, 8)}`;
}

/** `s3://b/t/metadata/00001.metadata.json` as `s3://b/t` and `00001.metadata.json`. */
function splitMetadata(location: string): [folder: string, file: string] {
  const slash = location.lastIndexOf('/');
  return [location.slice(0, slash).replace(/\/metadata$/, ''), location.slice(slash + 1)];
}

function withoutEndSlash(location: string): string {
  return location.replace(/\/+$/, '');
}
