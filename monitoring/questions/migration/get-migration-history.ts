import { ok } from '../../../core/result.js';
import { commonErrors, jobHistory } from '../../../state/repositories/job-reports.js';
import { aboutAssessment, assessmentInput, assessmentOutput } from '../assessment/assessment-document.js';
import type { Question } from '../question.js';
import { catalogText, list, nullable, number, object, text, time, whole } from '../schema.js';
import type { TypeOf } from '../schema.js';

const mostErrors = 20;

const input = object(
  {},
  { ...assessmentInput, days: whole('The last so many days with jobs.', { minimum: 1, maximum: 366, default: 30 }) },
);
const output = object({
  ...assessmentOutput,
  success_rate: nullable(number('Completed attempts divided by completed and failed ones, in these days.')),
  days: list(
    object({
      day: text('UTC, such as 2026-11-21.'),
      job_type: text('COPY, DATASYNC, DMS, GLUE_JOB, CONVERT or VALIDATE.'),
      completed: whole('Attempts.'),
      failed: whole('Attempts.'),
      cancelled: whole('Attempts.'),
      success_rate: nullable(number('0 to 1.')),
      mean_seconds: nullable(number('Of completed attempts.')),
      longest_seconds: nullable(number('Of completed attempts.')),
    }),
    'The newest first.',
  ),
  common_errors: list(
    object({
      error_kind: catalogText('The message without names and numbers.'),
      jobs: whole('Failed jobs with it.'),
      last_seen: time('The last failure.'),
    }),
    'Of jobs that are FAILED now, the most frequent first.',
  ),
});

export const getMigrationHistory: Question<TypeOf<typeof input>, TypeOf<typeof output>> = {
  name: 'get_migration_history',
  title: 'History of the migration',
  description: 'Attempts by day: success rate and durations; and the most common errors.',
  input,
  output,
  ask: (state, asked) =>
    aboutAssessment(state, asked, async ({ id }) => {
      const days = await jobHistory(state, { assessmentId: id, days: asked.days ?? 30 });
      const errors = await commonErrors(state, { assessmentId: id, limit: mostErrors });
      const sum = (of: 'completed' | 'failed'): number => days.reduce((total, day) => total + day[of], 0);
      const ended = sum('completed') + sum('failed');
      return ok({
        success_rate: ended === 0 ? null : sum('completed') / ended,
        days,
        common_errors: errors.map(({ error_kind, jobs, last_seen }) => ({
          error_kind,
          jobs,
          last_seen: last_seen.toISOString(),
        })),
      });
    }),
};
