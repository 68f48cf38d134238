import { fail, ok } from '../../../core/result.js';
import { stepToApprove, viewOf } from '../../../migration/cutover/machine.js';
import { noCutover } from '../../../migration/cutover/no-cutover.js';
import { readCutover } from '../../../migration/cutover/read-cutover.js';
import type { ShownStep } from '../../../migration/cutover/read-cutover.js';
import { steps } from '../../../migration/cutover/steps.js';
import { shownId } from '../../../state/repositories/ids.js';
import { aboutAssessment, assessmentInput, assessmentOutput } from '../assessment/assessment-document.js';
import type { Question } from '../question.js';
import { catalogText, list, nullable, object, oneOf, text, time } from '../schema.js';
import type { TypeOf } from '../schema.js';

const step = object({
  step: text('Name of the step.'),
  title: text('What it does.'),
  status: oneOf(['pending', 'started', 'done', 'failed', 'undo-started', 'undo-failed']),
  approved_by: nullable(text('Who approved it.')),
  happened_at: nullable(time('When something happened to it last.')),
  output: nullable(catalogText('The end of what its hook printed.')),
  reason: nullable(catalogText('Why it failed.')),
  fix: nullable(catalogText('What to do about that.')),
});
const input = object({}, assessmentInput);
const output = object({
  ...assessmentOutput,
  cutover_id: text('UUID of the cutover.'),
  status: oneOf(['OPEN', 'FAILED', 'GOING_BACK', 'COMPLETED', 'UNDONE'], 'FAILED: a step has.'),
  steps: list(step, 'In order.'),
  next_step: nullable(text('The step that can be approved now; null: none waits.')),
});

export const getCutover: Question<TypeOf<typeof input>, TypeOf<typeof output>> = {
  name: 'get_cutover',
  title: 'Cutover',
  description: 'How far the cutover of an assessment is: its steps, who approved them, and why one failed.',
  input,
  output,
  ask: (state, asked) =>
    aboutAssessment(state, asked, async ({ id }) => {
      const cutover = await readCutover(state, id);
      if (cutover === undefined) return fail([noCutover(shownId(id))]);
      const names = cutover.steps.map(({ name }) => name);
      return ok({
        cutover_id: cutover.cutover,
        status: cutover.status,
        steps: cutover.steps.map(stepDocument),
        next_step: stepToApprove(viewOf(names, cutover.events))?.name ?? null,
      });
    }),
};

function stepDocument({ name, status, approvedBy, last }: ShownStep): TypeOf<typeof step> {
  const { reason, fix } = (last?.details ?? {}) as { readonly reason?: string; readonly fix?: string };
  return {
    step: name,
    title: steps[name].title,
    status,
    approved_by: approvedBy,
    happened_at: last?.happened_at.toISOString() ?? null,
    output: last?.output ?? null,
    reason: reason ?? null,
    fix: fix ?? null,
  };
}
