import { cutoverEvents, findCutover } from '../../state/repositories/cutovers.js';
import { shownId } from '../../state/repositories/ids.js';
import type { CutoverEvent, CutoverStatus, State } from '../../state/index.js';
import { viewOf } from './machine.js';
import type { StepState } from './machine.js';

export interface ShownCutover {
  /** Such as `assessment-1a2b3c`. */
  readonly assessment: string;
  readonly cutover: string;
  readonly status: CutoverStatus;
  readonly steps: readonly ShownStep[];
  readonly events: readonly CutoverEvent[];
}

export interface ShownStep extends StepState {
  /** Its last event. */
  readonly last: CutoverEvent | null;
}

/** The cutover of an assessment that is under way, or the last one. */
export async function readCutover(state: Pick<State, 'db'>, assessmentId: string): Promise<ShownCutover | undefined> {
  const cutover = await findCutover(state, assessmentId);
  if (cutover === undefined) return undefined;
  const events = await cutoverEvents(state, cutover.id);
  const { steps } = viewOf(cutover.steps, events);
  return {
    assessment: shownId(assessmentId),
    cutover: cutover.id,
    status: cutover.status,
    steps: steps.map((step) => ({ ...step, last: events.findLast((event) => event.step === step.name) ?? null })),
    events,
  };
}
