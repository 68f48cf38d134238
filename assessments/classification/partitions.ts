import type { Partition } from '@aws-sdk/client-glue';
import { compareText } from '../../core/canonical-json.js';
import { otherColumn } from '../../core/reads-alike.js';
import { unfitPartition, unfitPartitionRefusal } from '../../core/unfit-partition.js';
import type { UnfitPartition } from '../../core/unfit-partition.js';
import type { AssessedTable, Column, PartitionDetail, SerDe, TableFormat, Trait } from '../assessment.js';
import { sortedTraits } from './draft-table.js';
import { estimateRows, estimateSize, PartitionEstimate } from './estimates.js';
import { bucketOf, isHiveFolder, liesWithin } from './location.js';
import { bucketObstacle } from './obstacles.js';
import { isoTime, textMap, textOrNull } from './parameters.js';
import { hasOwnBuckets, ownParametersOf, serdeDifference } from './own-parameters.js';
import { withObstacle } from './readiness.js';
import { columnsOf, sameColumns, serdeOf } from './serde.js';
import { formatOfSerDe } from './serde-format.js';
import { isPlaceholderSerDe } from './spark-source.js';

/** One partition, with only what differs from its table. */
export function partitionDetail(table: AssessedTable, partition: Partition): PartitionDetail {
  const descriptor = partition.StorageDescriptor;
  const own = descriptor === undefined ? undefined : serdeOf(descriptor);
  // Spark's placeholder says nothing about the files.
  const isPlaceholder = own !== undefined && table.traits.includes('spark-source') && isPlaceholderSerDe(own);
  const serde = isPlaceholder || own === undefined || isSame(own, table) ? undefined : own;
  // Without columns it has the table's.
  const named = isPlaceholder ? [] : columnsOf(descriptor?.Columns);
  const columns = named.length === 0 ? undefined : named;
  const descriptorParameters = textMap(descriptor?.Parameters);
  return {
    database: table.database,
    table: table.name,
    values: partition.Values ?? [],
    location: textOrNull(descriptor?.Location),
    ...(serde !== undefined && { serde }),
    ...(columns === undefined || repeats(columns, table.columns) ? {} : { columns }),
    parameters: textMap(partition.Parameters),
    ...(Object.keys(descriptorParameters).length > 0 && { descriptorParameters }),
    created: isoTime(partition.CreationTime),
  };
}

function isSame(serde: SerDe, table: AssessedTable): boolean {
  const { isRead, names } = serdeDifference(table, serde);
  return !isRead && names.length === 0 && !hasOwnBuckets(table, serde);
}

function repeats(columns: readonly Column[], ofTable: readonly Column[]): boolean {
  return sameColumns(columns, ofTable) && columns.every(({ parameters }) => parameters === undefined);
}

export function comparePartitions(a: PartitionDetail, b: PartitionDetail): number {
  const length = Math.min(a.values.length, b.values.length);
  for (let index = 0; index < length; index += 1) {
    const order = compareText(a.values[index] ?? '', b.values[index] ?? '');
    if (order !== 0) return order;
  }
  return a.values.length - b.values.length;
}

/** Counts the partitions of one table as they are read. */
export class PartitionTally {
  private count = 0;
  private outside = 0;
  private irregular = 0;
  private differing = 0;
  private differentSerDe = 0;
  private differentColumns = 0;
  private ownBuckets = 0;
  private readonly unfit = new Map<string, UnfitPartition>();
  private readonly byFormat = new Map<TableFormat, number>();
  private readonly otherBuckets = new Set<string>();
  private readonly ownParameters = new Set<string>();
  private readonly size = new PartitionEstimate();
  private readonly rows = new PartitionEstimate();

  private readonly keys: readonly string[];
  private readonly readsByName: boolean;

  constructor(private readonly table: AssessedTable) {
    this.keys = table.partitionKeys.map(({ name }) => name);
    this.readsByName = ['PARQUET', 'AVRO', 'JSON'].includes(table.format);
  }

  add(partition: PartitionDetail): void {
    const { location, serde, columns, parameters, values } = partition;
    this.count += 1;
    const format = serde === undefined ? this.table.format : formatOfSerDe(serde, parameters['classification']).format;
    this.byFormat.set(format, (this.byFormat.get(format) ?? 0) + 1);
    const hasOwnSerDe = serde !== undefined && serdeDifference(this.table, serde).isRead;
    const hasOwnColumns = columns !== undefined && !sameColumns(columns, this.table.columns);
    if (hasOwnSerDe) this.differentSerDe += 1;
    if (hasOwnColumns) this.differentColumns += 1;
    if (hasOwnSerDe || hasOwnColumns) this.differing += 1;
    if (serde !== undefined && hasOwnBuckets(this.table, serde)) this.ownBuckets += 1;
    const unfit = unfitPartition(partition, this.keys.length);
    const column = columns === undefined ? undefined : otherColumn(this.table.columns, columns, this.readsByName);
    for (const each of [unfit, column && ({ kind: 'other-types', location, values, column } as const)])
      if (each !== undefined && !this.unfit.has(each.kind)) this.unfit.set(each.kind, each);
    for (const name of ownParametersOf(this.table, partition)) this.ownParameters.add(name);
    if (location !== null && this.table.location !== null && !liesWithin(location, this.table.location))
      this.outside += 1;
    if (location === null || !isHiveFolder(location, this.table.location ?? '', this.keys, values)) this.irregular += 1;
    const bucket = bucketOf(location);
    if (bucket !== null && bucket !== bucketOf(this.table.location)) this.otherBuckets.add(bucket);
    this.size.add(estimateSize(parameters));
    this.rows.add(estimateRows(parameters));
  }

  /** The table, completed with what was counted. */
  complete(): AssessedTable {
    const traits: Trait[] = [...this.table.traits];
    if (this.differentSerDe > 0) traits.push('mixed-partition-serde');
    if (this.differentColumns > 0) traits.push('mixed-partition-schema');
    if (this.outside > 0) traits.push('foreign-partition-location');
    const counted: AssessedTable = {
      ...this.table,
      partitions: {
        count: this.count,
        byFormat: Object.fromEntries([...this.byFormat].sort(([a], [b]) => compareText(a, b))),
        otherBuckets: [...this.otherBuckets].sort(),
        outsideTableLocation: this.outside,
        irregularFolders: this.irregular,
        differing: this.differing,
        ...(this.ownParameters.size > 0 && { ownParameters: [...this.ownParameters].sort() }),
        ...(this.unfit.size > 0 && { unfit: [...this.unfit.values()] }),
        ...(this.ownBuckets > 0 && { ownBuckets: this.ownBuckets }),
      },
      size: this.table.size.value === null ? (this.size.total() ?? this.table.size) : this.table.size,
      rows: this.table.rows.value === null ? (this.rows.total() ?? this.table.rows) : this.table.rows,
      traits: sortedTraits(traits),
    };
    return this.obstacles().reduce(withObstacle, counted);
  }

  /** The mapping refuses the same. Athena does not look at Glue's partitions where it projects them. */
  private obstacles(): readonly string[] {
    const ofBuckets = [...this.otherBuckets].sort().flatMap(bucketObstacle);
    if (this.table.projection !== null) return ofBuckets;
    return [
      ...(this.differentSerDe === 0
        ? []
        : [
            `${this.differentSerDe} of its partitions have a SerDe of their own, and Trino reads every partition as the table`,
          ]),
      ...[...this.unfit.values()].map(unfitPartitionRefusal),
      ...ofBuckets,
    ];
  }
}
