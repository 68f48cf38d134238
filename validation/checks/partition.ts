import { statusOf } from './check-result.js';
import type { CheckResult } from './check-result.js';
import type { HashAnswer } from './hash-answer.js';
import type { PartitionValues } from '../sql/partition-filter.js';

/** Partitions whose rows differ. */
export interface PartitionDifferences {
  /** With rows at the source only. */
  readonly missing: readonly PartitionValues[];
  /** With rows at the target only. */
  readonly extra: readonly PartitionValues[];
  /** With other numbers of rows. */
  readonly counts: readonly PartitionValues[];
  /** With as many rows, but others. */
  readonly contents: readonly PartitionValues[];
}

export function differencesOf(source: HashAnswer, target: HashAnswer): PartitionDifferences {
  const shared = [...source].flatMap(([key, from]) => {
    const to = target.get(key);
    return to === undefined ? [] : [{ from, to }];
  });
  const only = (one: HashAnswer, other: HashAnswer): readonly PartitionValues[] =>
    [...one].filter(([key, { rows }]) => !other.has(key) && rows > 0n).map(([, { values }]) => values);
  const counts = shared.filter(({ from, to }) => from.rows !== to.rows);
  const contents = shared.filter(({ from, to }) => from.rows === to.rows && from.hash !== to.hash);
  return {
    missing: only(source, target),
    extra: only(target, source),
    counts: counts.map(({ from }) => from.values),
    contents: contents.map(({ from }) => from.values),
  };
}

export function differs(source: HashAnswer, target: HashAnswer): boolean {
  return Object.values(differencesOf(source, target)).some(
    (partitions: readonly PartitionValues[]) => partitions.length > 0,
  );
}

/** Named in the result; the others are counted. */
const namedPartitions = 100;

/** Whether both sides have the same partitions with as many rows each. */
export function comparePartitions(source: HashAnswer, target: HashAnswer): CheckResult {
  const { missing, extra, counts } = differencesOf(source, target);
  const isEqual = missing.length + extra.length + counts.length === 0;
  return {
    check: 'partition',
    status: statusOf(isEqual, false),
    sourceValue: String(source.size),
    targetValue: String(target.size),
    difference: isEqual
      ? null
      : `${missing.length} partitions are missing at the target, ${extra.length} are only there, ${counts.length} have another number of rows.`,
    details: {
      missing: missing.slice(0, namedPartitions),
      extra: extra.slice(0, namedPartitions),
      otherCounts: counts.slice(0, namedPartitions),
    },
    findings: [],
  };
}
