import type { Diagnostic } from '../../core/diagnostic.js';
import type { ValidationType } from '../../state/schema/tables.js';
import type { CheckResult } from '../checks/check-result.js';

/** Those that read rows, by partition or snapshot. */
const ofRows: readonly ValidationType[] = ['row_count', 'partition', 'checksum', 'statistics', 'sample'];

/** Not all rows of the source were compared: the checks that read rows do not pass, and say why. */
export function withRowWarning(results: readonly CheckResult[], finding: Diagnostic): readonly CheckResult[] {
  return results.map((result) =>
    ofRows.includes(result.check)
      ? {
          ...result,
          status: result.status === 'passed' ? 'warning' : result.status,
          difference: result.difference ?? finding.message,
          findings: [...result.findings, finding],
        }
      : result,
  );
}
