import type { CutoverEventKind, CutoverStatus } from '../../state/index.js';
import { pointOfNoReturn } from './steps.js';
import type { StepName } from './steps.js';

export type StepStatus = 'pending' | 'started' | 'done' | 'failed' | 'undo-started' | 'undo-failed';

export interface StepState {
  readonly name: StepName;
  readonly status: StepStatus;
  /** Who approved it since it was last taken back. */
  readonly approvedBy: string | null;
}

export interface CutoverView {
  readonly steps: readonly StepState[];
  /** Once a step is taken back, the others must follow. */
  readonly direction: 'forward' | 'back';
  /** Person who vouches that the target took no write although writers were about to be let in. */
  readonly nothingWrittenBy: string | null;
}

/** The part of an event that the machine reads. */
export interface Happening {
  readonly step: string;
  readonly event: CutoverEventKind;
  readonly actor?: string | null;
}

/** By event: the states in which it may happen to a step, and the one that follows; without one, it stays as it was. */
export const stepTransitions: Readonly<
  Record<CutoverEventKind, { readonly from: readonly StepStatus[]; readonly to?: StepStatus }>
> = {
  approved: { from: ['pending', 'failed', 'started'] },
  started: { from: ['pending', 'started', 'failed'], to: 'started' },
  done: { from: ['started'], to: 'done' },
  failed: { from: ['started'], to: 'failed' },
  'nothing-written': { from: ['started', 'failed'] },
  'undo-started': { from: ['started', 'failed', 'done', 'undo-started', 'undo-failed'], to: 'undo-started' },
  undone: { from: ['undo-started'], to: 'pending' },
  'undo-failed': { from: ['undo-started'], to: 'undo-failed' },
};

/** The state of a cutover after its events. Throws on events that cannot follow one another, which is a bug. */
export function viewOf(names: readonly string[], happenings: readonly Happening[]): CutoverView {
  const start: CutoverView = {
    steps: names.map((name) => ({ name: name as StepName, status: 'pending', approvedBy: null })),
    direction: 'forward',
    nothingWrittenBy: null,
  };
  return happenings.reduce(afterEvent, start);
}

function afterEvent(view: CutoverView, { step, event, actor = null }: Happening): CutoverView {
  const { from, to } = stepTransitions[event];
  const current = view.steps.find(({ name }) => name === step);
  if (current === undefined || !from.includes(current.status))
    throw new Error(`Bug: the step ${step} is ${current?.status ?? 'unknown'}, so it cannot be ${event}.`);
  const approvedBy = event === 'approved' ? actor : event === 'undone' ? null : current.approvedBy;
  const changed: StepState = { ...current, status: to ?? current.status, approvedBy };
  return {
    steps: view.steps.map((each) => (each === current ? changed : each)),
    direction: event === 'undo-started' ? 'back' : view.direction,
    nothingWrittenBy:
      event === 'nothing-written'
        ? actor
        : event === 'started' && step === pointOfNoReturn
          ? null
          : view.nothingWrittenBy,
  };
}

export function statusOf({ steps, direction }: CutoverView): CutoverStatus {
  const is =
    (...statuses: readonly StepStatus[]) =>
    (each: StepState): boolean =>
      statuses.includes(each.status);
  if (direction === 'back') return steps.every(is('pending')) ? 'UNDONE' : 'GOING_BACK';
  if (steps.every(is('done'))) return 'COMPLETED';
  return steps.some(is('failed')) ? 'FAILED' : 'OPEN';
}

export type Forward =
  | { readonly kind: 'run'; readonly step: StepName }
  /** A person must approve it first. */
  | { readonly kind: 'approve'; readonly step: StepName }
  | { readonly kind: 'complete' }
  /** It is being taken back: that must be finished. */
  | { readonly kind: 'going-back' };

/**
 * The next action of `go`. A step that was started and has not ended is repeated.
 *
 * @param waits whether a step that this person has approved, or nobody, waits for an approval
 */
export function nextForward(view: CutoverView, waits: (step: StepName, approvedBy: string | null) => boolean): Forward {
  if (view.direction === 'back') return { kind: 'going-back' };
  const next = view.steps.find(({ status }) => status !== 'done');
  if (next === undefined) return { kind: 'complete' };
  return { kind: waits(next.name, next.approvedBy) ? 'approve' : 'run', step: next.name };
}

/** The step that is next; `undefined` where none is left, or it is under way. One that is approved may be approved again. */
export function stepToApprove({ steps: all, direction }: CutoverView): StepState | undefined {
  const next = direction === 'back' ? undefined : all.find(({ status }) => status !== 'done');
  return next?.status === 'started' ? undefined : next;
}

export type Backward =
  | { readonly kind: 'undo'; readonly step: StepName }
  | { readonly kind: 'finished' }
  /** The target takes writes, which going back would lose. */
  | { readonly kind: 'refused' }
  /** Writers were about to be let in: somebody must answer for it that nothing was written. */
  | { readonly kind: 'uncertain' };

/** The next action of `back`: the last step that was begun is taken back first. */
export function nextBackward({ steps, nothingWrittenBy }: CutoverView): Backward {
  const last = steps.findLast(({ status }) => status !== 'pending');
  if (last === undefined) return { kind: 'finished' };
  const border = steps.find(({ name }) => name === pointOfNoReturn);
  if (border?.status === 'done') return { kind: 'refused' };
  if (border !== undefined && border.status !== 'pending' && nothingWrittenBy === null) return { kind: 'uncertain' };
  return { kind: 'undo', step: last.name };
}
