import type { Diagnostic } from '../../core/diagnostic.js';
import type { Result } from '../../core/result.js';
import { isBlocked, prerequisitesOf } from './prerequisites.js';
import type { CutoverFacts } from './prerequisites.js';
import { runHook } from './run-hook.js';
import type { CutoverLog, LoggedEvent, StepEffect, StepOutcome } from './run-cutover.js';
import type { CutoverSettings, Hook, HookedStep } from './settings.js';
import type { SourceChanges } from './source-changes.js';
import { steps } from './steps.js';
import type { StepName } from './steps.js';

/** Person who accepted that changes of the source stay behind. */
export interface Acceptance {
  readonly by: string;
  readonly reason: string;
}

export interface StepEffectOptions {
  readonly log: Pick<CutoverLog, 'events'>;
  readonly cutoverId: string;
  readonly settings: CutoverSettings;
  /** Of the settings' file. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  /** The facts in the store now. */
  readonly facts: () => Promise<Result<CutoverFacts>>;
  /** Lists the source once more. */
  readonly compare: () => Promise<Result<SourceChanges>>;
  /** Of the changes that a step of an earlier run named when it failed, and of no others. */
  readonly acceptance?: Acceptance;
}

/** Does each step of a cutover: those of its own, and the operator's by their hooks. */
export function stepEffects(given: StepEffectOptions): StepEffect {
  const { settings } = given;
  // A person accepts what an earlier run has named.
  const options = { ...given, named: changesNamedBy(given.log.events) };
  return async (step, action) => {
    const hook = hookOf(settings, step);
    if (action === 'undo') {
      if (!steps[step].isTakenBack) return { isDone: true };
      if (hook !== undefined) return await call(options, step, action, hook);
      return wasHooked(options.log.events, step) ? withoutHook(step) : { isDone: true };
    }
    switch (step) {
      case 'prerequisites':
        return await judge(options, { isBeforeFinalPass: hookOf(settings, 'final-pass') !== undefined });
      case 'checks':
        return await judge(options, { isBeforeFinalPass: false });
      case 'last-listing':
        return await unchanged(options, {});
      case 'final-pass': {
        const passed = hook === undefined ? { isDone: true } : await call(options, step, action, hook);
        return passed.isDone ? await unchanged(options, passed) : passed;
      }
      case 'freeze':
      case 'endpoints':
      case 'dns':
      case 'smoke-test':
      case 'writers-on':
        return hook === undefined
          ? { isDone: true, details: { byHand: true } }
          : await call(options, step, action, hook);
    }
  };
}

/** The data that the event `started` of a step keeps: that its hook may have begun. */
export function startedBy(settings: CutoverSettings, step: StepName): object | undefined {
  return hookOf(settings, step) === undefined ? undefined : { byHook: true };
}

function hookOf({ steps: own }: CutoverSettings, step: StepName): Hook | undefined {
  return steps[step].takesHook ? own[step as HookedStep]?.hook : undefined;
}

/** Whether a hook may have done something for the step since it was last taken back. */
function wasHooked(events: readonly LoggedEvent[], name: StepName): boolean {
  const own = events.filter(({ step }) => step === name);
  const since = own.slice(own.findLastIndex(({ event }) => event === 'undone') + 1);
  return since.some(({ event, details }) => {
    const { byHand, byHook } = (details ?? {}) as { readonly byHand?: boolean; readonly byHook?: boolean };
    return byHook === true || event === 'failed' || (event === 'done' && byHand !== true);
  });
}

function withoutHook(step: StepName): StepOutcome {
  return {
    isDone: false,
    details: {
      reason: `a hook did the step ${step}, and the file names none that takes it back`,
      fix: `Name the hook of steps.${step} in the file of --file, and run the same command again.`,
    },
  };
}

async function call(
  { cutoverId, folder, env, signal }: StepEffectOptions,
  step: StepName,
  action: 'do' | 'undo',
  hook: Hook,
): Promise<StepOutcome> {
  return await runHook({ hook, cutoverId, step, action, folder, env, signal });
}

