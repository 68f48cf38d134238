import type { Diagnostic } from '../../core/diagnostic.js';
import { finding } from './finding.js';

export interface QuotaNeed {
  readonly what: string;
  readonly unit: string;
  /** In addition to what is already used. */
  readonly needed: number;
  /** -1 for none. */
  readonly limit: number;
  readonly used: number;
}

/** The quotas that would be exceeded. `remedy` is what to change at the setting instead of the quota. */
export function quotaProblems(setting: string, remedy: string, needs: readonly QuotaNeed[]): Diagnostic[] {
  return needs
    .filter(({ needed, limit, used }) => limit >= 0 && needed > 0 && used + needed > limit)
    .map(({ what, unit, needed, limit, used }) =>
      finding(
        setting,
        'quota-exceeded',
        `The lakehouse needs ${needed}${unit} more ${what}; of the project's quota of ${limit}${unit}, ${used}${unit} are used and ${Math.max(0, limit - used)}${unit} are left.`,
        `Ask the cloud’s operators for a quota of ${used + needed}${unit}, or ${remedy} (\`${setting}\`).`,
      ),
    );
}
