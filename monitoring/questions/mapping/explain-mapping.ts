import { diagnostic } from '../../../core/diagnostic.js';
import type { Diagnostic } from '../../../core/diagnostic.js';
import { fail, ok } from '../../../core/result.js';
import { shownId } from '../../../state/repositories/ids.js';
import { findPlanItem } from '../../../state/repositories/plan-items.js';
import { aboutAssessment, assessmentInput, assessmentOutput } from '../assessment/assessment-document.js';
import type { Question } from '../question.js';
import { object, text } from '../schema.js';
import type { TypeOf } from '../schema.js';
import { planDocument, planItemDocument, planItemSchema, planSchema, storedPlan } from './stored-plan.js';

const input = object(
  {
    asset: text('A table as database.table, or an asset as table:sales.orders, database:sales or bucket:acme-raw.', {
      minLength: 1,
      maxLength: 1024,
    }),
  },
  assessmentInput,
);
const output = object({ ...assessmentOutput, plan: planSchema, item: planItemSchema });

export const explainMapping: Question<TypeOf<typeof input>, TypeOf<typeof output>> = {
  name: 'explain_mapping',
  title: 'Explain a mapping',
  description:
    'Where a table, database or bucket goes, or why it does not, and which rule of the mapping decides that.',
  input,
  output,
  ask: (state, asked) =>
    aboutAssessment(state, asked, async ({ id }) => {
      const plan = await storedPlan(state, id);
      if (!plan.ok) return plan;
      const key = /^(table|database|bucket):/.test(asked.asset) ? asked.asset : `table:${asked.asset}`;
      const item = await findPlanItem(state, { assessmentId: id, planSha256: plan.value.plan_sha256 }, key);
      if (item === undefined) return fail([unknownAsset(key, id)]);
      return ok({ plan: planDocument(plan.value), item: planItemDocument(item) });
    }),
};

function unknownAsset(key: string, assessmentId: string): Diagnostic {
  return diagnostic({
    code: 'unknown-asset',
    path: key,
    message: `The Plan of ${shownId(assessmentId)} does not have the asset '${key}'.`,
    fix: 'Write it as database.table, database:NAME or bucket:NAME, exactly as in the assessment; `list_mappings` lists the assets.',
  });
}
