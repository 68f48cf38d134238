import { ok } from '../../../core/result.js';
import { aboutAssessment, assessmentInput, assessmentOutput } from '../assessment/assessment-document.js';
import { pageInput, pageOutput } from '../page.js';
import type { Question } from '../question.js';
import { object, whole } from '../schema.js';
import type { TypeOf } from '../schema.js';
import { pageOfPlan, planDocument, planItemSchema, planSchema } from './stored-plan.js';

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
      const listed = await pageOfPlan(state, id, asked, { outcome: 'blocked' });
      if (!listed.ok) return listed;
      const { plan, page } = listed.value;
      const blocked = (kind: string): number => plan.totals[kind]?.blocked ?? 0;
      return ok({
        plan: planDocument(plan),
        blocked: { buckets: blocked('bucket'), databases: blocked('database'), tables: blocked('table') },
        ...page,
      });
    }),
};
