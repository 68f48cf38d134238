import { assessmentsPage } from '../../../state/repositories/assessments.js';
import { pageInput, pageOutput, readPageOf } from '../page.js';
import type { Question } from '../question.js';
import { object } from '../schema.js';
import type { TypeOf } from '../schema.js';
import { assessmentDocument, assessmentSchema, catalogInput, filterOf } from './assessment-document.js';

const input = object({}, { ...catalogInput, ...pageInput });
const output = object(pageOutput(assessmentSchema));

export const listAssessments: Question<TypeOf<typeof input>, TypeOf<typeof output>> = {
  name: 'list_assessments',
  title: 'Assessments',
  description: 'The stored assessments, the newest first, with their totals; also of one region or account.',
  input,
  output,
  ask: (state, asked) => readPageOf(asked, (page) => assessmentsPage(state, filterOf(asked), page), assessmentDocument),
};