interface RunOptions extends StepEffectOptions {
  /** SHA-256 of the changes that the last failed step of an earlier run has named. */
  readonly named: string | undefined;
}

async function judge(
  options: RunOptions,
  { isBeforeFinalPass }: { readonly isBeforeFinalPass: boolean },
): Promise<StepOutcome> {
  const facts = await options.facts();
  const changes = await options.compare();
  if (!facts.ok || !changes.ok) return failedBy([facts, changes].flatMap((each) => (each.ok ? [] : each.error)));
  const acceptance = acceptanceOf(options, changes.value);
  const prerequisites = prerequisitesOf(facts.value, {
    changes: changes.value,
    acceptedBy: acceptance?.by ?? null,
    hasFreeze: hookOf(options.settings, 'freeze') !== undefined,
    isBeforeFinalPass,
  });
  const signed = [
    ...facts.value.tables.flatMap((table) => table.signed),
    ...facts.value.leftBehind.flatMap((asset) => asset.signed ?? []),
  ];
  const details = { prerequisites, signed, ...evidenceOf(changes.value, acceptance) };
  if (!isBlocked(prerequisites)) return { isDone: true, details };
  const open = prerequisites.filter(({ standing }) => standing === 'blocks');
  return { isDone: false, details: { reason: open.map(({ evidence }) => evidence).join('; '), ...details } };
}

async function unchanged(options: RunOptions, before: Pick<StepOutcome, 'output'>): Promise<StepOutcome> {
  const changes = await options.compare();
  if (!changes.ok) return failedBy(changes.error);
  const acceptance = acceptanceOf(options, changes.value);
  const isSettled = changes.value.differing.length === 0 || acceptance !== undefined;
  const output = before.output === undefined ? {} : { output: before.output };
  const evidence = evidenceOf(changes.value, acceptance);
  return isSettled
    ? { isDone: true, ...output, details: evidence }
    : { isDone: false, ...output, details: { reason: 'the source has changed since it was copied', ...evidence } };
}

/** The data that events keep of a listing. */
export interface ListingEvidence {
  readonly changes: SourceChanges;
  readonly accepted?: Acceptance;
}

const mostTables = 100;

function evidenceOf(changes: SourceChanges, accepted: Acceptance | undefined): ListingEvidence {
  const few = { ...changes, differing: changes.differing.slice(0, mostTables) };
  return { changes: few, ...(accepted !== undefined && { accepted }) };
}

interface Listing extends ListingEvidence {
  readonly event: LoggedEvent['event'];
}

function listingsOf(events: readonly LoggedEvent[]): readonly Listing[] {
  return events.flatMap(({ event, details }) => {
    const { changes, accepted } = (details ?? {}) as Partial<ListingEvidence>;
    return changes === undefined ? [] : [{ event, changes, ...(accepted !== undefined && { accepted }) }];
  });
}

function changesNamedBy(events: readonly LoggedEvent[]): string | undefined {
  return listingsOf(events).findLast(({ event }) => event === 'failed')?.changes.sha256;
}

/** Accepted is what was named before: what was accepted earlier in this cutover, or what made an earlier run fail last. */
function acceptanceOf({ log, acceptance, named }: RunOptions, changes: SourceChanges): Acceptance | undefined {
  if (changes.differing.length === 0) return undefined;
  const earlier = listingsOf(log.events).find(
    ({ accepted, changes: { sha256 } }) => accepted !== undefined && sha256 === changes.sha256,
  );
  if (earlier !== undefined) return earlier.accepted;
  return named === changes.sha256 ? acceptance : undefined;
}

function failedBy(diagnostics: readonly Diagnostic[]): StepOutcome {
  return {
    isDone: false,
    details: {
      reason: diagnostics.map(({ message }) => message).join('\n'),
      fix: diagnostics.map(({ fix }) => fix).join('\n'),
    },
  };
}
