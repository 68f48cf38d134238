import { fail, ok } from '../../core/result.js';
import { noCutover, readCutover } from '../../migration/cutover/index.js';
import { shownId } from '../../state/index.js';
import { useStore } from '../../state/store/use-store.js';
import { failed } from '../io.js';
import { givenAssessment } from '../given-assessment.js';
import type { CliIo, ExitCode } from '../io.js';
import { describeCutover } from './view.js';

/** Shows how far a cutover is. Exits 1 when a step has failed. */
export async function showCutover(
  assessment: string,
  { json }: { readonly json: boolean },
  io: CliIo,
): Promise<ExitCode> {
  const read = await useStore(io.env, { access: 'read', command: 'cutover status' }, async (state) => {
    const found = await givenAssessment(state, assessment);
    if (!found.ok) return found;
    const shown = await readCutover(state, found.value.id);
    return shown === undefined ? fail([noCutover(shownId(found.value.id))]) : ok(shown);
  });
  if (!read.ok) return failed(io, read.error);
  const shown = read.value;
  io.stdout.write(json ? `${JSON.stringify({ kind: 'CutoverStatus', ...shown })}\n` : describeCutover(shown));
  return shown.steps.some(({ status }) => status === 'failed' || status === 'undo-failed') ? 1 : 0;
}
