import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { stringifyExactly } from '../../clients/trino/index.js';
import { compareText, sha256 } from '../../core/canonical-json.js';
import { determinismOf } from '../queries/determinism.js';
import type { TestQuery } from '../queries/test-query.js';
import type { CheckResult } from './check-result.js';

type Rows = readonly (readonly unknown[])[];

/** Rows that are shown of each side. */
const shownRows = 10;

/**
 * Compares the results of a query: as a sequence where its order is total, else as a multiset. What equal data may answer
 * differently is never `passed`: equal answers are a warning, and so are different ones, because they prove nothing.
 */
export function compareQueryResults(query: TestQuery, source: Rows, target: Rows): CheckResult {
  const doubts = doubtsOf(query, [source, target]);
  const [from, to] = [source, target].map((rows) => linesOf(rows, query.isTotallyOrdered)) as [string[], string[]];
  const isEqual = from.length === to.length && from.every((line, index) => line === to[index]);
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

function doubtsOf(query: TestQuery, answers: readonly Rows[]): readonly Diagnostic[] {
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
  if (answers.flat(2).some((value) => typeof value === 'object' && value !== null))
    reasons.add('its result has arrays, maps or rows, which engines write differently');
  if (answers.every((rows) => rows.length === 0)) reasons.add('it returns no rows');
  return [...reasons].map((reason) =>
    diagnostic({
      code: 'query-not-judged',
      severity: 'warning',
      message: `The query '${query.id}' cannot be judged: ${reason}.`,
      fix: 'Change the query so that equal data has one answer only; see docs/validation.md.',
    }),
  );
}
