import type { Table } from '@aws-sdk/client-glue';
import { withoutEndSlashes } from '../../core/s3-location.js';
import type { SerDe, TableFormat } from '../assessment.js';
import { textMap, textOrNull } from './parameters.js';
import { lazySimpleSerDe } from './serde-format.js';
import { readSparkTable } from './spark-schema.js';
import type { SparkTable } from './spark-schema.js';

/**
 * A table of one of Spark's data sources that Hive cannot read: Spark leaves a placeholder in its descriptor, and keeps
 * the columns in the table's parameters, location and options in the SerDe's. Source: Apache Spark, HiveExternalCatalog.
 */
export interface SparkSource {
  /** As Spark names it, such as `csv`. */
  readonly provider: string;
  /** UNKNOWN for a data source that does not read files of a known format. */
  readonly format: TableFormat;
  readonly location: string | null;
  /** Columns, keys and buckets, or a sentence that says what is missing. */
  readonly table: ReturnType<typeof readSparkTable>;
}

/** Names of the data sources since Spark 1.4, in lower case. */
const formats: Readonly<Record<string, TableFormat>> = {
  avro: 'AVRO',
  'com.databricks.spark.avro': 'AVRO',
  'org.apache.spark.sql.avro.avrofileformat': 'AVRO',
  csv: 'CSV',
  'com.databricks.spark.csv': 'CSV',
  'org.apache.spark.sql.execution.datasources.csv.csvfileformat': 'CSV',
  json: 'JSON',
  'org.apache.spark.sql.json': 'JSON',
  'org.apache.spark.sql.execution.datasources.json.jsonfileformat': 'JSON',
  orc: 'ORC',
  'org.apache.spark.sql.hive.orc': 'ORC',
  'org.apache.spark.sql.execution.datasources.orc.orcfileformat': 'ORC',
  parquet: 'PARQUET',
  'org.apache.spark.sql.parquet': 'PARQUET',
  'org.apache.spark.sql.execution.datasources.parquet.parquetfileformat': 'PARQUET',
  text: 'TEXT',
  'org.apache.spark.sql.execution.datasources.text.textfileformat': 'TEXT',
};

/** They have their own descriptors, or are recognised otherwise. */
const others: ReadonlySet<string> = new Set(['hive', 'iceberg', 'delta', 'hudi']);

export function sparkSourceOf(table: Table, serde: SerDe | null): SparkSource | undefined {
  const parameters = textMap(table.Parameters);
  const provider = parameters['spark.sql.sources.provider']?.trim().toLowerCase() ?? '';
  if (provider === '' || others.has(provider) || !isPlaceholder(table, serde)) return undefined;
  const location = textOrNull(table.StorageDescriptor?.Location);
  return {
    provider,
    format: Object.hasOwn(formats, provider) ? (formats[provider] ?? 'UNKNOWN') : 'UNKNOWN',
    location: textOrNull(serde?.parameters['path']) ?? (isPlaceholderLocation(location) ? null : location),
    table: readSparkTable(parameters),
  };
}

/** The SerDe of such a table: Spark's options, without the placeholder's classes. */
export function sparkSerDe(serde: SerDe | null, { bucketColumns, numberOfBuckets }: SparkTable): SerDe {
  return {
    library: null,
    inputFormat: null,
    outputFormat: null,
    parameters: serde?.parameters ?? {},
    compressed: serde?.compressed ?? false,
    bucketColumns,
    numberOfBuckets,
  };
}

function isPlaceholder({ StorageDescriptor: descriptor }: Table, serde: SerDe | null): boolean {
  const [first, ...more] = descriptor?.Columns ?? [];
  const standsIn = first?.Name === 'col' && first.Type === 'array<string>' && more.length === 0;
  return standsIn || isPlaceholderLocation(descriptor?.Location ?? null) || serde === null || isPlaceholderSerDe(serde);
}

/** Also that of the table's partitions. */
export function isPlaceholderSerDe({ library, inputFormat }: SerDe): boolean {
  const isSequence = inputFormat === 'org.apache.hadoop.mapred.SequenceFileInputFormat';
  return library === null || (library === lazySimpleSerDe && (isSequence || inputFormat === null));
}

function isPlaceholderLocation(location: string | null): boolean {
  return location !== null && withoutEndSlashes(location).endsWith('__PLACEHOLDER__');
}
