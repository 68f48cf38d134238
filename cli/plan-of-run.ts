import { diagnostic } from '../core/diagnostic.js';
import { fail, ok } from '../core/result.js';
import type { Result } from '../core/result.js';
import { planSha256 } from '../mappings/index.js';
import type { Plan } from '../mappings/index.js';
import { findRun } from '../state/index.js';
import type { State } from '../state/index.js';

type Run = NonNullable<Awaited<ReturnType<typeof findRun>>>;

/**
 * The run of an assessment, `undefined` where it has none. Fails where it was started with another Plan than this: what the
 * store knows of its tables says nothing of the tables of another Plan.
 */
export async function runOfPlan(
  state: Pick<State, 'db'>,
  assessmentId: string,
  plan: Plan,
): Promise<Result<Run | undefined>> {
  const run = await findRun(state, assessmentId);
  if (run === undefined || run.plan_sha256 === planSha256(plan)) return ok(run);
  return fail([
    diagnostic({
      code: 'plan-of-no-run',
      message: 'The run of this assessment was started with a Plan other than the one that these files produce.',
      fix: 'Pass the same mapping and variables as to `aws2openstack migrate start`; only `validate` may differ.',
    }),
  ]);
}
