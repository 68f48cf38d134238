import { ok } from '../../../core/result.js';
import { listPlanItems } from '../../../state/repositories/plan-items.js';
import { aboutAssessment, assessmentInput, assessmentOutput } from '../assessment/assessment-document.js';
import { pageInput, pageOutput, readPageOf } from '../page.js';
import type { Question } from '../question.js';
import { object, whole } from '../schema.js';
import type { TypeOf } from '../schema.js';
import { planDocument, planItemDocument, planItemSchema, planSchema, storedPlan } from './stored-plan.js';

const input = object({}, { ...assessmentInput, ...pageInput });
const output = object({
  ...assessmentOutput,
  plan: planSchema,
  blocked: object({
    buckets: whole('Blocked buckets.'),
    databases: whole('Blocked databases.'),
    tables: whole('Blocked tables.'),
  }),
  ...pageOutput(planItemSchema),
});

export const listBlockedAssets: Question<TypeOf<typeof input>, TypeOf<typeof output>> = {
  name: 'list_blocked_assets',
  title: 'Blocked assets',
  description: 'The buckets, databases and tables that cannot be migrated as mapped, each with the reason.',
  input,
  output,
  ask: (state, asked) =>
    aboutAssessment(state, asked, async ({ id }) => {
      const plan = await storedPlan(state, id);
      if (!plan.ok) return plan;
      const { plan_sha256: planSha256, totals } = plan.value;
      const items = { assessmentId: id, planSha256, outcome: 'blocked' } as const;
      const page = await readPageOf(asked, (request) => listPlanItems(state, items, request), planItemDocument);
      if (!page.ok) return page;
      const blocked = (kind: string): number => totals[kind]?.blocked ?? 0;
      return ok({
        plan: planDocument(plan.value),
        blocked: { buckets: blocked('bucket'), databases: blocked('database'), tables: blocked('table') },
        ...page.value,
      });
    }),
};
