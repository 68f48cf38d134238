import { diagnostic } from '../../../core/diagnostic.js';
import { fail, ok } from '../../../core/result.js';
import { currentResults } from '../../../state/repositories/table-story.js';
import { reference } from '../assessment/assessment-document.js';
import { validationStatus } from '../migration/job-document.js';
import type { Question } from '../question.js';
import { flag, list, nullable, object, text } from '../schema.js';
import type { TypeOf } from '../schema.js';
import { namedTableDocument, namedTableSchema, tableName } from '../table-input.js';
import { findTableWithJobs } from '../table-jobs.js';
import { explainedCheckDocument, explainedCheckSchema } from './explained-check.js';

const input = object(
  { table_name: tableName },
  {
    assessment_id: reference('without it, all'),
    all_checks: flag('Also the checks that passed. Default: false.'),
  },
);
const output = object({
  table: namedTableSchema,
  job_id: text('The job that moved what was validated.'),
  status: nullable(validationStatus),
  checks: list(explainedCheckSchema, 'Those that did not pass, or all.'),
});

export const explainValidationFailure: Question<TypeOf<typeof input>, TypeOf<typeof output>> = {
  name: 'explain_validation_failure',
  title: 'Explain a failed validation',
  description:
    'Why a table did not pass its newest validation: each check with its findings, how strong it is, and some of the rows that differ.',
  input,
  output,
  ask: async (state, asked) => {
    const found = await findTableWithJobs(state, asked);
    if (!found.ok) return found;
    const { table, validated: job } = found.value;
    if (job === undefined) return fail([notValidated(asked.table_name)]);
    const results = await currentResults(state, job.id);
    const shown = results.filter(({ status }) => asked.all_checks === true || status !== 'passed');
    return ok({
      table: namedTableDocument(table),
      job_id: job.id,
      status: job.validation_status,
      checks: shown.map(explainedCheckDocument),
    });
  },
};

function notValidated(name: string) {
  return diagnostic({
    code: 'not-validated',
    path: name,
    message: `The table '${name}' has not been validated.`,
    fix: 'Run `aws2openstack validate table` for this table.',
  });
}
