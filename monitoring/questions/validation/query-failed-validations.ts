import { listFailedValidations } from '../../../state/repositories/validation-reports.js';
import { aboutAssessment, assessmentOutput, reference } from '../assessment/assessment-document.js';
import { pageInput, pageOutput, readPageOf } from '../page.js';
import type { Question } from '../question.js';
import { object } from '../schema.js';
import type { TypeOf } from '../schema.js';
import { listedCheckDocument, listedCheckSchema } from './check-document.js';

const input = object({ assessment_id: reference() }, pageInput);
const output = object({ ...assessmentOutput, ...pageOutput(listedCheckSchema) });

export const queryFailedValidations: Question<TypeOf<typeof input>, TypeOf<typeof output>> = {
  name: 'query_failed_validations',
  title: 'Failed validations',
  description:
    'The checks that fail now, the most recent first; `explain_validation_failure` shows the details of a table.',
  input,
  output,
  ask: (state, asked) =>
    aboutAssessment(state, asked, ({ id }) =>
      readPageOf(asked, (page) => listFailedValidations(state, id, page), listedCheckDocument),
    ),
};
