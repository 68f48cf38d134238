import { ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { integer, partitionKey, textOrNull } from '../checks/hash-answer.js';
import type { HashAnswer } from '../checks/hash-answer.js';
import { differencesOf } from '../checks/partition.js';
import { readSampledRows, surplus } from '../checks/sample.js';
import { bucketHashes, rowsOfBuckets } from '../sql/row-hash-queries.js';
import type { PartitionValues } from '../sql/partition-filter.js';
import type { Scan } from '../sql/scan.js';
import type { Side } from '../values/form.js';
import type { Rows, SideQuestions } from '../table/ask-sides.js';
import { showRows } from './show-rows.js';
import type { ShownDifferences, ShowOptions } from './show-rows.js';

export interface Located extends ShownDifferences {
  /** False where more partitions or buckets differ than were read. */
  readonly isComplete: boolean;
  /** The part that was not read, and why; `null` if all of it was. */
  readonly leftOut: string | null;
}

/** The limits for two more scans. */
const mostPartitions = 200;
const mostBuckets = 64;
/** Rows of both sides in the buckets that are read, and values of these; a single bucket may have more. */
const mostRows = 400_000n;
const mostValues = 8_000_000n;
const rowsOfBucket = 1_000n;
/** Groups that the first scan may answer with: buckets of all partitions. */
const mostGroups = 2 ** 17;

/**
 * The rows that differ, from partitions that do: one scan of these partitions hashes their buckets, a second reads the
 * rows of buckets that differ.
 */
export async function locateDifferences(
  scans: Readonly<Record<Side, Scan>>,
  hashes: Readonly<Record<Side, HashAnswer>>,
  questions: SideQuestions,
  options: ShowOptions = {},
): Promise<Result<Located>> {
  const { missing, extra, counts, contents } = differencesOf(hashes.source, hashes.target);
  const partitions = [...missing, ...extra, ...counts, ...contents];
  const keys = scans.source.partitionColumns.length;
  const rowsOf = (values: PartitionValues): bigint => {
    const key = partitionKey(values);
    return (hashes.source.get(key)?.rows ?? 0n) + (hashes.target.get(key)?.rows ?? 0n);
  };
  const columns = BigInt(Math.max(1, scans.source.columns.length));
  const limit = mostValues / columns < mostRows ? mostValues / columns : mostRows;
  const read = partitionsToRead(
    partitions.map((values) => ({ values, rows: rowsOf(values) })),
    limit,
  );
  const rows = read.reduce((sum, values) => sum + rowsOf(values), 0n);
  const affected = (side: Side): Scan => ({ ...scans[side], ...(keys > 0 && { partitions: read }) });
  const buckets = bucketsFor(rows, read.length);
  const hashed = await questions.both('locate buckets', (side) => bucketHashes(affected(side), buckets));
  if (!hashed.ok) return hashed;
  const differing = differingBuckets(hashed.value.source, hashed.value.target, keys);
  const wanted = bucketsToRead(differing, limit);
  const reasons = [
    ...(read.length < partitions.length
      ? [`${partitions.length - read.length} of ${partitions.length} partitions that differ were not read`]
      : []),
    ...(wanted.length < differing.length
      ? [`${differing.length - wanted.length} of ${differing.length} hash buckets that differ were not read`]
      : []),
    ...(differing.length === 0 ? ['the rows did not differ any more: a side was changed meanwhile'] : []),
  ];
  const leftOut = reasons.length === 0 ? null : `${reasons.join('; ')}.`;
  const completeness = { isComplete: leftOut === null, leftOut };
  if (wanted.length === 0) return ok({ ...showRows([], [], scans.source, options), ...completeness });
  const answers = await questions.both('locate rows', (side) => rowsOfBuckets(affected(side), { buckets, wanted }));
  if (!answers.ok) return answers;
  const [source, target] = [readSampledRows(answers.value.source, keys), readSampledRows(answers.value.target, keys)];
  return ok({ ...showRows(surplus(source, target), surplus(target, source), scans.source, options), ...completeness });
}

export interface DifferingPartition {
  readonly values: PartitionValues;
  /** Of both sides. */
  readonly rows: bigint;
}

/**
 * In their order, as many as may be read; at least one. The more partitions there are, the fewer buckets each may have: a
 * bucket of all of them must not hold more than `limit` rows, because at least one is read.
 */
export function partitionsToRead(
  partitions: readonly DifferingPartition[],
  limit = mostRows,
): readonly PartitionValues[] {
  const read: PartitionValues[] = [];
  let sum = 0n;
  for (const { values, rows } of partitions) {
    if (read.length === mostPartitions) break;
    const isTooMuch = (sum + rows) * BigInt(read.length + 1) > (limit * BigInt(mostGroups)) / 2n;
    if (isTooMuch && read.length > 0) continue;
    read.push(values);
    sum += rows;
  }
  return read;
}

function bucketsFor(rows: bigint, partitions: number): number {
  let buckets = 1;
  while (BigInt(buckets) * rowsOfBucket < rows && buckets * 2 * Math.max(1, partitions) <= mostGroups) buckets *= 2;
  return buckets;
}

/** A bucket that differs in some partition, and the rows of both sides that it has in all that are read. */
export interface DifferingBucket {
  readonly bucket: number;
  readonly rows: bigint;
}

/** Smallest first, as many as may be read; at least one, so that some of the rows are shown. */
export function bucketsToRead(differing: readonly DifferingBucket[], limit = mostRows): readonly number[] {
  const bySize = differing.toSorted((a, b) => Number(a.rows - b.rows)).slice(0, mostBuckets);
  let sum = 0n;
  return bySize
    .filter(({ rows }, index) => {
      sum += rows;
      return index === 0 || sum <= limit;
    })
    .map(({ bucket }) => bucket);
}

/** Reads the rows of `bucketHashes`: the partition's texts, the bucket, rows, checksum. */
function differingBuckets(source: Rows, target: Rows, partitionColumns: number): readonly DifferingBucket[] {
  const rowsIn = new Map<number, bigint>();
  const read = (rows: Rows): ReadonlyMap<string, { readonly bucket: number; readonly answer: string }> =>
    new Map(
      rows.map((row) => {
        const partition = row.slice(0, partitionColumns).map(textOrNull);
        const [bucket, count, hash] = row.slice(partitionColumns);
        const number = Number(integer(bucket));
        rowsIn.set(number, (rowsIn.get(number) ?? 0n) + integer(count));
        const answer = `${String(integer(count))} ${textOrNull(hash) ?? ''}`;
        return [JSON.stringify([partition, number]), { bucket: number, answer }];
      }),
    );
  const [from, to] = [read(source), read(target)];
  const differing = [...from, ...to].filter(([key]) => from.get(key)?.answer !== to.get(key)?.answer);
  const buckets = new Set(differing.map(([, { bucket }]) => bucket));
  return [...buckets].map((bucket) => ({ bucket, rows: rowsIn.get(bucket) ?? 0n }));
}
