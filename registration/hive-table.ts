import type { AssessedTable } from '../assessments/index.js';
import { readProjection } from '../core/partition-projection.js';
import type { KeyColumn, PartitionProjection } from '../core/partition-projection.js';
import { fail, ok } from '../core/result.js';
import type { Result } from '../core/result.js';
import { parseS3Location } from '../core/s3-location.js';
import { unfitPartitionRefusal } from '../core/unfit-partition.js';
import { bucketProperties, bucketRemarks, bucketingRefusal } from './buckets.js';
import { columnsReader } from './columns.js';
import type { TableColumns } from './columns.js';
import { locationsOf, placeOf } from './data-locations.js';
import { placeRefusal } from './place-refusal.js';
import type { PartitionedTable, PartitionSource } from './manifest.js';
import { rawName } from './names.js';
import { castsOfCsv, csvColumns, hasTypes, staysText } from './opencsv.js';
import { columnProjection, tableProjection } from './partition-projection.js';
import type { RegistrationTarget } from './registration-target.js';
import type { Remark } from './remark.js';
import { arrayOf, identifier, literal, qualifiedName } from '../core/sql-text.js';
import { createTable } from './sql.js';
import type { SparkCsv } from './spark-files.js';
import { storageFormatOf } from './storage-format.js';
import type { StorageFormat } from './storage-format.js';

/** Files that Trino's Hive connector can read. Only `filesReader` makes one. */
export interface TableFiles {
  readonly source: AssessedTable;
  readonly columns: () => TableColumns;
  readonly storage: StorageFormat;
  /** Whether they are CSV, which holds text only, and the catalog gives columns other types. */
  readonly isTypedCsv: boolean;
  /** `null` for a table whose partitions Athena does not project. */
  readonly projection: PartitionProjection | null;
}

/** The name of the Hive table; for a converted table, of its staging table. */
export interface HiveTableName {
  readonly catalog: string;
  readonly schema: string;
  readonly table: string;
}

export interface ExternalTable {
  readonly statements: readonly string[];
  /** Trino SQL that removes what the statements create, which leaves the files where they are. */
  readonly drop: readonly string[];
  readonly partitionsBy: PartitionSource | null;
  readonly partitionedTable: PartitionedTable | null;
  /** Names of all columns, data first, partition keys last. */
  readonly columnNames: readonly string[];
}

export type FilesReader = (source: AssessedTable) => Result<TableFiles, string>;

/** Reads what the catalog says about a table's files, or says why no external table can be created over them. */
export function filesReader({
  hiveMetastore,
  trino,
}: Pick<RegistrationTarget, 'hiveMetastore' | 'trino'>): FilesReader {
  const readColumns = columnsReader();
  return (source) => {
    const storage = storageFormatOf(source);
    if (!storage.ok) return storage;
    const place = s3Refusal(source) ?? placeRefusal(source.location ?? '', hiveMetastore);
    if (place !== null) return fail(place);
    const isCsv = storage.value.format === 'CSV';
    const columns = readColumns(source, isCsv);
    if (!columns.ok) return columns;
    const refusal = bucketingRefusal(source) ?? partitionsRefusal(source);
    if (refusal !== null) return fail(refusal);
    const projection = readProjection(source, () => keysOf(source, columns.value()), trino);
    if (!projection.ok) return projection;
    // The view also makes NULL of Spark's text for it.
    const isTypedCsv = isCsv && (storage.value.spark !== undefined || hasTypes(columns.value()));
    return ok({ source, columns: columns.value, storage: storage.value, isTypedCsv, projection: projection.value });
  };
}

function keysOf({ partitionKeys }: AssessedTable, { partition }: TableColumns): readonly KeyColumn[] {
  return partition.map(({ name, type }, index) => ({ name, type, typeText: partitionKeys[index]?.type ?? '' }));
}

