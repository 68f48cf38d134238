import {
  columnNameRefusals,
  hasEmptyFolder,
  isPartitionType,
  longestHiveName,
  refusedInHive,
} from '../../core/hive-limits.js';
import { parseHiveType } from '../../core/hive-type.js';
import { readProjection } from '../../core/partition-projection.js';
import { icebergTableLocation, metadataFileName } from '../../core/iceberg-metadata.js';
import type { AssessedTable } from '../assessment.js';
import { bucketOf } from './location.js';

type Facts = Pick<
  AssessedTable,
  'name' | 'format' | 'location' | 'serde' | 'columns' | 'partitionKeys' | 'iceberg' | 'projection' | 'parameters'
>;

/**
 * Why a table of a known format needs manual review: what its entry in Glue says that no catalog of the target can hold.
 * The mapping refuses the same tables, so none of them may be called ready. Each is a sentence without its full stop.
 */
export function obstaclesOf(table: Facts): readonly string[] {
  switch (table.format) {
    case 'ICEBERG':
      return metadataObstacles(table);
    case 'PARQUET':
    case 'ORC':
    case 'AVRO':
    case 'CSV':
    case 'JSON':
    case 'TEXT':
      return [
        ...locationObstacles(table),
        ...folderObstacles(table),
        ...sparkObstacles(table),
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

function metadataObstacles({ iceberg, location }: Facts): readonly string[] {
  const metadata = iceberg?.metadataLocation ?? null;
  if (metadata === null) return ['Glue has no metadata_location for it, without which no catalog can register it'];
  if (bucketOf(metadata) === null) return [`its metadata_location ${metadata} is not on S3`];
  const place = icebergTableLocation(metadata, location);
  if (place !== undefined && bucketOf(place) === null) return [`its location ${place} is not on S3`];
  if (metadataFileName(metadata, location) !== undefined) return [];
  return [`its metadata file ${metadata} is not in the folder metadata of its location ${place ?? ''}`];
}

function locationObstacles({ location, projection }: Facts): readonly string[] {
  if (location === null) return ['Glue has no location for it'];
  const template = projection?.['storage.location.template'] ?? location;
  const foreign = [location, template].find((uri) => bucketOf(uri) === null);
  return foreign === undefined ? [] : [`its location ${foreign} is not on S3`];
}

function folderObstacles({ location }: Facts): readonly string[] {
  if (location === null || !hasEmptyFolder(location)) return [];
  return [`its location ${location} has an empty folder name ('//'), which Trino's Hive connector cannot open`];
}

/** Source: Spark, HiveExternalCatalog: tables that Hive could not read get `col array<string>` and such a location. */
function sparkObstacles({ parameters, location, columns }: Facts): readonly string[] {
  if (parameters['spark.sql.sources.provider'] === undefined) return [];
  const [first, ...others] = columns;
  const standsIn = first?.name === 'col' && first.type === 'array<string>' && others.length === 0;
  if (!standsIn && !(location ?? '').endsWith('__PLACEHOLDER__')) return [];
  return [
    'Spark left a placeholder in its descriptor; the columns are in spark.sql.sources.schema, the location is in the parameter path of the SerDe',
  ];
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
