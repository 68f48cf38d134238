/** A partition as the source's catalog lists it: of a line of the assessment's partition file, what is needed here. */
export interface ListedPartition {
  /** In the order of the partition keys, as the catalog keeps them. */
  readonly values: readonly string[];
  /** At the source; `null` where the catalog names none. */
  readonly location: string | null;
}

/** The name of a table at the source, as its catalog gives it. */
export interface SourceTable {
  readonly database: string;
  readonly table: string;
}

/** A line of the assessment's partition file. */
export interface PartitionLine extends SourceTable, ListedPartition {}

/** The partitions that the source lists of a table, always in the same order. Asked for up to three times a table. */
export type ListPartitions = (table: SourceTable) => AsyncIterable<ListedPartition>;
