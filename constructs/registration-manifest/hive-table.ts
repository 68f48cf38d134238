import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { columnsOf } from './columns.js';
import type { TableColumns } from './columns.js';
import { hiveRefusal } from './hive-limits.js';
import type { PartitionRegistration, RegisteredTable, Registration, RegistrationContext } from './manifest-types.js';
import { columnProjection, tableProjection } from './partition-projection.js';
import { castsOfCsv, csvColumns } from './opencsv.js';
import { arrayOf, createTable, identifier, literal, qualifiedName } from './sql.js';
import type { PropertyValue } from './sql.js';
import { storageFormatOf } from './storage-format.js';

/** Where the Hive table stands; a converted table's is a staging table. */
export interface HiveTableName {
  readonly catalog: string;
  readonly schema: string;
  readonly table: string;
}

export interface ExternalTable {
  readonly registration: Registration;
  /** Select items that give each column its type: name by name, data first, partition keys last. */
  readonly items: readonly { readonly name: string; readonly sql: string }[];
  readonly columns: TableColumns;
  /** The table that holds the files. */
  readonly stored: HiveTableName;
}

/** An external Hive table over the copied files. */
export function registerExternal(table: RegisteredTable, context: RegistrationContext): Registration {
  const external = describeExternal(table, table, context);
  return external.ok ? external.value.registration : unregistrable(external.error);
}

export function unregistrable(reason: string): Registration {
  return { statements: [], remarks: [`cannot be registered: ${reason}`] };
}

export function describeExternal(
  table: RegisteredTable,
  name: HiveTableName,
  context: RegistrationContext,
): Result<ExternalTable, string> {
  const { source, location } = table;
  if (location === null) return fail('it has no location at the target');
  const columns = columnsOf(source);
  if (!columns.ok) return columns;
  const refusal = hiveRefusal(name.table, location, columns.value);
  if (refusal !== undefined) return fail(refusal);
  const storage = storageFormatOf(source);
  if (!storage.ok) return storage;
  const projection = tableProjection(table, context);
  if (!projection.ok) return projection;

  // Trino reads CSV as text only: a typed view stands before the table where the catalog knows better. Mappings refuse
  // tables of the suffix, so none of the user's has this name.
  const casts = storage.value.format === 'CSV' ? castsOfCsv(columns.value) : undefined;
  const stored = casts === undefined ? name : { ...name, table: `${name.table}__a2o_raw` };
  const data = storage.value.format === 'CSV' ? csvColumns(columns.value.data) : columns.value.data;
  const bucketing = bucketProperties(table);
  const create = createTable({
    name: qualifiedName(stored.catalog, stored.schema, stored.table),
    columns: [
      ...data.map(({ name: column, trino, comment }) => ({ name: column, type: trino, comment })),
      ...columns.value.partition.map(({ name: column, trino, comment }) => ({
        name: column,
        type: trino,
        comment,
        properties: source.projection === null ? {} : columnProjection(source.projection, column),
      })),
    ],
    comment: source.description,
    properties: {
      external_location: literal(location),
      format: literal(storage.value.format),
      partitioned_by: partitionedBy(columns.value),
      ...storage.value.properties,
      ...projection.value,
      ...bucketing.properties,
    },
  });
  const partitions = partitionRegistration(table);
  const statements = [create];
  if (partitions?.by === 'statement') statements.push(syncPartitions(stored));
  const items = casts ?? [...columns.value.data, ...columns.value.partition].map((column) => itemOf(column.name));
  if (casts !== undefined) statements.push(typedView(name, stored, items));
  return ok({
    registration: {
      statements,
      remarks: [
        ...columns.value.remarks,
        ...storage.value.remarks,
        ...bucketing.remarks,
        ...(casts === undefined
          ? []
          : [
              `CSV holds text only: '${stored.table}' is the text, '${name.table}' a view that gives it its types (NULL where a cast fails)`,
            ]),
        ...partitionRemarks(table),
      ],
      ...(partitions && { partitions }),
    },
    items,
    columns: columns.value,
    stored,
  });
}

function itemOf(name: string): { name: string; sql: string } {
  return { name, sql: identifier(name) };
}

function typedView(name: HiveTableName, stored: HiveTableName, items: ExternalTable['items']): string {
  const select = items.map((item) =>
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

function bucketProperties({ source }: RegisteredTable): {
  properties: Readonly<Record<string, PropertyValue>>;
  remarks: readonly string[];
} {
  const { bucketColumns = [], numberOfBuckets = 0 } = source.serde ?? {};
  if (bucketColumns.length === 0 || numberOfBuckets < 1) return { properties: {}, remarks: [] };
  if (Object.keys(source.parameters).some((name) => name.startsWith('spark.sql.sources.'))) {
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

function partitionRegistration({ source }: RegisteredTable): PartitionRegistration | undefined {
  if (source.partitionKeys.length === 0) return undefined;
  const { count, differing, irregularFolders } = source.partitions;
  if (source.projection !== null) return { by: 'projection', expected: count };
  return { by: differing === 0 && irregularFolders === 0 ? 'statement' : 'partition-file', expected: count };
}

function partitionRemarks(table: RegisteredTable): string[] {
  if (partitionRegistration(table)?.by !== 'partition-file') return [];
  const { differing, irregularFolders } = table.source.partitions;
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

/** Adds what is found, drops nothing, so that a run before the copy is complete does no harm. */
function syncPartitions({ catalog, schema, table }: HiveTableName): string {
  const named = `schema_name => ${literal(schema)}, table_name => ${literal(table)}`;
  return `CALL ${identifier(catalog)}.system.sync_partition_metadata(${named}, mode => 'ADD', case_sensitive => false)`;
}
