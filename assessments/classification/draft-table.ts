import type { Table } from '@aws-sdk/client-glue';
import type { AssessedTable, Column, PartitionSummary, ResourceLink, SerDe, Trait } from '../assessment.js';
import { estimateRows, estimateSize } from './estimates.js';
import { classifyFormat } from './format.js';
import { bucketOf } from './location.js';
import { isTrue, isoTime, textMap, textOrNull } from './parameters.js';
import { obstaclesOf } from './obstacles.js';
import { judgeReadiness } from './readiness.js';
import { columnsOf, serdeOf } from './serde.js';
import { sparkSerDe, sparkSourceOf } from './spark-source.js';
import type { SparkSource } from './spark-source.js';
import { readView, viewDialect } from './view.js';

const noPartitions: PartitionSummary = {
  count: 0,
  byFormat: {},
  otherBuckets: [],
  outsideTableLocation: 0,
  irregularFolders: 0,
  differing: 0,
};

/**
 * What one GetTables entry contains by itself. What needs other entries is added later: partitions (`PartitionTally`),
 * links and collisions of names (`completeCatalog`). Pure and total: whatever Glue returns becomes a table.
 */
export function draftTable(database: string, table: Table): AssessedTable {
  const described = table.StorageDescriptor === undefined ? null : serdeOf(table.StorageDescriptor);
  const parameters = textMap(table.Parameters);
  const spark = sparkSourceOf(table, described);
  const verdict = classifyFormat(table, described, spark);
  const { serde, columns, partitionKeys, location } = storageOf(table, described, verdict.traits, spark);
  const dialect = verdict.format === 'VIEW' ? viewDialect(table)?.name : undefined;
  const view = dialect === undefined ? null : readView(table, dialect);
  const name = table.Name ?? '';
  const traits: readonly Trait[] = [
    ...verdict.traits,
    ...nameTraits([database, name], columns, partitionKeys),
    ...(verdict.format === 'VIEW' || verdict.format === 'RESOURCE_LINK' ? [] : storageTraits(table, serde, location)),
    ...(isTrue(parameters['projection.enabled']) ? (['partition-projection'] as const) : []),
    ...(table.TableType?.toUpperCase() === 'GOVERNED' ? (['governed'] as const) : []),
    ...(isTrue(parameters['has_encrypted_data']) ? (['encrypted'] as const) : []),
  ];
  const iceberg =
    verdict.format === 'ICEBERG' ? { metadataLocation: textOrNull(parameters['metadata_location']) } : null;
  const projection = projectionOf(parameters);
  const { format } = verdict;
  const obstacles = obstaclesOf({
    traits,
    name,
    format,
    location,
    serde,
    columns,
    partitionKeys,
    iceberg,
    projection,
    parameters,
  });
  const descriptorParameters = textMap(table.StorageDescriptor?.Parameters);
  const { readiness, readinessSource, notes } = judgeReadiness(format, obstacles, parameters['migration_readiness']);
  return {
    database,
    name,
    format,
    formatEvidence: verdict.evidence,
    tableType: textOrNull(table.TableType),
    description: textOrNull(table.Description),
    location,
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
    projection,
    parameters,
    ...(Object.keys(descriptorParameters).length > 0 && { descriptorParameters }),
    readiness,
    readinessSource,
    traits: sortedTraits(traits),
    notes: [...notes, ...verdict.notes, ...viewNotes(view), ...projectionNotes(parameters)],
  };
}

/** What the descriptor says, or, where Spark left a placeholder in it, what Spark says. */
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

function storageTraits(table: Table, serde: SerDe | null, location: string | null): readonly Trait[] {
  if (serde === null) return ['no-storage-descriptor'];
  const traits: Trait[] = [];
  if (location === null) traits.push('no-location');
  else if (bucketOf(location) === null) traits.push('not-on-s3');
  if (serde.numberOfBuckets > 0 || serde.bucketColumns.length > 0) traits.push('bucketed');
  return traits;
}

function linkOf({ TargetTable: target }: Table): ResourceLink | null {
  if (target === undefined) return null;
  return {
    targetCatalog: textOrNull(target.CatalogId),
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

function viewNotes(view: AssessedTable['view']): readonly string[] {
  return view !== null && view.sql === null ? ['The view’s statement cannot be decoded.'] : [];
}
