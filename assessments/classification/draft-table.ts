import type { Column as GlueColumn, Table } from '@aws-sdk/client-glue';
import { bucketAliasKind, isTableBucket } from '../../core/s3-alias.js';
import type {
  AssessedTable,
  Column,
  PartitionSummary,
  ResourceLink,
  SerDe,
  TableFormat,
  Trait,
} from '../assessment.js';
import { targetRegion } from './draft-database.js';
import { estimateRows, estimateSize } from './estimates.js';
import { federationOf } from './federation.js';
import { classifyFormat } from './format.js';
import { icebergLocation, icebergOf, icebergParameters } from './iceberg.js';
import { bucketOf } from './location.js';
import { isTrue, isoTime, textMap, textOrNull } from './parameters.js';
import { obstaclesOf } from './obstacles.js';
import { judgeReadiness } from './readiness.js';
import { columnsOf, serdeOf } from './serde.js';
import { sparkSerDe, sparkSourceOf } from './spark-source.js';
import type { SparkSource } from './spark-source.js';
import { definitionNotes, readView, viewDialect } from './view.js';

const noPartitions: PartitionSummary = {
  count: 0,
  byFormat: {},
  otherBuckets: [],
  outsideTableLocation: 0,
  irregularFolders: 0,
  differing: 0,
};

/**
 * The content of one GetTables entry by itself. Anything that needs other entries is added later: partitions
 * (`PartitionTally`), links and collisions of names (`completeCatalog`). Pure and total: whatever Glue returns becomes
 * a table.
 */
export function draftTable(database: string, table: Table): AssessedTable {
  const described = table.StorageDescriptor === undefined ? null : serdeOf(table.StorageDescriptor);
  const spark = sparkSourceOf(table, described);
  const verdict = classifyFormat(table, described, spark);
  const parameters = verdict.format === 'ICEBERG' ? icebergParameters(table) : textMap(table.Parameters);
  const storage = storageOf(table, described, verdict.traits, spark);
  const { serde, partitionKeys } = storage;
  const columns = verdict.format === 'ICEBERG' ? columnsOf(currentColumns(table, verdict.format)) : storage.columns;
  const iceberg = verdict.format === 'ICEBERG' ? icebergOf(table, parameters) : null;
  const location = iceberg === null ? storage.location : icebergLocation(table, iceberg, storage.location);
  const additionalLocations = furtherLocations(table, location);
  const federation = federationOf(table.FederatedTable);
  const dialect = verdict.format === 'VIEW' ? viewDialect(table)?.name : undefined;
  const view = dialect === undefined ? null : readView(table, dialect);
  const name = table.Name ?? '';
  const traits: readonly Trait[] = [
    ...verdict.traits,
    ...nameTraits([database, name], columns, partitionKeys),
    ...(verdict.format === 'VIEW' || verdict.format === 'RESOURCE_LINK' ? [] : storageTraits(serde, location)),
    ...(federation === undefined ? [] : (['federated'] as const)),
    ...(isTrue(parameters['projection.enabled']) ? (['partition-projection'] as const) : []),
    ...(table.TableType?.toUpperCase() === 'GOVERNED' ? (['governed'] as const) : []),
    ...(isTrue(parameters['has_encrypted_data']) ? (['encrypted'] as const) : []),
  ];
  const projection = projectionOf(parameters);
  const { format } = verdict;
  const obstacles = obstaclesOf({
    traits,
    name,
    format,
    location,
    additionalLocations,
    serde,
    columns,
    partitionKeys,
    iceberg,
    projection,
    parameters,
    ...(federation === undefined ? {} : { federation }),
  });
  const descriptorParameters = textMap(table.StorageDescriptor?.Parameters);
  const { readiness, readinessSource, notes } = judgeReadiness(format, obstacles, parameters['migration_readiness']);
  return {
    database,
    name,
    format,
    formatEvidence: verdict.evidence,
    tableType: textOrNull(table.TableType),
    description:
      textOrNull(table.Description) ?? (verdict.format === 'VIEW' ? null : textOrNull(parameters['comment'])),
    location,
    ...(additionalLocations.length === 0 ? {} : { additionalLocations }),
    serde,
    columns,
    partitionKeys,
    partitions: noPartitions,
    size: estimateSize(parameters),
    rows: estimateRows(parameters),
    lastUpdated: isoTime(table.UpdateTime ?? table.CreateTime),
    iceberg,
    view,
    link: linkOf(table),
    ...(federation === undefined ? {} : { federation }),
    projection,
    parameters,
    ...(Object.keys(descriptorParameters).length > 0 && { descriptorParameters }),
    readiness,
    readinessSource,
    traits: sortedTraits(traits),
    notes: [
      ...notes,
      ...verdict.notes,
      ...viewNotes(view, table),
      ...projectionNotes(parameters),
      ...storageNotes(table, additionalLocations),
    ],
  };
}

/** The storage in the descriptor or, if Spark left a placeholder there, the storage that Spark notes. */
function storageOf(
  table: Table,
  serde: SerDe | null,
  traits: readonly Trait[],
  spark: SparkSource | undefined,
): Pick<AssessedTable, 'serde' | 'columns' | 'partitionKeys' | 'location'> {
  if (spark?.table.ok === true && traits.includes('spark-source')) {
    const { columns, partitionKeys } = spark.table.value;
    return { serde: sparkSerDe(serde, spark.table.value), columns, partitionKeys, location: spark.location };
  }
  return {
    serde,
    columns: columnsOf(table.StorageDescriptor?.Columns),
    partitionKeys: columnsOf(table.PartitionKeys),
    location: textOrNull(table.StorageDescriptor?.Location),
  };
}

