import type { AssessedTable } from '../assessments/index.js';
import { fail, ok } from '../core/result.js';
import type { Result } from '../core/result.js';
import { parseS3Location } from '../core/s3-location.js';
import { columnsReader } from './columns.js';
import type { TableColumns } from './columns.js';
import { locationsOf } from './data-locations.js';
import { placeRefusal } from './place-refusal.js';
import type { PartitionSource } from './manifest.js';
import { rawName } from './names.js';
import { castsOfCsv, csvColumns, hasTypes } from './opencsv.js';
import { columnProjection, projectionRefusal, tableProjection } from './partition-projection.js';
import type { RegistrationTarget } from './registration-target.js';
import { arrayOf, createTable, identifier, literal, qualifiedName } from './sql.js';
import type { PropertyValue } from './sql.js';
import { storageFormatOf } from './storage-format.js';
import type { StorageFormat } from './storage-format.js';

/** Files that Trino's Hive connector can read. Only `filesReader` makes one. */
export interface TableFiles {
  readonly source: AssessedTable;
  readonly columns: () => TableColumns;
  readonly storage: StorageFormat;
  /** Whether they are CSV, which holds text only, and the catalog gives columns other types. */
  readonly isTypedCsv: boolean;
}

/** The name of the Hive table; for a converted table, of its staging table. */
export interface HiveTableName {
  readonly catalog: string;
  readonly schema: string;
  readonly table: string;
}

export interface ExternalTable {
  readonly statements: readonly string[];
  readonly remarks: readonly string[];
  readonly partitionsBy: PartitionSource | null;
  /** Names of all columns, data first, partition keys last. */
  readonly columnNames: readonly string[];
}

export type FilesReader = (source: AssessedTable) => Result<TableFiles, string>;

/** Reads what the catalog says about a table's files, or says why no external table can be created over them. */
export function filesReader({ hiveMetastore }: Pick<RegistrationTarget, 'hiveMetastore'>): FilesReader {
  const readColumns = columnsReader();
  return (source) => {
    const storage = storageFormatOf(source);
    if (!storage.ok) return storage;
    const place = s3Refusal(source) ?? placeRefusal(source.location ?? '', hiveMetastore);
    if (place !== null) return fail(place);
    const isCsv = storage.value.format === 'CSV';
    const columns = readColumns(source, isCsv);
    if (!columns.ok) return columns;
    const refusal = bucketingRefusal(source) ?? projectionRefusal(source) ?? partitionsRefusal(source);
    if (refusal !== null) return fail(refusal);
    const isTypedCsv = isCsv && hasTypes(columns.value());
    return ok({ source, columns: columns.value, storage: storage.value, isTypedCsv });
  };
}

/** Why a table's data is not on S3; `null` when it is. */
export function s3Refusal(source: AssessedTable): string | null {
  if (source.location === null || source.location === '') return 'it has no location';
  const elsewhere = locationsOf(source).find((uri) => parseS3Location(uri) === undefined);
  return elsewhere === undefined ? null : `its location ${elsewhere} is not on S3`;
}

function bucketingRefusal({ serde, columns }: AssessedTable): string | null {
  if (serde === null || serde.bucketColumns.length === 0) return null;
  const names = new Set(columns.map(({ name }) => name.toLowerCase()));
  const unknown = serde.bucketColumns.find((name) => !names.has(name.toLowerCase()));
  return unknown === undefined ? null : `it is bucketed by '${unknown}', which is not one of its columns`;
}

function partitionsRefusal({ partitions }: AssessedTable): string | null {
  return partitions.count === null
    ? 'its partitions could not be read; grant glue:GetPartitions and run `aws2openstack assess glue-catalog` again'
    : null;
}

