import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { findCutover, shownId } from '../../state/index.js';
import type { State } from '../../state/index.js';
import { withHeldCutover } from './hold-cutover.js';
import { statusOf, stepToApprove, viewOf } from './machine.js';
import type { StepState } from './machine.js';
import { noCutover } from './no-cutover.js';
import { steps } from './steps.js';

export interface Approval {
  /** Name of the step. */
  readonly step: string;
  readonly by: string;
}

/**
 * Approves the next step of a cutover that no process works on; the next `cutover go` does it where its file lets this person
 * approve it. Fails, and stores nothing, where another step is next.
 */
export async function approveStep(
  state: Pick<State, 'db'>,
  assessmentId: string,
  { step, by }: Approval,
): Promise<Result<void>> {
  const cutover = await findCutover(state, assessmentId);
  if (cutover === undefined || cutover.status === 'UNDONE') return fail([noCutover(shownId(assessmentId))]);
  const holding = { signal: AbortSignal.timeout(longestWaitMs), onEvent: () => undefined, onWait: () => undefined };
  return await withHeldCutover(state, cutover, holding, async (log) => {
    const next = stepToApprove(viewOf(log.steps, log.events));
    if (next?.name !== step) return fail([notNext(step, next)]);
    if (next.approvedBy === by) return ok(undefined);
    const event = { step, event: 'approved', actor: by } as const;
    const approved = await log.append(event, statusOf(viewOf(log.steps, [...log.events, event])));
    return approved.ok ? ok(undefined) : approved;
  });
}

/** A process that works on the cutover usually holds it for longer. */
const longestWaitMs = 2000;

function notNext(step: string, next: StepState | undefined): Diagnostic {
  return diagnostic({
    code: 'cutover-step-not-next',
    path: step,
    message:
      next === undefined
        ? `The step '${step}' cannot be approved: no step of this cutover is waiting.`
        : `The step '${step}' cannot be approved: the next step is '${next.name}' (${steps[next.name].title}).`,
    fix: 'Look at `aws2openstack cutover status`, and approve the step that is next.',
  });
}
