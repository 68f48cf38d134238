import type { Diagnostic } from '../../core/diagnostic.js';
import { finding } from './finding.js';

export interface QuotaNeed {
  readonly what: string;
  readonly unit: string;
  /** Beyond what is used already. */
  readonly needed: number;
  /** -1 for none. */
  readonly limit: number;
  readonly used: number;
}

/** What a project has no room for. `remedy` is what can be changed at the setting instead of the quota. */
export function quotaProblems(setting: string, remedy: string, needs: readonly QuotaNeed[]): Diagnostic[] {
  return needs
    .filter(({ needed, limit, used }) => limit >= 0 && needed > 0 && used + needed > limit)
    .map(({ what, unit, needed, limit, used }) =>
      finding(
        setting,
        'quota-exceeded',
        `The lakehouse needs ${needed}${unit} of ${what} more; of the project's ${limit}${unit}, ${used}${unit} are used and ${Math.max(0, limit - used)}${unit} left.`,
        `Ask the cloud’s operators for a quota of ${used + needed}${unit}, or ${remedy} (\`${setting}\`).`,
      ),
    );
}
