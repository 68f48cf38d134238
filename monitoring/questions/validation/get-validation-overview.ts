import { ok } from '../../../core/result.js';
import { listValidations, validationSummary } from '../../../state/repositories/validation-reports.js';
import { aboutAssessment, assessmentInput, assessmentOutput } from '../assessment/assessment-document.js';
import { pageInput, pageOutput, readPageOf } from '../page.js';
import type { Question } from '../question.js';
import { object } from '../schema.js';
import type { TypeOf } from '../schema.js';
import { listedCheckDocument, listedCheckSchema } from './check-document.js';
import { summaryProperties } from './summary.js';

const input = object({}, { ...assessmentInput, ...pageInput });
const output = object({ ...assessmentOutput, ...summaryProperties, ...pageOutput(listedCheckSchema) });

export const getValidationOverview: Question<TypeOf<typeof input>, TypeOf<typeof output>> = {
  name: 'get_validation_overview',
  title: 'Recent validations',
  description: 'The totals of validation, and all results of an assessment, the newest first, page by page.',
  input,
  output,
  ask: (state, asked) =>
    aboutAssessment(state, asked, async ({ id }) => {
      const page = await readPageOf(asked, (request) => listValidations(state, id, request), listedCheckDocument);
      return page.ok ? ok({ ...(await validationSummary(state, id)), ...page.value }) : page;
    }),
};
