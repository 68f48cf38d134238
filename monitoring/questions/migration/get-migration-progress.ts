import { ok } from '../../../core/result.js';
import { progressOf } from '../../figures/progress.js';
import { aboutAssessment, assessmentInput, assessmentOutput } from '../assessment/assessment-document.js';
import type { Question } from '../question.js';
import { nullable, number, object, oneOf, whole } from '../schema.js';
import type { TypeOf } from '../schema.js';

const input = object({}, assessmentInput);
const output = object({
  ...assessmentOutput,
  jobs: object({
    total: whole('Jobs that move tables.'),
    pending: whole('They wait for a worker.'),
    running: whole('A worker has them.'),
    paused: whole('They wait for a person.'),
    completed: whole('Done.'),
    failed: whole('`list_migration_jobs` with the status FAILED says why.'),
    cancelled: whole('Given up.'),
  }),
  bytes_copied: whole('So far.'),
  bytes_total: whole('Of each job as listed, before that as assessed; cancelled jobs do not count.'),
  rows_copied: whole('Rows that Trino loaded.'),
  jobs_not_listed: whole('Unfinished jobs whose bytes in bytes_total are an estimate, or 0 without one.'),
  bytes_per_second: nullable(number('As the workers measured it in the last two minutes.')),
  eta_seconds: nullable(number('Until bytes_total is copied at this rate.')),
  bottleneck: nullable(
    oneOf(['source', 'network', 'target', 'processor', 'limit'], 'What most of the running copies wait for.'),
  ),
});

export const getMigrationProgress: Question<TypeOf<typeof input>, TypeOf<typeof output>> = {
  name: 'get_migration_progress',
  title: 'Progress of the migration',
  description:
    'How far the migration of an assessment is: jobs by status, bytes, rows, rate, time left and bottleneck.',
  input,
  output,
  ask: (state, asked) =>
    aboutAssessment(state, asked, async ({ id }) => {
      const [run] = (await progressOf(state, [id])).runs;
      if (run === undefined) throw new Error('Bug: an assessment without its progress.');
      const { PENDING, RUNNING, PAUSED, COMPLETED, FAILED, CANCELLED } = run.jobs;
      return ok({
        jobs: {
          total: PENDING + RUNNING + PAUSED + COMPLETED + FAILED + CANCELLED,
          pending: PENDING,
          running: RUNNING,
          paused: PAUSED,
          completed: COMPLETED,
          failed: FAILED,
          cancelled: CANCELLED,
        },
        bytes_copied: run.bytes_copied,
        bytes_total: run.bytes_total,
        rows_copied: run.rows_copied,
        jobs_not_listed: run.not_listed,
        bytes_per_second: run.rate,
        eta_seconds: run.eta_seconds,
        bottleneck: run.bottleneck,
      });
    }),
};
