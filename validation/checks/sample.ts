import { diagnostic } from '../../core/diagnostic.js';
import { statusOf } from './check-result.js';
import type { CheckResult } from './check-result.js';
import { integer, partitionKey, textOrNull } from './hash-answer.js';
import { detectionPower, powerInAll } from './sample-plan.js';
import type { SamplePlan } from './sample-plan.js';

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

/** A text that is equal for the same row. */
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

/** Compares the exact texts of every column, as multisets by partition. */
export function compareSamples(
  source: readonly SampledRow[],
  target: readonly SampledRow[],
  { offset, oneIn, shares, undersampled }: SamplePlan,
): CheckResult {
  const [missing, extra] = [surplus(source, target), surplus(target, source)];
  const isEqual = missing.length + extra.length === 0;
  const seen = new Set(source.map(({ partition }) => partitionKey(partition))).size;
  // Of a sample of everything, no rows mean a table without rows.
  const isEmpty = source.length + target.length === 0 && shares.some((share) => share.oneIn > 1);
  return {
    check: 'sample',
    status: statusOf(isEqual, isEmpty),
    sourceValue: String(rowsOf(source)),
    targetValue: String(rowsOf(target)),
    difference: isEqual
      ? null
      : `${rowsOf(missing)} sampled rows are only at the source, ${rowsOf(extra)} only at the target.`,
    details: {
      oneIn,
      offset,
      partitionsSampled: seen,
      partitionsInTable: shares.reduce((sum, { partitions }) => sum + partitions, 0),
      undersampled,
      shares: shares.map((share) => ({
        oneIn: share.oneIn,
        partitions: share.partitions,
        rows: String(share.rows),
        power: detectionPower(1 / share.oneIn),
      })),
    },
    findings: isEmpty ? [emptySample] : [],
    power: powerInAll(shares),
  };
}

const emptySample = diagnostic({
  code: 'sample-empty',
  severity: 'warning',
  message: 'The sample has no rows, so it proves nothing.',
  fix: 'Raise `sampleRows`.',
});

function rowsOf(rows: readonly SampledRow[]): bigint {
  return rows.reduce((sum, { copies }) => sum + copies, 0n);
}
