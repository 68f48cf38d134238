import { onStopSignals } from '../../core/stop-signals.js';
import { ok } from '../../core/result.js';
import { isBlocked, prerequisitesOf } from '../../migration/cutover/index.js';
import { shownId } from '../../state/index.js';
import { useStore } from '../../state/store/use-store.js';
import { failed } from '../io.js';
import type { CliIo, ExitCode } from '../io.js';
import { prepare, readFiles } from './prepare.js';
import type { CutoverFiles } from './prepare.js';
import { describePlan } from './view.js';

export interface CutoverPlanOptions extends CutoverFiles {
  readonly listing: boolean;
  readonly json: boolean;
}

/** Shows what must hold and what would be done. Changes nothing. */
export async function planCutover(options: CutoverPlanOptions, io: CliIo): Promise<ExitCode> {
  const files = await readFiles(options);
  if (!files.ok) return failed(io, files.error);
  const { settings } = files.value;
  const stop = onStopSignals();
  const planned = await useStore(io.env, { access: 'read', command: 'cutover plan' }, async (state) => {
    const prepared = await prepare(state, files.value, stop.signal);
    if (!prepared.ok) return prepared;
    const facts = await prepared.value.facts();
    if (!facts.ok) return facts;
    const changes = options.listing ? await prepared.value.compare() : ok(null);
    if (!changes.ok) return changes;
    const prerequisites = prerequisitesOf(facts.value, {
      changes: changes.value,
      acceptedBy: null,
      hasFreeze: settings.steps.freeze?.hook !== undefined,
      isBeforeFinalPass: settings.steps['final-pass']?.hook !== undefined,
    });
    return ok({ assessment: shownId(prepared.value.assessmentId), prerequisites });
  }).finally(stop.forget);
  if (!planned.ok) return failed(io, planned.error);
  const shown = { ...planned.value, settings };
  io.stdout.write(options.json ? `${JSON.stringify({ kind: 'CutoverPlan', ...shown })}\n` : describePlan(shown));
  return isBlocked(shown.prerequisites) ? 1 : 0;
}
