import { ok } from '../../../core/result.js';
import { listAssessments } from '../../../state/repositories/assessments.js';
import type { Question } from '../question.js';
import { list, object, whole } from '../schema.js';
import type { TypeOf } from '../schema.js';
import { assessmentDocument, assessmentSchema, catalogInput, filterOf } from './assessment-document.js';

const input = object(
  {},
  { ...catalogInput, limit: whole('The newest so many.', { minimum: 1, maximum: 1000, default: 100 }) },
);
const output = object({ assessments: list(assessmentSchema, 'The oldest first.') });

export const getAssessmentTrend: Question<TypeOf<typeof input>, TypeOf<typeof output>> = {
  name: 'get_assessment_trend',
  title: 'Trend of assessments',
  description:
    'How the number of tables, their readiness and their size developed from assessment to assessment of a region or account.',
  input,
  output,
  ask: async (state, asked) => {
    const newest = await listAssessments(state, { ...filterOf(asked), limit: asked.limit ?? 100 });
    return ok({ assessments: newest.reverse().map(assessmentDocument) });
  },
};
