import type { ValidationType } from '../../state/schema/tables.js';
import type { SchemaExpectation } from '../checks/schema.js';
import type { ShowOptions } from '../locate/show-rows.js';
import type { TestQuery } from '../queries/test-query.js';
import type { PartitionValues } from '../sql/partition-filter.js';
import type { TableName } from '../sql/scan.js';
import type { RuleSet } from '../values/value-rules.js';

/** A table of the source and what it became. */
export interface TablePair {
  /** The asset's key, such as `table:sales.orders`. */
  readonly key: string;
  readonly source: TableName;
  readonly target: TableName;
  /** Names at the source of the columns by which rows are counted, hashed and located. */
  readonly partitionColumns: readonly string[];
  /** Both sides are Iceberg: each is read at one snapshot, while writers go on. @default false */
  readonly isIceberg?: boolean;
  readonly schema: SchemaExpectation;
}

export interface ValidationOptions {
  /** Decides which rows are sampled. */
  readonly runId: string;
  /** @default all */
  readonly checks?: readonly ValidationType[];
  readonly rules?: RuleSet;
  /** Names at the source. The others are named as not compared. @default all */
  readonly columns?: readonly string[];
  /** @default all */
  readonly partitions?: readonly PartitionValues[];
  /** About how many rows are sampled. @default 1000 */
  readonly sampleRows?: number;
  /**
   * Share of the source's rows by which the number of rows may differ, as a warning, where the source is not read at a
   * snapshot. @default 0
   */
  readonly rowCountTolerance?: number;
  /** Figures of one side that `statistics` holds in memory; where partitions have more, groups of them are compared. */
  readonly mostFigures?: number;
  /** Names the files that hold the rows that differ: a query of each side. @default false */
  readonly namesFiles?: boolean;
  readonly queries?: readonly TestQuery[];
  /** How rows that differ are shown. */
  readonly locate?: ShowOptions;
  /** Mutates the table virtually, to show that the checks would have seen it: one more scan of one partition. @default true */
  readonly provesPower?: boolean;
  readonly signal?: AbortSignal;
}
