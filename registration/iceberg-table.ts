import type { AssessedTable } from '../assessments/index.js';
import { sha256 } from '../core/canonical-json.js';
import { encryptionRefusal, metadataFileName, metadataNameRefusal } from '../core/iceberg-metadata.js';
import { fail, ok } from '../core/result.js';
import type { Result } from '../core/result.js';
import { withoutEndSlashes } from '../core/s3-location.js';
import { placeOf, writePathsOf } from './data-locations.js';
import { renderExternal, s3Refusal } from './hive-table.js';
import type { HiveTableName, TableFiles } from './hive-table.js';
import type { Registration } from './manifest.js';
import { stagingSchema, stagingTable } from './names.js';
import { typeBehindView } from './opencsv.js';
import type { RegistrationTarget } from './registration-target.js';
import type { Remark } from './remark.js';
import { arrayOf, identifier, literal, qualifiedName } from '../core/sql-text.js';
import { createTable } from './sql.js';
import { icebergType, trinoType } from './trino-type.js';

/** The name of the metadata file that Trino registers the table from, or why it would not find it. */
export function metadataFileOf(source: AssessedTable): Result<string, string> {
  const metadata = source.iceberg?.metadataLocation ?? null;
  if (metadata === null) {
    return fail('Glue has no metadata_location for it, without which no catalog can register it');
  }
  const refusal = s3Refusal(source) ?? encryptionRefusal(source.parameters);
  if (refusal !== null) return fail(refusal);
  const file = metadataFileName(metadata, source.location);
  const place = placeOf(source) ?? '';
  if (file === undefined) {
    return fail(
      place === metadata
        ? `its metadata file ${metadata} is not in a folder called metadata, where Trino looks for it`
        : `its metadata file ${metadata} is not in the folder metadata of its location ${place}, where Trino looks for it`,
    );
  }
  const named = metadataNameRefusal(metadata, file);
  return named === null ? ok(file) : fail(named);
}

/** Notes for people about a table that is registered from its metadata file, which nobody has read yet. */
export function icebergRemarks(source: AssessedTable): readonly Remark[] {
  const { location, iceberg, parameters } = source;
  const place = placeOf(source);
  const isThree =
    iceberg?.formatVersion === 3 ||
    parameters['format-version']?.trim() === '3' ||
    parameters['row-lineage'] === 'true';
  return [
    ...(place !== null && withoutEndSlashes(place) !== withoutEndSlashes(location ?? '')
      ? [
          {
            text: `its location ${place} follows from its metadata file ${iceberg?.metadataLocation ?? ''}`,
            source: 'parameter metadata_location',
            fix: null,
          },
        ]
      : []),
    ...(isThree
      ? [
          {
            text: 'Trino 476 reads format version 3 without deletion vectors, row lineage and its new types: a query of a table that has them fails',
            source: 'parameter format-version',
            fix: 'Query the table at the target, or rewrite it as format version 2 at the source.',
          },
        ]
      : []),
    ...writePathsOf(source).map((path) => ({
      text: `files are written to ${path}, outside of its location`,
      source: 'parameter write.*.path',
      fix: 'Remove the property before the table is written to at the target, or allow the folder in the catalog server.',
    })),
  ];
}

/** Registers copied (and possibly rewritten) Iceberg metadata, so that history and snapshots are kept. */
export function renderRegisterTable(
  { catalog, schema, table }: HiveTableName,
  file: string,
  location: string,
): Registration {
  const named = [
    `schema_name => ${literal(schema)}`,
    `table_name => ${literal(table)}`,
    `table_location => ${literal(withoutEndSlashes(location))}`,
    `metadata_file_name => ${literal(file)}`,
  ];
  const statement = `CALL ${identifier(catalog)}.system.register_table(${named.join(', ')})`;
  return { statements: [statement], load: [], cleanup: [], partitionsBy: null, partitionedTable: null };
}

/** The name of the Hive table that a converted table is filled from. */
export function stagingOf({ catalog, schema, table }: HiveTableName, stagingCatalog: string): HiveTableName {
  return {
    catalog: stagingCatalog,
    schema: stagingSchema(schema, sha256(`${catalog}\0${schema}\0${table}`).slice(0, 12)),
    table: stagingTable(table, sha256(table).slice(0, 8)),
  };
}

/** The files are staged as a Hive table; the migration job copies its rows into a new Iceberg table. */
export function renderConversion(
  { catalog, schema, table }: HiveTableName,
  files: TableFiles,
  location: string,
  { stagingCatalog, buckets }: { readonly stagingCatalog: string; readonly buckets: RegistrationTarget['buckets'] },
): Registration {
  const staging = stagingOf({ catalog, schema, table }, stagingCatalog);
  const { statements, drop, partitionsBy, partitionedTable, columnNames } = renderExternal(
    files,
    staging,
    location,
    buckets,
  );
  const { data: stored, partition } = files.columns();
  const data = stored.map(({ type, ...column }) => ({
    ...column,
    type: files.storage.format === 'CSV' ? typeBehindView(type) : type,
  }));
  const target = qualifiedName(catalog, schema, table);
  const create = createTable({
    name: target,
    columns: [...data, ...partition].map((column) => ({ ...column, type: trinoType(icebergType(column.type)) })),
    comment: files.source.description,
    properties: {
      format: literal('PARQUET'),
      partitioning:
        partition.length === 0 ? undefined : arrayOf(partition.map(({ name }) => identifier(name.toLowerCase()))),
    },
  });
  const names = columnNames.map(identifier).join(', ');
  const from = qualifiedName(staging.catalog, staging.schema, staging.table);
  return {
    statements: [
      `CREATE SCHEMA IF NOT EXISTS ${qualifiedName(staging.catalog, staging.schema)}`,
      ...statements,
      create,
    ],
    load: [`INSERT INTO ${target} (${names})\nSELECT ${names}\nFROM ${from}`],
    cleanup: [...drop, `DROP SCHEMA IF EXISTS ${qualifiedName(staging.catalog, staging.schema)}`],
    partitionsBy,
    partitionedTable,
  };
}
