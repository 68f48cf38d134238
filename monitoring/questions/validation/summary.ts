import { list, object, whole } from '../schema.js';
import { validationType } from './check-document.js';

/** Properties of the output; as `validationSummary` gives them. */
export const summaryProperties = {
  jobs: object({
    passed: whole('Jobs of which each check passed.'),
    warning: whole('Jobs with a check that could not compare everything.'),
    failed: whole('Jobs with a check that failed.'),
    none: whole('Jobs that are not validated yet.'),
  }),
  results: list(
    object({
      validation_type: validationType,
      passed: whole('Tables.'),
      warning: whole('Tables.'),
      failed: whole('Tables.'),
    }),
    'The newest result of each job and check.',
  ),
};
