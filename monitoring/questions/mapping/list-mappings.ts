import { ok } from '../../../core/result.js';
import type { Result } from '../../../core/result.js';
import { aboutAssessment, assessmentInput, assessmentOutput } from '../assessment/assessment-document.js';
import { pageInput, pageOutput } from '../page.js';
import type { Question } from '../question.js';
import { nullable, object, oneOf, text } from '../schema.js';
import type { TypeOf } from '../schema.js';
import { pageOfPlan, planDocument, planItemSchema, planSchema, storedPlan } from './stored-plan.js';

const input = object(
  {},
  {
    ...assessmentInput,
    outcome: oneOf(['mapped', 'skipped', 'blocked'], 'Only assets with this outcome.'),
    kind: oneOf(['bucket', 'database', 'table'], 'Only assets of this kind.'),
    search: text(
      'Only assets whose name, or its part after a dot, is like this: `*` stands for any text, `?` for one character.',
      { minLength: 1, maxLength: 512 },
    ),
    ...pageInput,
  },
);
const output = object({
  ...assessmentOutput,
  plan: nullable({ ...planSchema, description: 'null: not mapped yet; `synth --save-to-db` stores a Plan.' }),
  ...pageOutput(planItemSchema),
});

type Listed = TypeOf<typeof output>;

export const listMappings: Question<TypeOf<typeof input>, Listed> = {
  name: 'list_mappings',
  title: 'Mappings',
  description: 'Every assessed bucket, database and table with where it goes or why it does not, page by page.',
  input,
  output,
  ask: (state, asked) =>
    aboutAssessment(state, asked, async ({ id }): Promise<Result<Omit<Listed, keyof typeof assessmentOutput>>> => {
      if (!(await storedPlan(state, id)).ok) return ok({ plan: null, items: [], nextCursor: null });
      const { outcome, kind, search: pattern } = asked;
      const listed = await pageOfPlan(state, id, asked, {
        ...(outcome !== undefined && { outcome }),
        ...(kind !== undefined && { kind }),
        ...(pattern !== undefined && { pattern }),
      });
      return listed.ok ? ok({ plan: planDocument(listed.value.plan), ...listed.value.page }) : listed;
    }),
};
