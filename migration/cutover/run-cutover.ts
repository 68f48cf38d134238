import { ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import type { CutoverStatus, NewCutoverEvent } from '../../state/index.js';
import { nextBackward, nextForward, statusOf, viewOf } from './machine.js';
import type { Happening } from './machine.js';
import { pointOfNoReturn } from './steps.js';
import type { StepName } from './steps.js';

/** The history of a cutover, and where more is added. */
export interface CutoverLog {
  readonly steps: readonly string[];
  readonly events: readonly LoggedEvent[];
  /** Fails when another process has taken the cutover over. */
  append(event: Omit<NewCutoverEvent, 'number'>, status: CutoverStatus): Promise<Result<void>>;
}

export interface LoggedEvent extends Happening {
  readonly details: object | null;
}

export interface StepOutcome {
  readonly isDone: boolean;
  /** The end of what it printed. */
  readonly output?: string;
  /** Its evidence, or `reason` and `fix` of its failure. */
  readonly details?: object;
}

/** Does a step, or takes it back. May be called again for a step that was interrupted. */
export type StepEffect = (step: StepName, action: 'do' | 'undo') => Promise<StepOutcome>;

export interface GoOptions {
  /** Whether a step that this person has approved, or nobody, waits for an approval. */
  readonly waits: (step: StepName, approvedBy: string | null) => boolean;
  /** Whether this person may approve the step. */
  readonly approval?: { readonly by: string; readonly allows: (step: StepName) => boolean };
  /** The data kept about how a step begins. @default nothing */
  readonly startedBy?: (step: StepName) => object | undefined;
}

export type ForwardEnd =
  | { readonly kind: 'complete' | 'going-back' }
  | { readonly kind: 'approve' | 'not-allowed' | 'failed'; readonly step: StepName };

export type BackwardEnd =
  { readonly kind: 'finished' | 'refused' | 'uncertain' } | { readonly kind: 'failed'; readonly step: StepName };

/**
 * Does the steps that are left, each recorded before and after. Ends at the first that fails, and before one that waits for
 * an approval; the one that is given approves a single step.
 */
export async function goForward(
  log: CutoverLog,
  effect: StepEffect,
  { waits, approval, startedBy }: GoOptions,
): Promise<Result<ForwardEnd>> {
  let approver = approval;
  for (;;) {
    const next = nextForward(viewOf(log.steps, log.events), waits);
    if (next.kind === 'complete' || next.kind === 'going-back') return ok({ kind: next.kind });
    const { step } = next;
    if (next.kind === 'approve') {
      if (approver === undefined) return ok({ kind: 'approve', step });
      if (!approver.allows(step)) return ok({ kind: 'not-allowed', step });
      const approved = await record(log, { step, event: 'approved', actor: approver.by });
      if (!approved.ok) return approved;
      approver = undefined;
      continue;
    }
    const details = startedBy?.(step);
    const started = await record(log, { step, event: 'started', ...(details !== undefined && { details }) });
    if (!started.ok) return started;
    const { isDone, ...told } = await effect(step, 'do');
    const ended = await record(log, { step, event: isDone ? 'done' : 'failed', ...told });
    if (!ended.ok) return ended;
    if (!isDone) return ok({ kind: 'failed', step });
  }
}

/**
 * Takes back the steps that were begun, the last one first.
 *
 * @param nothingWritten who answers for it that the target took no write, where that is not certain
 */
export async function goBackward(
  log: CutoverLog,
  effect: StepEffect,
  nothingWritten: string | undefined,
): Promise<Result<BackwardEnd>> {
  for (;;) {
    const next = nextBackward(viewOf(log.steps, log.events));
    if (next.kind === 'uncertain' && nothingWritten !== undefined) {
      const signed = await record(log, { step: pointOfNoReturn, event: 'nothing-written', actor: nothingWritten });
      if (!signed.ok) return signed;
      continue;
    }
    if (next.kind !== 'undo') return ok({ kind: next.kind });
    const { step } = next;
    const started = await record(log, { step, event: 'undo-started' });
    if (!started.ok) return started;
    const { isDone, ...told } = await effect(step, 'undo');
    const ended = await record(log, { step, event: isDone ? 'undone' : 'undo-failed', ...told });
    if (!ended.ok) return ended;
    if (!isDone) return ok({ kind: 'failed', step });
  }
}

async function record(log: CutoverLog, event: Omit<NewCutoverEvent, 'number'>): Promise<Result<void>> {
  return await log.append(event, statusOf(viewOf(log.steps, [...log.events, event])));
}
