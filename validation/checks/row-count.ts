import { diagnostic } from '../../core/diagnostic.js';
import { statusOf } from './check-result.js';
import type { CheckResult } from './check-result.js';
import { totalRows } from './hash-answer.js';
import type { HashAnswer } from './hash-answer.js';

/**
 * Rows of both sides, counted by the scan that hashed them.
 *
 * @param tolerance share of the source's rows by which they may differ as a warning
 */
export function compareRowCounts(source: HashAnswer, target: HashAnswer, tolerance = 0): CheckResult {
  const [from, to] = [totalRows(source), totalRows(target)];
  const missing = from - to;
  const count = missing < 0n ? -missing : missing;
  const isTolerated = missing !== 0n && Number(count) <= tolerance * Number(from);
  return {
    check: 'row_count',
    status: statusOf(missing === 0n || isTolerated, isTolerated),
    sourceValue: String(from),
    targetValue: String(to),
    difference: missing === 0n ? null : `The target has ${String(count)} rows ${missing > 0n ? 'less' : 'more'}.`,
    details: {},
    findings: isTolerated ? [tolerated(tolerance)] : [],
  };
}

function tolerated(tolerance: number) {
  return diagnostic({
    code: 'row-count-tolerated',
    severity: 'warning',
    message: `The row counts differ, but by no more than the tolerance that the mapping allows (${tolerance}).`,
    fix: 'Validate again without `validate.rowCountTolerance` when nothing is being written at the source.',
  });
}

/** Says that a table was empty: such a check has compared nothing but that. */
export function withEmptiness(result: CheckResult): CheckResult {
  if (result.sourceValue !== '0' || result.targetValue !== '0') return result;
  const finding = diagnostic({
    code: 'validation-table-empty',
    severity: 'warning',
    message: 'Neither side has a row.',
    fix: 'No action is needed if the table is meant to be empty; otherwise check its location and its partitions at the source.',
  });
  return { ...result, findings: [...result.findings, finding] };
}
