import { statusOf } from './check-result.js';
import type { CheckResult } from './check-result.js';
import { totalRows } from './hash-answer.js';
import type { HashAnswer } from './hash-answer.js';

/** Rows of both sides, counted by the scan that hashed them. */
export function compareRowCounts(source: HashAnswer, target: HashAnswer): CheckResult {
  const [from, to] = [totalRows(source), totalRows(target)];
  const missing = from - to;
  return {
    check: 'row_count',
    status: statusOf(missing === 0n, false),
    sourceValue: String(from),
    targetValue: String(to),
    difference:
      missing === 0n
        ? null
        : `The target has ${String(missing < 0n ? -missing : missing)} rows ${missing > 0n ? 'less' : 'more'}.`,
    details: {},
    findings: [],
  };
}