/** Why a table's data is not on S3; `null` when it is. */
export function s3Refusal(source: AssessedTable): string | null {
  if (placeOf(source) === null) return 'it has no location';
  const elsewhere = locationsOf(source).find((uri) => parseS3Location(uri) === undefined);
  return elsewhere === undefined ? null : `its location ${elsewhere} is not on S3`;
}

function partitionsRefusal({ partitions, projection, traits }: AssessedTable): string | null {
  // Athena does not look at Glue's partitions where it projects them.
  if (projection === null && traits.includes('mixed-partition-serde')) {
    return "some of its partitions have a SerDe of their own, and Trino reads every partition as the table; rewrite those partitions in the table's format";
  }
  const unfit = projection === null ? partitions.unfit?.[0] : undefined;
  if (unfit !== undefined) return unfitPartitionRefusal(unfit);
  return partitions.count === null
    ? 'its partitions could not be read; grant glue:GetPartitions and run `aws2openstack assess glue-catalog` again'
    : null;
}

/** An external Hive table over the copied files at `location`. */
export function renderExternal(
  files: TableFiles,
  name: HiveTableName,
  location: string,
  buckets: RegistrationTarget['buckets'],
): ExternalTable {
  const { source, storage, isTypedCsv, projection } = files;
  const columns = files.columns();
  // Trino reads CSV as text only: where the catalog has other types, a typed view hides the table.
  const stored = isTypedCsv ? { ...name, table: rawName(name.table) } : name;
  const data = storage.format === 'CSV' ? csvColumns(columns.data) : columns.data;
  const create = createTable({
    name: qualifiedName(stored.catalog, stored.schema, stored.table),
    columns: [
      ...data.map(({ name: column, trino, comment }) => ({ name: column, type: trino, comment })),
      ...columns.partition.map(({ name: column, trino, comment }) => {
        const projected = columnProjection(projection, column);
        return { name: column, type: projected.trino ?? trino, comment, properties: projected.properties };
      }),
    ],
    comment: source.description,
    properties: {
      external_location: literal(location),
      format: literal(storage.format),
      partitioned_by: partitionedBy(columns),
      ...storage.properties,
      ...tableProjection(projection, buckets),
      ...bucketProperties(source, columns, storage.format === 'CSV'),
    },
  });
  const partitionsBy = partitionSource(files);
  return {
    statements: [
      create,
      ...(partitionsBy === 'statement' || partitionsBy === 'folders' ? [syncPartitions(stored)] : []),
      ...(isTypedCsv ? typedView(name, stored, columns, source.description, storage.spark) : []),
    ],
    drop: [
      ...(isTypedCsv ? [`DROP VIEW IF EXISTS ${qualifiedName(name.catalog, name.schema, name.table)}`] : []),
      `DROP TABLE IF EXISTS ${qualifiedName(stored.catalog, stored.schema, stored.table)}`,
    ],
    partitionsBy,
    partitionedTable: partitionsBy === null ? null : partitionedTable(stored, columns),
    columnNames: [...columns.data, ...columns.partition].map((column) => column.name),
  };
}

/**
 * With the privileges of its owner, the user that registers it: nobody else may read the text, and whoever may read the
 * view needs no other grant. Row filters, hidden and masked columns of the view apply to the user who reads it.
 */
function typedView(
  name: HiveTableName,
  stored: HiveTableName,
  columns: TableColumns,
  description: string | null,
  spark: SparkCsv | undefined,
): readonly string[] {
  const select = castsOfCsv(columns, spark).map((item) =>
    item.sql === identifier(item.name) ? item.sql : `${item.sql} AS ${identifier(item.name)}`,
  );
  const comment = description === null ? '' : ` COMMENT ${literal(description)}`;
  const view = [
    `CREATE OR REPLACE VIEW ${qualifiedName(name.catalog, name.schema, name.table)}${comment} SECURITY DEFINER AS`,
    `SELECT\n  ${select.join(',\n  ')}`,
    `FROM ${qualifiedName(stored.catalog, stored.schema, stored.table)}`,
  ].join('\n');
  const comments = [...columns.data, ...columns.partition].flatMap(({ name: column, comment: text = '' }) => {
    const of = qualifiedName(name.catalog, name.schema, name.table, column.toLowerCase());
    return text === '' ? [] : [`COMMENT ON COLUMN ${of} IS ${literal(text)}`];
  });
  return [view, ...comments];
}