/** An external Hive table over the copied files at `location`. */
export function renderExternal(
  { source, columns: columnsOf, storage, isTypedCsv }: TableFiles,
  name: HiveTableName,
  location: string,
  buckets: RegistrationTarget['buckets'],
): ExternalTable {
  const columns = columnsOf();
  // Trino reads CSV as text only: where the catalog has other types, a typed view hides the table.
  const stored = isTypedCsv ? { ...name, table: rawName(name.table) } : name;
  const data = storage.format === 'CSV' ? csvColumns(columns.data) : columns.data;
  const bucketing = bucketProperties(source);
  const create = createTable({
    name: qualifiedName(stored.catalog, stored.schema, stored.table),
    columns: [
      ...data.map(({ name: column, trino, comment }) => ({ name: column, type: trino, comment })),
      ...columns.partition.map(({ name: column, trino, comment }) => ({
        name: column,
        type: trino,
        comment,
        properties: source.projection === null ? {} : columnProjection(source.projection, column),
      })),
    ],
    comment: source.description,
    properties: {
      external_location: literal(location),
      format: literal(storage.format),
      partitioned_by: partitionedBy(columns),
      ...storage.properties,
      ...tableProjection(source.projection, buckets),
      ...bucketing.properties,
    },
  });
  const partitionsBy = partitionSource(source);
  return {
    statements: [
      create,
      ...(partitionsBy === 'statement' ? [syncPartitions(stored)] : []),
      ...(isTypedCsv ? [typedView(name, stored, columns)] : []),
    ],
    remarks: [
      ...storage.remarks,
      ...bucketing.remarks,
      ...(isTypedCsv
        ? [
            `CSV holds text only: '${stored.table}' is the text, '${name.table}' a view that gives it its types (NULL where a cast fails)`,
          ]
        : []),
      ...partitionRemarks(source),
    ],
    partitionsBy,
    columnNames: [...columns.data, ...columns.partition].map((column) => column.name),
  };
}

function typedView(name: HiveTableName, stored: HiveTableName, columns: TableColumns): string {
  const select = castsOfCsv(columns).map((item) =>
    item.sql === identifier(item.name) ? item.sql : `${item.sql} AS ${identifier(item.name)}`,
  );
  return [
    `CREATE OR REPLACE VIEW ${qualifiedName(name.catalog, name.schema, name.table)} SECURITY INVOKER AS`,
    `SELECT\n  ${select.join(',\n  ')}`,
    `FROM ${qualifiedName(stored.catalog, stored.schema, stored.table)}`,
  ].join('\n');
}

function partitionedBy({ partition }: TableColumns): string | undefined {
  return partition.length === 0 ? undefined : arrayOf(partition.map(({ name }) => name.toLowerCase()));
}

function bucketProperties({ serde, parameters }: AssessedTable): {
  properties: Readonly<Record<string, PropertyValue>>;
  remarks: readonly string[];
} {
  const { bucketColumns = [], numberOfBuckets = 0 } = serde ?? {};
  if (bucketColumns.length === 0 || numberOfBuckets < 1) return { properties: {}, remarks: [] };
  if (Object.keys(parameters).some((name) => name.startsWith('spark.sql.sources.'))) {
    return {
      properties: {},
      remarks: ['Spark hashes buckets in its own way: the table is registered without bucketing'],
    };
  }
  return {
    properties: {
      bucket_count: numberOfBuckets,
      bucketed_by: arrayOf(bucketColumns.map((name) => name.toLowerCase())),
    },
    remarks: [],
  };
}

function partitionSource({ partitionKeys, partitions, projection }: AssessedTable): PartitionSource | null {
  if (partitionKeys.length === 0) return null;
  if (projection !== null) return 'projection';
  return partitions.differing === 0 && partitions.irregularFolders === 0 ? 'statement' : 'partition-file';
}

function partitionRemarks(source: AssessedTable): string[] {
  if (partitionSource(source) !== 'partition-file') return [];
  const { differing, irregularFolders } = source.partitions;
  return [
    ...(irregularFolders === 0
      ? []
      : [
          `${irregularFolders} partitions lie where Trino does not look for them: all are registered from the partition file`,
        ]),
    ...(differing === 0
      ? []
      : [
          `${differing} partitions have a SerDe or columns of their own, which Trino's register_partition cannot give them`,
        ]),
  ];
}

/** Only adds partitions, so that a run before the copy is complete does no harm. */
function syncPartitions({ catalog, schema, table }: HiveTableName): string {
  const named = `schema_name => ${literal(schema)}, table_name => ${literal(table)}`;
  return `CALL ${identifier(catalog)}.system.sync_partition_metadata(${named}, mode => 'ADD', case_sensitive => false)`;
}
