import { diagnostic } from '../../core/diagnostic.js';
import { statusOf } from './check-result.js';
import type { CheckResult, DetectionPower } from './check-result.js';
import { integer, partitionKey, textOrNull } from './hash-answer.js';
import type { HashSlice } from '../sql/row-hash-queries.js';

/** One distinct row of a side, as `rowsOfBuckets` gives it. */
export interface SampledRow {
  readonly partition: readonly (string | null)[];
  readonly hash: bigint;
  /** How many rows of the table are this row. */
  readonly copies: bigint;
  /** The exact text of each column. */
  readonly texts: readonly (string | null)[];
}

export function readSampledRows(
  rows: readonly (readonly unknown[])[],
  partitionColumns: number,
): readonly SampledRow[] {
  return rows.map((row) => ({
    partition: row.slice(0, partitionColumns).map(textOrNull),
    hash: integer(row[partitionColumns]),
    copies: integer(row[partitionColumns + 1]),
    texts: row.slice(partitionColumns + 2).flatMap((json) => JSON.parse(textOrNull(json) ?? '[]') as (string | null)[]),
  }));
}

/** What makes two rows the same row. */
export function identityOf({ partition, texts }: SampledRow): string {
  return JSON.stringify([partition, texts]);
}

/** Rows of one side that the other does not have, or has fewer times. */
export function surplus(own: readonly SampledRow[], other: readonly SampledRow[]): readonly SampledRow[] {
  const counts = new Map<string, bigint>();
  for (const row of other) counts.set(identityOf(row), (counts.get(identityOf(row)) ?? 0n) + row.copies);
  return own.flatMap((row) => {
    const missing = row.copies - (counts.get(identityOf(row)) ?? 0n);
    return missing > 0n ? [{ ...row, copies: missing }] : [];
  });
}

/**
 * Chooses the rows of a sample: about `wanted` of `rows`, those whose hash ends in bits that the run's id decides. Both
 * sides, and a later run with the same id, choose the same rows.
 */
export function sampleSlice(rows: bigint, wanted: number, runHash: string): HashSlice {
  let buckets = 1;
  while (BigInt(buckets) * BigInt(wanted) * 2n <= rows && buckets < 2 ** 30) buckets *= 2;
  return { buckets, wanted: [Number(BigInt(`0x${runHash.slice(0, 12)}`) % BigInt(buckets))] };
}

/** All rows of a sample are undamaged with (1-1/N)^k, if k are lost or extra; each changed row has two chances. */
export function detectionPower({ buckets, wanted }: HashSlice): readonly DetectionPower[] {
  const missed = 1 - wanted.length / buckets;
  return [1, 10, 100, 1_000, 10_000].map((damagedRows) => ({
    damagedRows,
    lost: 1 - missed ** damagedRows,
    changed: 1 - missed ** (2 * damagedRows),
  }));
}

/** Compares the exact texts of every column, as multisets by partition. */
export function compareSamples(
  source: readonly SampledRow[],
  target: readonly SampledRow[],
  slice: HashSlice,
  partitionsInTable: number,
): CheckResult {
  const [missing, extra] = [surplus(source, target), surplus(target, source)];
  const isEqual = missing.length + extra.length === 0;
  const seen = new Set(source.map(({ partition }) => partitionKey(partition))).size;
  // Of a slice of everything, no rows mean a table without rows.
  const isEmpty = source.length + target.length === 0 && slice.buckets > 1;
  return {
    check: 'sample',
    status: statusOf(isEqual, isEmpty),
    sourceValue: String(rowsOf(source)),
    targetValue: String(rowsOf(target)),
    difference: isEqual
      ? null
      : `${rowsOf(missing)} sampled rows are only at the source, ${rowsOf(extra)} only at the target.`,
    details: { oneIn: slice.buckets, remainder: slice.wanted[0], partitionsSampled: seen, partitionsInTable },
    findings: isEmpty ? [emptySample] : [],
    power: detectionPower(slice),
  };
}

const emptySample = diagnostic({
  code: 'sample-empty',
  severity: 'warning',
  message: 'The sample has no rows, so it shows nothing.',
  fix: 'Raise `sampleRows`.',
});

function rowsOf(rows: readonly SampledRow[]): bigint {
  return rows.reduce((sum, { copies }) => sum + copies, 0n);
}
