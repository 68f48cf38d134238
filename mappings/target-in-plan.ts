import { diagnostic } from '../core/diagnostic.js';
import type { Diagnostic, SourcePosition } from '../core/diagnostic.js';
import { bucketClashes } from './bucket-clashes.js';
import { networkProblems } from './network-fit.js';
import type { Plan } from './plan.js';

/** Checks of the target that need the Plan: its network has room for all machines, and mapped buckets do not clash with its own. */
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
