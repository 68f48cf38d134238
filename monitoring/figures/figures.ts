import { sql } from 'kysely';
import type { State } from '../../state/index.js';
import { latestSamples } from '../../migration/copy/job/index.js';
import { latestEngineMetrics } from '../../state/repositories/engine-metrics.js';
import { shownId } from '../../state/repositories/ids.js';
import { runningJobs } from '../../state/repositories/live-progress.js';
import { moveFigures } from '../../state/repositories/move-figures.js';
import type { MoveFigures } from '../../state/repositories/move-figures.js';

/** One metric as Prometheus names it, with its value by labels. */
export interface Figure {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge';
  readonly labelNames: readonly string[];
  readonly values: readonly { readonly labels: Readonly<Record<string, string>>; readonly value: number }[];
}

interface Row {
  readonly assessment: string;
  readonly value: number;
  readonly [label: string]: string | number;
}

/** More workers than all runs have. */
const mostRunning = 1000;

/** The figures that an operator watches: of each assessment that has jobs, and of the newest one. */
export async function figuresOf({ db }: Pick<State, 'db'>): Promise<readonly Figure[]> {
  const { rows: tables } = await sql<Row>`
    WITH newest AS (SELECT * FROM assessments ORDER BY timestamp DESC, id LIMIT 1)
    SELECT id AS assessment, 'READY' AS readiness, migration_ready AS value FROM newest
    UNION ALL SELECT id, 'NEEDS_CONVERSION', needs_conversion FROM newest
    UNION ALL SELECT id, 'UNKNOWN', unknown FROM newest`.execute(db);
  const { rows: jobs } = await sql<Row>`
    SELECT assessment_id AS assessment, status, sum(jobs)::integer AS value FROM migration_job_totals
    GROUP BY assessment_id, status ORDER BY assessment_id, status`.execute(db);
  const moved = await moveFigures({ db }, [...new Set(jobs.map(({ assessment }) => assessment))]);
  const movedRows = (name: keyof MoveFigures): readonly Row[] =>
    [...moved].map(([assessment, figures]) => ({ assessment, value: figures[name] }));
  const { rows: checks } = await sql<Row>`
    SELECT assessment_id AS assessment, validation_type AS check, status, results AS value FROM validation_totals
    ORDER BY assessment_id, validation_type, status`.execute(db);
  const { rows: attempts } = await sql<Row & { seconds: number }>`
    SELECT assessment_id AS assessment, job_type, status, sum(attempts)::bigint AS value, sum(seconds) AS seconds
    FROM migration_outcomes GROUP BY assessment_id, job_type, status
    ORDER BY assessment_id, job_type, status`.execute(db);
  return [
    figure('assessment_tables', 'Tables of the newest assessment, by readiness.', ['readiness'], tables),
    figure('migration_jobs', 'Jobs that move tables, by status.', ['status'], jobs),
    figure('migration_copied_bytes', 'Bytes that have arrived.', [], movedRows('bytes_copied')),
    figure('migration_expected_bytes', 'Bytes to copy, as listed or estimated.', [], movedRows('bytes_total')),
    figure('migration_copied_rows', 'Rows that Trino loaded.', [], movedRows('rows_copied')),
    figure(
      'migration_bytes_per_second',
      'Rate of the running copies, as measured lately.',
      [],
      await ratesOf({ db }, assessmentsOf(jobs)),
    ),
    counter('migration_attempts_total', 'Attempts at jobs that have ended.', ['job_type', 'status'], attempts),
    counter(
      'migration_attempt_seconds_total',
      'How long these attempts took.',
      ['job_type', 'status'],
      pick(attempts, 'seconds', ['job_type', 'status']),
    ),
    figure('validation_results', 'The newest result of each job, by check and status.', ['check', 'status'], checks),
    await engineFigure({ db }),
  ];
}

function assessmentsOf(jobs: readonly Row[]): readonly string[] {
  return jobs.filter(({ status, value }) => status === 'RUNNING' && value > 0).map(({ assessment }) => assessment);
}

async function ratesOf(state: Pick<State, 'db'>, assessments: readonly string[]): Promise<readonly Row[]> {
  const running = await runningJobs(state, { assessments, limit: mostRunning });
  const samples = await latestSamples(
    state,
    running.map(({ id }) => id),
  );
  return [...Map.groupBy(running, (job) => job.assessment)].map(([assessment, jobs]) => ({
    assessment,
    value: jobs.reduce((sum, { id }) => sum + (samples.get(id)?.bytes_per_second ?? 0), 0),
  }));
}

/** CloudWatch tells some metrics late. */
const engineMetricsMs = 15 * 60_000;

async function engineFigure(state: Pick<State, 'db'>): Promise<Figure> {
  const metrics = await latestEngineMetrics(state, { since: new Date(Date.now() - engineMetricsMs) });
  return {
    name: 'aws2openstack_engine_metric',
    help: 'What CloudWatch said last of DMS, DataSync and Glue, by its own names and in its own units.',
    type: 'gauge',
    labelNames: ['engine', 'resource', 'metric'],
    values: metrics.map(({ engine, resource, metric_name, value }) => ({
      labels: { engine, resource, metric: metric_name },
      value,
    })),
  };
}

function pick(rows: readonly Row[], name: string, labels: readonly string[]): readonly Row[] {
  return rows.map(({ assessment, [name]: value, ...row }) => ({
    ...Object.fromEntries(labels.map((label) => [label, row[label] ?? ''])),
    assessment,
    value: Number(value),
  }));
}

function counter(...[name, help, labels, rows]: Parameters<typeof figure>): Figure {
  return { ...figure(name, help, labels, rows), type: 'counter' };
}

function figure(name: string, help: string, labels: readonly string[], rows: readonly Row[]): Figure {
  const labelNames = ['assessment', ...labels];
  return {
    name: `aws2openstack_${name}`,
    help,
    type: 'gauge',
    labelNames,
    values: rows.map((row) => ({
      labels: Object.fromEntries(
        labelNames.map((label) => [label, label === 'assessment' ? shownId(row.assessment) : String(row[label])]),
      ),
      value: row.value,
    })),
  };
}
