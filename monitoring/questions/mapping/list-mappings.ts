import { ok } from '../../../core/result.js';
import { listPlanItems } from '../../../state/repositories/plan-items.js';
import { aboutAssessment, assessmentInput, assessmentOutput } from '../assessment/assessment-document.js';
import { pageInput, pageOutput, readPageOf } from '../page.js';
import type { Question } from '../question.js';
import { object, oneOf } from '../schema.js';
import type { TypeOf } from '../schema.js';
import { planDocument, planItemDocument, planItemSchema, planSchema, storedPlan } from './stored-plan.js';

const input = object(
  {},
  {
    ...assessmentInput,
    outcome: oneOf(['mapped', 'skipped', 'blocked'], 'Only assets with this outcome.'),
    kind: oneOf(['bucket', 'database', 'table'], 'Only assets of this kind.'),
    ...pageInput,
  },
);
const output = object({ ...assessmentOutput, plan: planSchema, ...pageOutput(planItemSchema) });

export const listMappings: Question<TypeOf<typeof input>, TypeOf<typeof output>> = {
  name: 'list_mappings',
  title: 'Mappings',
  description: 'Every assessed bucket, database and table with where it goes or why it does not, page by page.',
  input,
  output,
  ask: (state, asked) =>
    aboutAssessment(state, asked, async ({ id }) => {
      const plan = await storedPlan(state, id);
      if (!plan.ok) return plan;
      const { outcome, kind } = asked;
      const items = {
        assessmentId: id,
        planSha256: plan.value.plan_sha256,
        ...(outcome !== undefined && { outcome }),
        ...(kind !== undefined && { kind }),
      };
      const page = await readPageOf(asked, (request) => listPlanItems(state, items, request), planItemDocument);
      return page.ok ? ok({ plan: planDocument(plan.value), ...page.value }) : page;
    }),
};
