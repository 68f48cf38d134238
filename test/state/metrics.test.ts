import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { appendMetrics, latestMetrics, metricSeries } from '../../state/repositories/migration-metrics.js';
import { createJobs } from '../../state/repositories/migration-jobs.js';
import { storeAssessment } from '../../state/repositories/store-assessment.js';
import type { State } from '../../state/index.js';
import { assessmentWith, table } from '../support/assessment-builder.js';
import { readAll, valueOf } from '../support/pages.js';
import { engineNames, opened, startEngine } from '../support/state-engines.js';
import type { StateEngine } from '../support/state-engines.js';

describe.each(engineNames)('%s', (name) => {
  let engine: StateEngine;
  let state: State;
  let jobs: string[];
  const metric = (job: number, metric_name: string, value: number, minute: number) => ({
    migration_job_id: jobs[job] ?? '',
    metric_name,
    value,
    measured_at: new Date(Date.UTC(2026, 10, 21, 0, minute)),
  });
  beforeAll(async () => {
    engine = await startEngine(name);
    state = await opened(await engine.fresh());
    const assessmentId = await storeAssessment(
      state,
      assessmentWith([table('a.one'), table('a.two'), table('a.three')]),
    );
    const tables = await state.db.selectFrom('tables').select('id').execute();
    const planned = await createJobs(state, { assessmentId, tableIds: tables.map(({ id }) => id), jobType: 'COPY' });
    jobs = planned.map(({ id }) => id).sort();
    await appendMetrics(state, [
      metric(0, 'bytes_per_second', 0.5, 2),
      metric(0, 'bytes_per_second', 1e300, 3),
      metric(0, 'bytes_per_second', -1, 1),
      // At the same moment: told apart by id.
      ...Array.from({ length: 10 }, (_, index) => metric(1, 'errors_total', index, 5)),
    ]);
  });
  afterAll(async () => {
    await state.close();
    await engine.stop();
  });

  test('the latest of each job and name, where there is one', async () => {
    const names = ['errors_total', 'bytes_per_second', "it's not there"];
    const latest = await latestMetrics(state, { jobIds: jobs, names });
    expect(latest.map((row) => [row.migration_job_id, row.metric_name])).toEqual([
      [jobs[0], 'bytes_per_second'],
      [jobs[1], 'errors_total'],
    ]);
    expect(latest[0]?.value).toBe(1e300);
    expect(await latestMetrics(state, { jobIds: [], names: [] })).toEqual([]);
  });

  test('a series is paged from the newest, none twice', async () => {
    const series = await readAll(
      (page) => metricSeries(state, { jobId: jobs[0] ?? '', name: 'bytes_per_second' }, page),
      1,
    );
    expect(series.map(({ value }) => value)).toEqual([1e300, 0.5, -1]);
    const same = await readAll((page) => metricSeries(state, { jobId: jobs[1] ?? '', name: 'errors_total' }, page), 3);
    expect(same.map(({ value }) => value).sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(valueOf(await metricSeries(state, { jobId: jobs[2] ?? '', name: 'errors_total' }))).toEqual({
      items: [],
      next: null,
    });
  });

  test('all or none are stored', async () => {
    const bad = { ...metric(2, 'errors_total', 1, 1), migration_job_id: '00000000-0000-4000-8000-000000000000' };
    await expect(appendMetrics(state, [metric(2, 'errors_total', 1, 1), bad])).rejects.toThrow();
    expect(await latestMetrics(state, { jobIds: [jobs[2] ?? ''], names: ['errors_total'] })).toEqual([]);
    await appendMetrics(state, []);
  });
});
