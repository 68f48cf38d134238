import { diagnostic } from '../core/diagnostic.js';
import type { Diagnostic, SourcePosition } from '../core/diagnostic.js';
import { bucketClashes } from './bucket-clashes.js';
import { networkProblems } from './network-fit.js';
import type { Plan } from './plan.js';

/** What only the Plan tells of the target: whether its network holds all machines, and mapped buckets take no name of its own. */
export function checkTargetInPlan(
  { target, size, buckets }: Plan,
  locate: (setting: string) => SourcePosition | undefined,
): Diagnostic[] {
  return [...networkProblems(target, size), ...bucketClashes(target, buckets)].map(
    ({ code, setting, message, fix }) => {
      const at = locate(setting);
      return diagnostic({
        code,
        path: `/${setting.replaceAll('.', '/')}`,
        message,
        fix,
        ...(at !== undefined && { at }),
      });
    },
  );
}
