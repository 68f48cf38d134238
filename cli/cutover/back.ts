import { dirname } from 'node:path';
import { onStopSignals } from '../../core/stop-signals.js';
import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { fail, ok } from '../../core/result.js';
import {
  goBackward,
  noCutover,
  pointOfNoReturn,
  readCutover,
  stepEffects,
  withHeldCutover,
} from '../../migration/cutover/index.js';
import type { BackwardEnd } from '../../migration/cutover/index.js';
import { findCutover, shownId } from '../../state/index.js';
import { useStore } from '../../state/store/use-store.js';
import { failed } from '../io.js';
import { givenAssessment } from '../given-assessment.js';
import type { CliIo, ExitCode } from '../io.js';
import { follower } from './follow.js';
import { readSettings } from './read-settings.js';
import { describeCutover } from './view.js';

export interface BackOptions {
  readonly file: string;
  readonly nothingWritten?: string;
  readonly json: boolean;
}

/** Takes back what was done, the last step first. */
export async function goBack(assessment: string, options: BackOptions, io: CliIo): Promise<ExitCode> {
  const settings = readSettings(options.file);
  if (!settings.ok) return failed(io, settings.error);
  const stop = onStopSignals();
  const back = await useStore(io.env, { access: 'write', command: 'cutover back' }, async (state) => {
    const found = await givenAssessment(state, assessment);
    if (!found.ok) return found;
    const { id } = found.value;
    const cutover = await findCutover(state, id);
    if (cutover === undefined || cutover.status === 'UNDONE') return fail([noCutover(shownId(id))]);
    const ended = await withHeldCutover(state, cutover, { signal: stop.signal, ...follower(io) }, async (log) => {
      const effect = stepEffects({
        log,
        cutoverId: cutover.id,
        settings: settings.value,
        folder: dirname(options.file),
        env: io.env,
        signal: log.signal,
        // Nothing is asked of the source on the way back.
        facts: () => Promise.resolve(fail([])),
        compare: () => Promise.resolve(fail([])),
      });
      const end = await goBackward(log, effect, options.nothingWritten);
      if (end.ok && end.value.kind === 'finished') log.endAs('UNDONE');
      return end;
    });
    if (!ended.ok) return ended;
    const shown = await readCutover(state, id);
    return shown === undefined ? fail([noCutover(shownId(id))]) : ok({ shown, end: ended.value });
  }).finally(stop.forget);
  if (!back.ok) return failed(io, back.error);
  const { shown, end } = back.value;
  const problem = problemOf(end);
  if (problem !== undefined) return failed(io, [problem]);
  io.stdout.write(options.json ? `${JSON.stringify({ kind: 'CutoverStatus', ...shown })}\n` : describeCutover(shown));
  return 0;
}

function problemOf(end: BackwardEnd): Diagnostic | undefined {
  switch (end.kind) {
    case 'refused':
      return diagnostic({
        code: 'cutover-no-way-back',
        path: pointOfNoReturn,
        message: "The target has taken writes since the step 'writers-on': going back would lose them.",
        fix: 'Fix the problem at the target. If the source must take over again, stop the writers at the target, copy their changes back yourself, and only then point the clients to the source.',
      });
    case 'uncertain':
      return diagnostic({
        code: 'cutover-writes-uncertain',
        path: pointOfNoReturn,
        message: "The step 'writers-on' was started but did not succeed, so the target may have taken writes.",
        fix: 'Make sure that it took none, then run the same command with --nothing-written NAME; or continue with `aws2openstack cutover go`.',
      });
    case 'failed':
      return diagnostic({
        code: 'cutover-step-failed',
        path: end.step,
        message: `The step '${end.step}' could not be taken back; the steps before it are still done.`,
        fix: 'Correct the cause that the hook reports (`aws2openstack cutover status` shows its output) and run the same command again.',
      });
    case 'finished':
      return undefined;
  }
}
