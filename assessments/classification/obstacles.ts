import {
  columnNameRefusals,
  hasEmptyFolder,
  isPartitionType,
  longestHiveName,
  refusedInHive,
} from '../../core/hive-limits.js';
import { federationRefusal } from '../../core/federated-source.js';
import { parseHiveType } from '../../core/hive-type.js';
import {
  encryptionRefusal,
  foreignWritePaths,
  formatVersionRefusal,
  icebergTableLocation,
  metadataFileName,
  metadataNameRefusal,
} from '../../core/iceberg-metadata.js';
import { avroNamesRefusal, avroTypeRefusal } from '../../core/parameters/avro-schema.js';
import { readerOf } from '../../core/parameters/reader-of.js';
import { parameterRefusals, parametersRead } from '../../core/parameters/refusals.js';
import { bucketAliasKind, isTableBucket, tableBucketRefusal } from '../../core/s3-alias.js';
import { readProjection } from '../../core/partition-projection.js';
import { parseS3Location } from '../../core/s3-location.js';
import type { AssessedTable } from '../assessment.js';
import { bucketOf } from './location.js';

type Facts = Pick<
  AssessedTable,
  | 'federation'
  | 'name'
  | 'format'
  | 'location'
  | 'additionalLocations'
  | 'serde'
  | 'columns'
  | 'partitionKeys'
  | 'iceberg'
  | 'projection'
  | 'parameters'
  | 'traits'
>;

/**
 * Why a table of a known format needs manual review: what its entry in Glue says that no catalog of the target can hold.
 * The mapping refuses the same tables, so none of them may be called ready. Each is a sentence without its full stop.
 */
export function obstaclesOf(table: Facts): readonly string[] {
  switch (table.format) {
    case 'ICEBERG':
      return [...federationObstacles(table), ...icebergObstacles(table)];
    case 'PARQUET':
    case 'ORC':
    case 'AVRO':
    case 'CSV':
    case 'JSON':
    case 'TEXT':
      return [
        ...federationObstacles(table),
        ...locationObstacles(table),
        ...folderObstacles(table),
        ...parameterObstacles(table),
        ...columnNameRefusals(table.columns, table.partitionKeys, (table.serde?.numberOfBuckets ?? 0) > 0),
        ...typeObstacles(table),
        ...projectionObstacles(table),
        ...bucketObstacles(table),
        ...nameObstacles(table),
      ];
    // Their format needs a review anyway, or they hold no data.
    case 'DELTA':
    case 'HUDI':
    case 'VIEW':
    case 'RESOURCE_LINK':
    case 'UNKNOWN':
      return [];
  }
}

function federationObstacles({ federation }: Facts): readonly string[] {
  return federation === undefined ? [] : [federationRefusal(federation)];
}

function icebergObstacles(table: Facts): readonly string[] {
  const obstacles = metadataObstacles(table);
  if (obstacles.length > 0 || table.location === null) return obstacles;
  const files = writePathObstacles(table);
  if (files.length > 0) return files;
  const s3 = parseS3Location(table.location);
  return s3?.key.replaceAll('/', '') === ''
    ? [`its location ${table.location} is the root of a bucket; catalog servers register only tables in a folder`]
    : locationObstacles(table);
}

function metadataObstacles({ iceberg, location, parameters }: Facts): readonly string[] {
  const version = formatVersionRefusal(iceberg?.formatVersion);
  if (version !== null) return [version];
  const metadata = iceberg?.metadataLocation ?? null;
  if (metadata === null) return ['Glue has no metadata_location for it, without which no catalog can register it'];
  if (bucketOf(metadata) === null) return [`its metadata_location ${metadata} is not on S3`];
  const place = icebergTableLocation(metadata, location);
  if (place !== undefined && bucketOf(place) === null) return [`its location ${place} is not on S3`];
  const encrypted = encryptionRefusal(parameters);
  if (encrypted !== null) return [encrypted];
  const file = metadataFileName(metadata, location);
  if (file !== undefined) return [metadataNameRefusal(metadata, file)].filter((refusal) => refusal !== null);
  return [`its metadata file ${metadata} is not in the folder metadata of its location ${place ?? ''}`];
}

