import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import type { Statistic, StatisticsQuery } from '../sql/statistics.js';
import { maskedText } from '../values/mask.js';
import { statusOf } from './check-result.js';
import type { CheckResult } from './check-result.js';
import { integer, partitionKey, textOrNull } from './hash-answer.js';

/** The rows of both sides' answers to one of `statisticsQueries`. */
export interface StatisticsAnswer {
  readonly query: StatisticsQuery;
  readonly source: readonly (readonly unknown[])[];
  readonly target: readonly (readonly unknown[])[];
}

export interface StatisticDifference {
  /** `null` for the number of rows. */
  readonly column: string | null;
  readonly statistic: string;
  /** Texts of the partition; empty for a table without. */
  readonly partition: readonly (string | null)[];
  readonly source: string | null;
  readonly target: string | null;
}

/** Stored with the result; the others are counted. */
const namedDifferences = 100;

/**
 * Every figure of every column, by partition, must be equal. They are compared as texts: all of them are exact.
 *
 * @param masked names of columns whose values are shown as hashes
 */
export function compareStatistics(
  answers: readonly StatisticsAnswer[],
  partitionColumns: number,
  masked: ReadonlySet<string> = new Set(),
): CheckResult {
  const found = [
    ...answers.slice(0, 1).flatMap((answer) => otherCounts(answer, partitionColumns)),
    ...answers.flatMap((answer) => differencesOf(answer, partitionColumns)),
  ];
  const differences = found.map((each) =>
    each.column !== null && masked.has(each.column)
      ? { ...each, source: maskedText(each.source), target: maskedText(each.target) }
      : each,
  );
  const compared = answers.flatMap(({ query }) => query.statistics.filter(({ isRemark }) => !isRemark));
  const remarks = answers.flatMap((answer) => remarksOf(answer, partitionColumns));
  const [first] = differences;
  return {
    check: 'statistics',
    status: statusOf(differences.length === 0, false),
    sourceValue: `${compared.length} figures`,
    targetValue: `${compared.length - new Set(differences.filter(({ column }) => column !== null).map(nameOf)).size} of them equal`,
    difference:
      first === undefined
        ? null
        : `${differences.length} figures differ, first ${nameOf(first)}: ${first.source ?? 'NULL'} and ${first.target ?? 'NULL'}.`,
    details: { differences: differences.slice(0, namedDifferences), compared: compared.length },
    findings: remarks,
  };
}

/** Says that figures are not those of single partitions, which are too many. */
export function withGroups(result: CheckResult, groups: number, partitions: number): CheckResult {
  const finding = diagnostic({
    code: 'statistics-by-groups',
    severity: 'warning',
    message: `The table has ${partitions} partitions: statistics were compared for ${groups} groups of partitions, not for each partition.`,
    fix: 'No action is needed, because the checksum compares each partition; --partition compares the statistics of chosen partitions.',
  });
  return { ...result, findings: [...result.findings, finding] };
}

function nameOf({ column, statistic }: StatisticDifference): string {
  return column === null ? statistic : `${statistic} of the column '${column}'`;
}

/** The number of rows comes before the first figure. */
function otherCounts({ source, target }: StatisticsAnswer, partitionColumns: number): StatisticDifference[] {
  const [from, to] = [byPartition(source, partitionColumns), byPartition(target, partitionColumns)];
  return [...new Set([...from.keys(), ...to.keys()])].flatMap((key) => {
    const [one, two] = [from, to].map((rows) => figure(rows.get(key)?.[partitionColumns]));
    const partition = JSON.parse(key) as (string | null)[];
    return one === two
      ? []
      : [{ column: null, statistic: 'rows', partition, source: one ?? null, target: two ?? null }];
  });
}

function differencesOf({ query, source, target }: StatisticsAnswer, partitionColumns: number): StatisticDifference[] {
  const [from, to] = [byPartition(source, partitionColumns), byPartition(target, partitionColumns)];
  return [...new Set([...from.keys(), ...to.keys()])].flatMap((key) => {
    const [own, other] = [from.get(key), to.get(key)];
    return query.statistics.flatMap((statistic, index) => {
      const [one, two] = [own, other].map((row) => figure(row?.[partitionColumns + 1 + index]));
      if (statistic.isRemark || (own !== undefined && other !== undefined && one === two)) return [];
      return [differenceOf(statistic, JSON.parse(key) as (string | null)[], one, two)];
    });
  });
}

function differenceOf(
  { column, name }: Statistic,
  partition: readonly (string | null)[],
  source: string | null | undefined,
  target: string | null | undefined,
): StatisticDifference {
  return { column, statistic: name, partition, source: source ?? null, target: target ?? null };
}

function byPartition(
  rows: readonly (readonly unknown[])[],
  partitionColumns: number,
): ReadonlyMap<string, readonly unknown[]> {
  return new Map(rows.map((row) => [partitionKey(row.slice(0, partitionColumns).map(textOrNull)), row]));
}

function figure(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return typeof value === 'string' ? value : String(integer(value));
}

function remarksOf({ query, source, target }: StatisticsAnswer, partitionColumns: number): readonly Diagnostic[] {
  return query.statistics.flatMap(({ column, isRemark }, index) => {
    if (!isRemark) return [];
    const [from, to] = [source, target].map((rows) =>
      rows.reduce((sum, row) => sum + integer(row[partitionColumns + 1 + index] ?? 0), 0n),
    );
    if (from === 0n && to === 0n) return [];
    return [
      diagnostic({
        code: 'digits-below-precision',
        severity: 'warning',
        message: `The column '${column}' was compared at the precision that both sides have; ${String(from)} values of the source and ${String(to)} of the target have digits beyond it.`,
        fix: 'Read both sides with the finer precision, such as timestamp_precision=MICROSECONDS, if the digits matter.',
      }),
    ];
  });
}
