import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { stringifyExactly } from '../../clients/trino/index.js';
import { compareText, sha256 } from '../../core/canonical-json.js';
import { determinismOf } from '../queries/determinism.js';
import type { TestQuery } from '../queries/test-query.js';
import type { CheckResult } from './check-result.js';
import { differInRoundingOnly } from './rounded-results.js';

type Rows = readonly (readonly unknown[])[];

export interface QueryAnswer {
  readonly rows: Rows;
  /** Of the columns, as the engine names them; empty where it does not tell. */
  readonly types: readonly string[];
}

/** Rows that are shown of each side. */
const shownRows = 10;

/**
 * Compares the results of a query: as a sequence where its order is total, else as a multiset. What equal data may answer
 * differently is never `passed`: equal answers are a warning, and so are different ones, because they prove nothing.
 */
export function compareQueryResults(query: TestQuery, source: QueryAnswer, target: QueryAnswer): CheckResult {
  const times = timesOf(source.types, target.types);
  const [from, to] = [source, target].map(({ rows }) => linesOf(withoutZeros(rows, times), query.isTotallyOrdered)) as [
    string[],
    string[],
  ];
  const isEqual = from.length === to.length && from.every((line, index) => line === to[index]);
  const doubts = [
    ...doubtsOf(query, [source, target], times),
    ...(isEqual ? [] : roundingDoubts(query, source, target)),
  ];
  const status = doubts.length > 0 ? 'warning' : isEqual ? 'passed' : 'failed';
  const only = (own: readonly string[], other: readonly string[]): readonly string[] => {
    const known = new Set(other);
    return own.filter((line) => !known.has(line)).slice(0, shownRows);
  };
  return {
    check: 'query',
    status,
    sourceValue: `${from.length} rows, sha256:${sha256(from.join('\n'))}`,
    targetValue: `${to.length} rows, sha256:${sha256(to.join('\n'))}`,
    difference: isEqual ? null : `The query '${query.id}' returns other rows.`,
    details: { query: query.id, onlySource: only(from, to), onlyTarget: only(to, from) },
    findings: doubts,
  };
}

/** The rows as texts: in their order, or as a multiset. */
export function linesOf(rows: Rows, isSequence: boolean): string[] {
  const lines = rows.map((row) => stringifyExactly(row));
  return isSequence ? lines : lines.sort(compareText);
}

/** Columns that are times on both sides, with the digits of a second that both have. */
type Times = ReadonlyMap<number, number>;

function timesOf(source: readonly string[], target: readonly string[]): Times {
  const [from, to] = [source, target].map((types) => types.map(digitsOfTime)) as [
    (number | undefined)[],
    (number | undefined)[],
  ];
  return new Map(
    from.flatMap((digits, index) => {
      const other = to[index];
      return digits === undefined || other === undefined ? [] : [[index, Math.min(digits, other)] as const];
    }),
  );
}

/** Athena names no precision: its timestamps have milliseconds. */
function digitsOfTime(type: string): number | undefined {
  const [, digits = '3'] = /^time(?:stamp)?(?:\((\d+)\))?(?: with.*)?$/i.exec(type) ?? [undefined, ''];
  return digits === '' ? undefined : Number(digits);
}

const digitsOfSecond = /\.(\d*?)0*(?= |$)/;

/** Engines write as many digits as the type has: zeros at the end say nothing. */
function withoutZeros(rows: Rows, times: Times): Rows {
  if (times.size === 0) return rows;
  const shorter = (value: unknown): unknown =>
    typeof value === 'string'
      ? value.replace(digitsOfSecond, (_, digits: string) => (digits === '' ? '' : `.${digits}`))
      : value;
  return rows.map((row) => row.map((value, index) => (times.has(index) ? shorter(value) : value)));
}

function hasMoreDigits(rows: Rows, times: Times): boolean {
  return rows.some((row) =>
    [...times].some(([index, digits]) => {
      const value = row[index];
      return typeof value === 'string' && (digitsOfSecond.exec(value)?.[1]?.length ?? 0) > digits;
    }),
  );
}

function doubtsOf(query: TestQuery, answers: readonly QueryAnswer[], times: Times): readonly Diagnostic[] {
  const reasons = new Set<string>();
  for (const sql of new Set([query.source, query.target])) {
    const read = determinismOf(sql);
    if (!read.ok) reasons.add(read.error);
    else {
      const { doubts, isOrdered } = read.value;
      for (const doubt of doubts)
        if (!(query.isTotallyOrdered && doubt.includes('ORDER BY takes as equal'))) reasons.add(doubt);
      if (query.isTotallyOrdered && !isOrdered) reasons.add('its order is said to be total, but it has no ORDER BY');
    }
  }
  if (answers.some(({ rows }) => rows.flat().some((value) => typeof value === 'object' && value !== null)))
    reasons.add('its result has arrays, maps or rows, which engines write differently');
  if (answers.some(({ rows }) => hasMoreDigits(rows, times)))
    reasons.add('a time in its result has more digits than the other side can hold');
  if (answers.every(({ rows }) => rows.length === 0)) reasons.add('it returns no rows');
  return [...reasons].map((reason) => notJudged(query, reason));
}

/** A sum of floating-point numbers depends on the order in which they are added, which engines choose anew each time. */
function roundingDoubts(query: TestQuery, source: QueryAnswer, target: QueryAnswer): readonly Diagnostic[] {
  const names = new Set(
    [query.source, query.target].flatMap((sql) => {
      const read = determinismOf(sql);
      return read.ok ? read.value.sums : [];
    }),
  );
  if (names.size === 0 || !differInRoundingOnly(source, target, query.isTotallyOrdered)) return [];
  const functions = [...names].map((name) => `${name}()`).join(', ');
  return [
    notJudged(query, `${functions} of floating-point numbers depends on the order of the rows, and no more differs`),
  ];
}

function notJudged({ id }: TestQuery, reason: string): Diagnostic {
  return diagnostic({
    code: 'query-not-judged',
    severity: 'warning',
    message: `The query '${id}' cannot be judged: ${reason}.`,
    fix: 'Change the query so that equal data always gives the same result; see docs/validation.md.',
  });
}
