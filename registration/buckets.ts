import type { AssessedTable } from '../assessments/index.js';
import { mergedParameters } from '../core/parameters/parameters.js';
import type { HiveType } from '../core/hive-type.js';
import type { TableColumns } from './columns.js';
import type { Remark } from './remark.js';
import { arrayOf } from '../core/sql-text.js';
import type { PropertyValue } from './sql.js';

type Properties = Readonly<Record<string, PropertyValue>>;

/**
 * Trino looks for a value in the file that its hash names, so a table whose files were hashed in another way would lose
 * rows: it is registered without its buckets, which costs speed only.
 */
export function bucketProperties(source: AssessedTable, columns: TableColumns, isText: boolean): Properties {
  const { bucketColumns = [], numberOfBuckets = 0 } = source.serde ?? {};
  if (!isBucketed(source) || withoutBuckets(source, columns, isText) !== null) return {};
  const version = parametersOf(source)['bucketing_version']?.trim();
  return {
    bucket_count: numberOfBuckets,
    bucketed_by: arrayOf(bucketColumns.map((name) => name.toLowerCase())),
    ...(version === '2' && { bucketing_version: 2 }),
  };
}

export function bucketRemarks(source: AssessedTable, columns: TableColumns, isText: boolean): readonly Remark[] {
  if (!isBucketed(source)) return [];
  const without = withoutBuckets(source, columns, isText);
  return without === null
    ? [{ text: 'bucketing is declared, not verified', source: 'StorageDescriptor.BucketColumns', fix: null }]
    : [{ ...without, text: `${without.text}: the table is registered without bucketing`, fix: null }];
}

/** Why a table cannot be bucketed by these columns at all; `null` when it can. */
export function bucketingRefusal({ serde, columns }: AssessedTable): string | null {
  if (serde === null || serde.bucketColumns.length === 0) return null;
  const names = new Set(columns.map(({ name }) => name.toLowerCase()));
  const unknown = serde.bucketColumns.find((name) => !names.has(name.toLowerCase()));
  return unknown === undefined ? null : `it is bucketed by '${unknown}', which is not one of its columns`;
}

function isBucketed({ serde }: AssessedTable): boolean {
  return serde !== null && serde.bucketColumns.length > 0 && serde.numberOfBuckets > 0;
}

function parametersOf({ parameters, serde }: AssessedTable): Readonly<Record<string, string>> {
  return mergedParameters(parameters, serde?.parameters);
}

type Without = Pick<Remark, 'text' | 'source'>;

/** Why the table is registered without its buckets; `null` when it keeps them. */
function withoutBuckets(source: AssessedTable, columns: TableColumns, isText: boolean): Without | null {
  return unknownHash(source) ?? unhashed(source, columns, isText) ?? ofPartitions(source);
}

/** Trino takes the buckets of every partition from the table. Source: Trino 476, RegisterPartitionProcedure. */
function ofPartitions({ partitions: { ownBuckets = 0 } }: AssessedTable): Without | null {
  if (ownBuckets === 0) return null;
  const text = `${ownBuckets} of its partitions have other buckets than the table, and Trino takes the table's for all`;
  return { text, source: "partitions' StorageDescriptor.NumberOfBuckets" };
}

/** Sources: Athena user guide, 'bucketing_format'; Spark, HiveExternalCatalog; Trino 476, HiveBucketing. */
function unknownHash(source: AssessedTable): Without | null {
  const parameters = parametersOf(source);
  const spark = Object.keys(parameters).some((name) => name.startsWith('spark.sql.sources.'));
  const bySpark = 'Spark hashes buckets in its own way';
  if (spark) return { text: bySpark, source: 'parameters spark.sql.sources.*' };
  const format = parameters['bucketing_format']?.trim().toLowerCase() ?? 'hive';
  if (format !== 'hive') {
    const text = format === 'spark' ? bySpark : `buckets are hashed as '${format}' does, which is not known`;
    return { text, source: 'table parameter bucketing_format' };
  }
  const version = parameters['bucketing_version']?.trim() ?? '1';
  if (version === '1' || version === '2') return null;
  return { text: `bucketing version ${version} is not known`, source: 'table parameter bucketing_version' };
}

function unhashed({ serde }: AssessedTable, { data }: TableColumns, isText: boolean): Without | null {
  const names = new Set(serde?.bucketColumns.map((name) => name.toLowerCase()));
  const column = data.find(({ name, type }) => names.has(name.toLowerCase()) && !isHashed(type, isText));
  if (column === undefined) return null;
  const text = `Trino cannot hash buckets of the type ${column.trino} ('${column.name}') as Hive does`;
  return { text, source: 'StorageDescriptor.BucketColumns' };
}

const hashed: ReadonlySet<string> = new Set([
  ...['tinyint', 'byte', 'smallint', 'short', 'int', 'integer', 'bigint', 'long'],
  ...['float', 'double', 'boolean', 'string', 'varchar', 'date'],
]);

/** Seen with Trino 476: 'Cannot create a table bucketed on an unsupported type'. Columns of CSV are text in Trino. */
function isHashed(type: HiveType, isText: boolean): boolean {
  switch (type.kind) {
    case 'primitive':
      return isText ? type.name === 'string' : hashed.has(type.name);
    case 'varchar':
      return !isText;
    case 'array':
      return !isText && isHashed(type.element, false);
    case 'map':
      return !isText && isHashed(type.key, false) && isHashed(type.value, false);
    case 'char':
    case 'decimal':
    case 'struct':
      return false;
  }
}
