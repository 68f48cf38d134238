import { diagnostic } from '../../core/diagnostic.js';
import type { CheckResult } from '../checks/check-result.js';
import type { Power } from './prove-power.js';

/** A check that did not see what it must see does not pass. */
export function withWeakness(results: readonly CheckResult[], power: Power | null): readonly CheckResult[] {
  return results.map((result) => {
    if (power?.weak.includes(result.check) !== true) return result;
    const shown = power.checks.find(({ check }) => check === result.check);
    const why =
      shown === undefined || shown.tried === 0
        ? (power.failure ?? 'none could be tried.')
        : `of ${shown.tried} tried, it detected ${shown.caught}.`;
    const finding = diagnostic({
      code: 'check-weak',
      severity: 'warning',
      message: `The check ${result.check} was not shown to detect every mutation that it should: ${why}`,
      fix: 'See `power` in the result, and rely on the checks that detected them all; see docs/validation.md.',
    });
    return {
      ...result,
      status: result.status === 'passed' ? 'warning' : result.status,
      findings: [...result.findings, finding],
    };
  });
}