/** New files, and those of other folders that Glue names, are copied too. */
function writePathObstacles({ location, parameters, iceberg, additionalLocations = [] }: Facts): readonly string[] {
  const metadata = iceberg?.metadataLocation ?? '';
  const paths = foreignWritePaths(parameters, icebergTableLocation(metadata, location));
  const foreign = paths.find((uri) => bucketOf(uri) === null);
  if (foreign !== undefined) return [`its location ${foreign} is not on S3`];
  return [...new Set([...paths, ...additionalLocations].flatMap((uri) => bucketOf(uri) ?? []))].flatMap(bucketObstacle);
}

function locationObstacles({ location, projection }: Facts): readonly string[] {
  if (location === null) return ['Glue has no location for it'];
  const template = projection?.['storage.location.template'] ?? location;
  const foreign = [location, template].find((uri) => bucketOf(uri) === null);
  if (foreign !== undefined) return [`its location ${foreign} is not on S3`];
  return [...new Set([location, template].flatMap((uri) => bucketOf(uri) ?? []))].flatMap(bucketObstacle);
}

/** Why the bucket of a location cannot be copied as it is; empty when it can. */
export function bucketObstacle(bucket: string): readonly string[] {
  if (isTableBucket(bucket)) return [tableBucketRefusal(bucket)];
  const alias = bucketAliasKind(bucket);
  return alias === null
    ? []
    : [`'${bucket}' in its location is ${alias}, not a bucket; map it to the bucket behind it with \`to.bucket\``];
}

function folderObstacles({ location }: Facts): readonly string[] {
  if (location === null || !hasEmptyFolder(location)) return [];
  return [`its location ${location} has an empty folder name ('//'), which Trino's Hive connector cannot open`];
}

function parameterObstacles(table: Facts): readonly string[] {
  const reader = readerOf(table);
  const isAvro = reader === 'avro' || reader === 'spark-avro';
  const ofAvro = [
    reader === 'spark-avro' ? avroNamesRefusal(table.columns) : null,
    isAvro ? avroTypeRefusal(table.columns) : null,
  ];
  return [...parameterRefusals(parametersRead(table, reader), reader), ...ofAvro.filter((refusal) => refusal !== null)];
}

function typeObstacles({ format, columns, partitionKeys }: Facts): readonly string[] {
  return [...columns, ...partitionKeys].flatMap((column) => {
    const { name, type } = column;
    const read = parseHiveType(type);
    if (!read.ok) return [`its column '${name}': ${read.error}`];
    const isKey = partitionKeys.includes(column);
    if (isKey && !isPartitionType(read.value)) {
      return [`its partition key '${name}' has the type ${type}, which a partition key cannot have`];
    }
    // CSV holds text; a view casts it to the types.
    const refused = format === 'CSV' && !isKey ? null : refusedInHive(read.value);
    return refused === null ? [] : [`its column '${name}' ${refused}`];
  });
}

/** By the version of Trino that a mapping names unless told otherwise. */
const usualTrino = '476';

function projectionObstacles(table: Facts): readonly string[] {
  const keys = table.partitionKeys.flatMap(({ name, type: typeText }) => {
    const type = parseHiveType(typeText);
    return type.ok ? [{ name, type: type.value, typeText }] : [];
  });
  if (keys.length < table.partitionKeys.length) return [];
  const read = readProjection(table, () => keys, usualTrino);
  return read.ok ? [] : [read.error];
}

function bucketObstacles({ serde, columns }: Facts): readonly string[] {
  const names = new Set(columns.map(({ name }) => name.toLowerCase()));
  const unknown = serde?.bucketColumns.find((name) => !names.has(name.toLowerCase()));
  return unknown === undefined ? [] : [`it is bucketed by '${unknown}', which is not one of its columns`];
}

function nameObstacles({ name }: Facts): readonly string[] {
  const length = Array.from(name).length;
  if (length <= longestHiveName) return [];
  return [
    `its name has ${length} characters; Hive Metastore allows ${longestHiveName} (shorten it with \`to.table\` in a rule)`,
  ];
}
