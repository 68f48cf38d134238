import { ok } from '../../../core/result.js';
import { validationSummary } from '../../../state/repositories/validation-reports.js';
import { aboutAssessment, assessmentOutput, reference } from '../assessment/assessment-document.js';
import type { Question } from '../question.js';
import { object } from '../schema.js';
import type { TypeOf } from '../schema.js';
import { summaryProperties } from './summary.js';

const input = object({ assessment_id: reference() });
const output = object({ ...assessmentOutput, ...summaryProperties });

export const getValidationStatus: Question<TypeOf<typeof input>, TypeOf<typeof output>> = {
  name: 'get_validation_status',
  title: 'Status of validation',
  description:
    'How many migrated tables of an assessment passed validation, failed, or are not validated yet, by check.',
  input,
  output,
  ask: (state, asked) => aboutAssessment(state, asked, async ({ id }) => ok(await validationSummary(state, id))),
};
