import { ok } from '../../../core/result.js';
import { listAssessments } from '../../../state/repositories/assessments.js';
import type { Question } from '../question.js';
import { nullable, object, text } from '../schema.js';
import type { TypeOf } from '../schema.js';
import { assessmentDocument, assessmentSchema } from './assessment-document.js';

const input = object({
  region: text('AWS region, such as eu-central-1.', { minLength: 1, maxLength: 64 }),
  account_id: text('AWS account, twelve digits.', { minLength: 1, maxLength: 64 }),
});
const output = object({ assessment: nullable(assessmentSchema) });

export const getLatestAssessment: Question<TypeOf<typeof input>, TypeOf<typeof output>> = {
  name: 'get_latest_assessment',
  title: 'Latest assessment',
  description:
    'The newest assessment of an AWS account in a region: how many databases, tables and bytes, and how many tables are ready to migrate. Null when none is stored.',
  input,
  output,
  ask: async (state, { region, account_id: accountId }) => {
    const [newest] = await listAssessments(state, { region, accountId, limit: 1 });
    return ok({ assessment: newest === undefined ? null : assessmentDocument(newest) });
  },
};
