import { literal } from '../../core/sql-text.js';
import type { SamplePlan } from '../checks/sample-plan.js';
import { chunks } from '../values/hash-part.js';
import { columnText, groupBy, hashedRows, partitionNames, partitionText, partitionTexts } from './scan.js';
import type { PartitionValues } from './partition-filter.js';
import type { Scan } from './scan.js';

/**
 * Counts and hashes of a table, one row for each partition (one for a table without): the partition's texts, then the
 * rows, the checksum of the row hashes as hexadecimal text (NULL without rows), the smallest and the largest row hash.
 * One scan. Two tables that differ in one row have different checksums except once in 2^64.
 */
export function countAndHash(scan: Scan): string {
  return (
    `SELECT ${partitionNames(scan)}count(*) AS row_count, to_hex(checksum(row_hash)) AS hash, ` +
    `min(row_hash) AS first_hash, max(row_hash) AS last_hash ` +
    `FROM ${hashedRows(scan, partitionTexts(scan))}${groupBy(scan)}`
  );
}

/** As `countAndHash`, by partition and hash bucket: the texts, the bucket from 0, rows, checksum. `buckets` is a power of 2. */
export function bucketHashes(scan: Scan, buckets: number): string {
  return (
    `SELECT ${partitionNames(scan)}bucket, count(*) AS row_count, to_hex(checksum(row_hash)) AS hash FROM ` +
    `(SELECT ${partitionNames(scan)}row_hash, bitwise_and(row_hash, ${buckets - 1}) AS bucket FROM ` +
    `${hashedRows(scan, partitionTexts(scan))})${groupBy(scan, 'bucket')}`
  );
}

/** Rows whose hash modulo `buckets`, a power of 2, is one of `wanted`. */
export interface HashSlice {
  readonly buckets: number;
  readonly wanted: readonly number[];
}

/** Distinct rows of hash buckets, as `distinctRows`. */
export function rowsOfBuckets(scan: Scan, { buckets, wanted }: HashSlice): string {
  return distinctRows(scan, `bitwise_and(row_hash, ${buckets - 1}) IN (${wanted.join(', ')})`);
}

/** Distinct rows of a sample, as `distinctRows`. One scan, whatever the number of partitions. */
export function sampledRows(scan: Scan, { offset, oneIn, strata }: SampleChoice): string {
  const shares = strata.map((each) => `WHEN ${isPartition(each.partitions, scan)} THEN ${each.oneIn - 1} `);
  const mask = shares.length === 0 ? String(oneIn - 1) : `CASE ${shares.join('')}ELSE ${oneIn - 1} END`;
  return distinctRows(scan, `bitwise_and(bitwise_xor(row_hash, ${offset}), ${mask}) = 0`);
}

/** The part of `SamplePlan` about rows. */
type SampleChoice = Pick<SamplePlan, 'offset' | 'oneIn' | 'strata'>;

/** A condition on the texts of the partition. */
function isPartition(partitions: readonly PartitionValues[], { partitionColumns }: Scan): string {
  const key = partitionText(partitionColumns.map((_, index) => `p${index + 1}`));
  const keys = partitions.map((values) =>
    literal(values.map((value) => (value === null ? '-' : `${Array.from(value).length}:${value}`)).join('')),
  );
  return `${key} IN (${keys.join(', ')})`;
}

/** Columns whose texts one expression makes. */
const textsAtOnce = 30;

/**
 * The partition's texts, the row hash, how many rows have it, and the texts of the columns as JSON arrays, some columns in
 * each: so every engine returns them exactly.
 */
function distinctRows(scan: Scan, condition: string): string {
  const texts = chunks(scan.columns, textsAtOnce).map((columns, index) => ({
    sql: `json_format(CAST(ARRAY[${columns.map((column) => columnText(column, scan.side)).join(', ')}] AS json))`,
    name: `t${index + 1}`,
  }));
  const names = texts.map(({ name }) => name);
  return (
    `SELECT ${partitionNames(scan)}row_hash, count(*) AS row_count, ${names.join(', ')} ` +
    `FROM ${hashedRows(scan, [...partitionTexts(scan), ...texts])} ` +
    `WHERE ${condition}${groupBy(scan, 'row_hash', ...names)}`
  );
}