/** Iceberg keeps its partitions in its own metadata; views and links have none. */
export function hasGluePartitions({ format, partitionKeys }: AssessedTable): boolean {
  return partitionKeys.length > 0 && format !== 'ICEBERG' && format !== 'VIEW' && format !== 'RESOURCE_LINK';
}

export function sortedTraits(traits: readonly Trait[]): readonly Trait[] {
  return [...new Set(traits)].sort();
}

function nameTraits(own: readonly string[], columns: readonly Column[], keys: readonly Column[]): readonly Trait[] {
  const names = [...columns, ...keys].map((column) => column.name);
  const folded = new Set(names.map((column) => column.toLowerCase()));
  const traits: Trait[] = [];
  if ([...own, ...names].some((each) => each !== each.toLowerCase())) traits.push('mixed-case-name');
  if (folded.size < names.length) traits.push('duplicate-column');
  return traits;
}

function storageTraits(serde: SerDe | null, location: string | null): readonly Trait[] {
  const traits: Trait[] = [...placeTraits(serde, location)];
  if (serde === null) return [...traits, 'no-storage-descriptor'];
  if (serde.numberOfBuckets > 0 || serde.bucketColumns.length > 0) traits.push('bucketed');
  return traits;
}

function placeTraits(serde: SerDe | null, location: string | null): readonly Trait[] {
  // Without a descriptor the location is not missing: nothing could hold it.
  if (location === null) return serde === null ? [] : ['no-location'];
  const bucket = bucketOf(location);
  if (bucket === null) return ['not-on-s3'];
  if (isTableBucket(bucket)) return ['s3-tables'];
  return bucketAliasKind(bucket) === null ? [] : ['access-point-location'];
}

/** Iceberg keeps columns that were dropped in Glue, too. Source: Iceberg, IcebergToGlueConverter. */
function currentColumns({ StorageDescriptor: descriptor }: Table, format: TableFormat): readonly GlueColumn[] {
  const columns = descriptor?.Columns ?? [];
  if (format !== 'ICEBERG') return columns;
  return columns.filter(({ Parameters }) => Parameters?.['iceberg.field.current'] !== 'false');
}

/** Places of files beside the location. Source: AWS Glue web API reference, StorageDescriptor. */
function furtherLocations({ StorageDescriptor: descriptor }: Table, location: string | null): readonly string[] {
  const named = (descriptor?.AdditionalLocations ?? []).filter((one) => one !== '' && one !== location);
  return [...new Set(named)].sort();
}

function storageNotes({ StorageDescriptor: descriptor }: Table, further: readonly string[]): readonly string[] {
  const skewed = Object.values(textMap(descriptor?.SkewedInfo?.SkewedColumnValueLocationMaps)).sort();
  const schema = descriptor?.SchemaReference;
  return [
    ...(further.length === 0
      ? []
      : [`Glue names further locations of its files: ${further.join(', ')}; copy their buckets, too.`]),
    ...(skewed.length === 0 && descriptor?.StoredAsSubDirectories !== true
      ? []
      : [
          `Manual review: its rows are spread over subfolders by skewed values${skewed.length === 0 ? '' : ` (${skewed.join(', ')})`}; compare row counts after the move.`,
        ]),
    ...(schema === undefined
      ? []
      : [
          `Its columns come from the schema registry (${schema.SchemaId?.SchemaName ?? schema.SchemaId?.SchemaArn ?? schema.SchemaVersionId ?? 'unnamed schema'}); the target keeps them as Glue shows them now.`,
        ]),
  ];
}

function linkOf({ TargetTable: target }: Table): ResourceLink | null {
  if (target === undefined) return null;
  return {
    targetCatalog: textOrNull(target.CatalogId),
    ...targetRegion(target),
    targetDatabase: target.DatabaseName ?? '',
    targetTable: target.Name ?? '',
    state: 'unreadable',
    resolvedTo: null,
  };
}

function projectionOf(parameters: Readonly<Record<string, string>>): Readonly<Record<string, string>> | null {
  if (!isTrue(parameters['projection.enabled'])) return null;
  return Object.fromEntries(
    Object.entries(parameters).filter(([key]) => key.startsWith('projection.') || key === 'storage.location.template'),
  );
}

function projectionNotes(parameters: Readonly<Record<string, string>>): readonly string[] {
  return isTrue(parameters['projection.enabled'])
    ? ['Partition projection: Athena computes the partitions; Glue may list none of them.']
    : [];
}

function viewNotes(view: AssessedTable['view'], table: Table): readonly string[] {
  return [
    ...(view !== null && view.sql === null ? ['The view’s statement cannot be decoded.'] : []),
    ...(view === null && textOrNull(table.ViewOriginalText) !== null
      ? [
          `ViewOriginalText holds a statement, but TableType is ${table.TableType ?? 'not set'}: it is read as a table; if it is a view, set TableType to VIRTUAL_VIEW in Glue.`,
        ]
      : []),
    ...definitionNotes(table),
  ];
}
