import { dirname } from 'node:path';
import { onStopSignals } from '../../core/stop-signals.js';
import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { ok } from '../../core/result.js';
import {
  bigBang,
  goForward,
  pointOfNoReturn,
  readCutover,
  startedBy,
  stepEffects,
  withHeldCutover,
} from '../../migration/cutover/index.js';
import type { Acceptance, ForwardEnd, CutoverSettings, HookedStep, StepName } from '../../migration/cutover/index.js';
import { openCutover } from '../../state/index.js';
import { useStore } from '../../state/store/use-store.js';
import { failed } from '../io.js';
import type { CliIo, ExitCode } from '../io.js';
import { follower } from './follow.js';
import { prepare, readFiles } from './prepare.js';
import type { CutoverFiles } from './prepare.js';
import { describeCutover } from './view.js';

export interface GoOptions extends CutoverFiles {
  readonly approve?: string;
  readonly acceptChanges?: Acceptance;
  readonly json: boolean;
}

/** Does the steps that are left, up to the first that fails or waits for an approval. */
export async function goOn(options: GoOptions, io: CliIo): Promise<ExitCode> {
  const files = await readFiles(options);
  if (!files.ok) return failed(io, files.error);
  const { settings } = files.value;
  const { approve, acceptChanges } = options;
  const stop = onStopSignals();
  const gone = await useStore(io.env, { access: 'write', command: 'cutover go' }, async (state) => {
    const prepared = await prepare(state, files.value, stop.signal);
    if (!prepared.ok) return prepared;
    const { assessmentId, facts, compare } = prepared.value;
    const cutover = await openCutover(state, { assessmentId, steps: bigBang });
    const ended = await withHeldCutover(state, cutover, { signal: stop.signal, ...follower(io) }, async (log) => {
      const effect = stepEffects({
        log,
        cutoverId: cutover.id,
        settings,
        folder: dirname(options.file),
        env: io.env,
        signal: log.signal,
        facts,
        compare,
        ...(acceptChanges !== undefined && { acceptance: acceptChanges }),
      });
      return await goForward(log, effect, {
        startedBy: (step) => startedBy(settings, step),
        waits: (step, approvedBy) =>
          (step === pointOfNoReturn || approvalOf(settings, step) !== undefined) &&
          (approvedBy === null || !mayApprove(settings, step, approvedBy)),
        ...(approve !== undefined && {
          approval: { by: approve, allows: (step) => mayApprove(settings, step, approve) },
        }),
      });
    });
    if (!ended.ok) return ended;
    const shown = await readCutover(state, assessmentId);
    if (shown === undefined) throw new Error('Bug: the cutover that was just worked on is not stored.');
    return ok({ shown, end: ended.value });
  }).finally(stop.forget);
  if (!gone.ok) return failed(io, gone.error);
  const { shown, end } = gone.value;
  io.stdout.write(options.json ? `${JSON.stringify({ kind: 'CutoverStatus', ...shown })}\n` : describeCutover(shown));
  const problem = problemOf(end, settings, approve);
  return problem === undefined ? 0 : failed(io, [problem]);
}

function approvalOf({ steps }: CutoverSettings, step: StepName) {
  return steps[step as HookedStep]?.approval;
}

function mayApprove(settings: CutoverSettings, step: StepName, name: string): boolean {
  const by = approvalOf(settings, step)?.by;
  return by === undefined || by.includes(name);
}

function problemOf(end: ForwardEnd, settings: CutoverSettings, approve: string | undefined): Diagnostic | undefined {
  switch (end.kind) {
    case 'approve':
    case 'not-allowed': {
      const by = approvalOf(settings, end.step)?.by;
      const who = by === undefined ? 'somebody' : by.join(' or ');
      const not = end.kind === 'not-allowed' ? `; ${approve ?? ''} may not approve it` : '';
      return diagnostic({
        code: 'cutover-approval',
        path: end.step,
        message: `The step '${end.step}' waits for approval by ${who}${not}.`,
        fix: `Run the same command with --approve ${by?.[0] ?? 'NAME'}.`,
      });
    }
    case 'failed':
      return diagnostic({
        code: 'cutover-step-failed',
        path: end.step,
        message: `The step '${end.step}' failed; the steps before it stay done.`,
        fix: 'Fix the cause above and run the same command again, or take everything back with `aws2openstack cutover back`.',
      });
    case 'going-back':
      return diagnostic({
        code: 'cutover-going-back',
        message: 'This cutover is being taken back, so its steps cannot be carried out.',
        fix: 'Finish `aws2openstack cutover back` first; then `aws2openstack cutover go` starts a new one.',
      });
    case 'complete':
      return undefined;
  }
}
