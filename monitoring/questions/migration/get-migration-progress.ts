import { ok } from '../../../core/result.js';
import { bottleneckOf } from '../../../migration/copy/job/bottleneck.js';
import { latestSamples } from '../../../migration/copy/job/samples.js';
import { jobCounts, listJobs, moveFigures } from '../../../state/repositories/job-reports.js';
import type { State } from '../../../state/store/state.js';
import { aboutAssessment, assessmentInput, assessmentOutput } from '../assessment/assessment-document.js';
import type { Question } from '../question.js';
import { nullable, number, object, oneOf, whole } from '../schema.js';
import type { TypeOf } from '../schema.js';
import { jobStatuses } from './job-document.js';

/** More workers than a run has. */
const mostRunning = 200;

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
  bytes_total: whole('Of the jobs that are listed.'),
  rows_copied: whole('Rows that Trino loaded.'),
  jobs_not_listed: whole('Unfinished jobs of unknown size, which are missing in bytes_total.'),
  bytes_per_second: nullable(number('As the workers measured it in the last two minutes.')),
  eta_seconds: nullable(number('Until the listed bytes are copied at this rate.')),
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
      const counts = await jobCounts(state, id);
      const [pending, running, paused, completed, failed, cancelled] = jobStatuses.map((status) =>
        counts.filter((count) => count.status === status).reduce((sum, { jobs }) => sum + jobs, 0),
      ) as [number, number, number, number, number, number];
      const { bytes_copied, bytes_total, rows_copied, not_listed } = await moveFigures(state, id);
      const { rate, bottleneck } = await measured(state, id);
      return ok({
        jobs: {
          total: counts.reduce((sum, { jobs }) => sum + jobs, 0),
          ...{ pending, running, paused, completed, failed, cancelled },
        },
        bytes_copied,
        bytes_total,
        rows_copied,
        jobs_not_listed: not_listed,
        bytes_per_second: rate,
        eta_seconds: rate === null || rate === 0 ? null : Math.max(0, bytes_total - bytes_copied) / rate,
        bottleneck,
      });
    }),
};

async function measured(state: Pick<State, 'db'>, assessmentId: string) {
  const running = await listJobs(state, { assessmentId, status: 'RUNNING' }, { size: mostRunning });
  const jobs = running.ok ? running.value.items.map(({ id }) => id) : [];
  const samples = [...(await latestSamples(state, jobs)).values()];
  const waits = samples.flatMap((sample) => bottleneckOf(sample) ?? []);
  const counted = [...Map.groupBy(waits, (wait) => wait)].sort(([, a], [, b]) => b.length - a.length);
  return {
    rate: samples.length === 0 ? null : samples.reduce((sum, { bytes_per_second }) => sum + bytes_per_second, 0),
    bottleneck: counted[0]?.[0] ?? null,
  };
}