function partitionedBy({ partition }: TableColumns): string | undefined {
  return partition.length === 0 ? undefined : arrayOf(keyNames({ partition }));
}

function partitionedTable({ catalog, schema, table }: HiveTableName, columns: TableColumns): PartitionedTable {
  return { catalog, schema, table, keys: keyNames(columns) };
}

function keyNames({ partition }: Pick<TableColumns, 'partition'>): readonly string[] {
  return partition.map(({ name }) => name.toLowerCase());
}

function partitionSource({
  source: { partitionKeys, partitions },
  projection,
}: Pick<TableFiles, 'source' | 'projection'>): PartitionSource | null {
  if (partitionKeys.length === 0) return null;
  // Athena does not look at the partitions that Glue lists beside a projection.
  if (projection !== null) return projection.keys === null ? 'folders' : 'projection';
  return partitions.differing === 0 && partitions.irregularFolders === 0 ? 'statement' : 'partition-file';
}

/** Notes for people about files that are read as the table `name`. */
export function remarksOnFiles(files: TableFiles, name: string): readonly Remark[] {
  const { source, columns, storage, isTypedCsv, projection } = files;
  return [
    ...storage.remarks,
    ...bucketRemarks(source, columns(), storage.format === 'CSV'),
    ...(isTypedCsv
      ? [
          {
            text: `CSV holds text only: '${rawName(name)}' is the text, '${name}' a view that gives it its types (NULL where a cast fails)`,
            source: storage.spark === undefined ? 'SerDe OpenCSVSerde' : 'table parameter spark.sql.sources.provider',
            fix: null,
          },
          ...keptAsText(columns()),
        ]
      : []),
    ...((projection?.keys ?? null) === null
      ? []
      : [{ text: 'partitions are projected, not listed', source: 'parameter projection.enabled', fix: null }]),
    ...(projection?.remarks ?? []),
    ...partitionRemarks(files),
  ];
}

function keptAsText({ data }: TableColumns): readonly Remark[] {
  const names = data.filter(({ type, trino }) => trino !== 'VARCHAR' && staysText(type)).map(({ name }) => `'${name}'`);
  if (names.length === 0) return [];
  const [are, their] = names.length === 1 ? ['stays', 'its'] : ['stay', 'their'];
  return [
    {
      text: `${names.join(', ')} ${are} text, since no cast reads ${their} type from CSV`,
      source: 'StorageDescriptor.Columns',
      fix: 'Change queries that expect another type.',
    },
  ];
}

function partitionRemarks(files: TableFiles): readonly Remark[] {
  if (partitionSource(files) !== 'partition-file') return [];
  const { differing, irregularFolders } = files.source.partitions;
  return [
    ...(irregularFolders === 0
      ? []
      : [
          {
            text: `${irregularFolders} partitions lie where Trino does not look for them: all are registered from the partition file`,
            source: "partitions' StorageDescriptor.Location",
            fix: null,
          },
        ]),
    ...(differing === 0
      ? []
      : [
          {
            text: `${differing} partitions have columns of their own; Trino reads them with those of the table, and what the files lack is NULL`,
            source: "partitions' StorageDescriptor",
            fix: null,
          },
        ]),
  ];
}

/** Only adds partitions, so that a run before the copy is complete does no harm. */
function syncPartitions({ catalog, schema, table }: HiveTableName): string {
  const named = `schema_name => ${literal(schema)}, table_name => ${literal(table)}`;
  return `CALL ${identifier(catalog)}.system.sync_partition_metadata(${named}, mode => 'ADD', case_sensitive => false)`;
}
