import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { compareTableStatistics, driftTrend } from '../../state/repositories/drift.js';
import { createJobs, findJob } from '../../state/repositories/migration-jobs.js';
import { storeAssessment } from '../../state/repositories/store-assessment.js';
import {
  listFailedValidations,
  listValidations,
  validationSummary,
} from '../../state/repositories/validation-reports.js';
import { appendValidationResults } from '../../state/repositories/validation-results.js';
import type { NewValidationResult } from '../../state/repositories/validation-results.js';
import type { State } from '../../state/index.js';
import { assessmentWith, table } from '../support/assessment-builder.js';
import { jobCounts } from '../support/job-counts.js';
import { problemOf, readAll, valueOf } from '../support/pages.js';
import { engineNames, opened, startEngine } from '../support/state-engines.js';
import type { StateEngine } from '../support/state-engines.js';

const result = (job: string, overrides: Partial<NewValidationResult> = {}): NewValidationResult => ({
  migration_job_id: job,
  validation_type: 'row_count',
  status: 'passed',
  source_value: '1000',
  target_value: '1000',
  difference: '0',
  details: null,
  validated_at: new Date('2026-11-20T12:00:00Z'),
  ...overrides,
});

describe.each(engineNames)('%s', (name) => {
  let engine: StateEngine;
  let state: State;
  beforeAll(async () => {
    engine = await startEngine(name);
    state = await opened(await engine.fresh());
  });
  afterAll(async () => {
    await state.close();
    await engine.stop();
  });

  /** An assessment of its own, with one job a table, in the order of the names (`database.table`). */
  async function lake(
    names: readonly string[],
    source: { assessedAt?: string; region?: string } = {},
  ): Promise<{ assessmentId: string; jobs: string[] }> {
    const { assessedAt = '2026-11-01T00:00:00Z', region = 'eu-central-1' } = source;
    const assessment = assessmentWith(names.map((one) => table(one)));
    const assessmentId = await storeAssessment(state, {
      ...assessment,
      assessedAt,
      source: { ...assessment.source, region },
    });
    const tables = await state.db
      .selectFrom('tables')
      .select(['id', 'database_name', 'table_name'])
      .where('assessment_id', '=', assessmentId)
      .execute();
    const planned = await createJobs(state, { assessmentId, tableIds: tables.map(({ id }) => id), jobType: 'COPY' });
    const jobOf = (one: string): string => {
      const id = tables.find(({ database_name, table_name }) => `${database_name}.${table_name}` === one)?.id;
      return planned.find(({ table_id }) => table_id === id)?.id ?? '';
    };
    return { assessmentId, jobs: names.map(jobOf) };
  }

  test('the status of a job follows its newest results', async () => {
    const { assessmentId, jobs } = await lake(['a.one', 'a.two', 'a.three']);
    const [one = '', two = ''] = jobs;
    const late = new Date('2026-11-20T13:00:00Z');
    await appendValidationResults(state, [
      result(one),
      result(one, { validation_type: 'schema', status: 'failed' }),
      result(two, { status: 'warning' }),
      result(two, { validation_type: 'checksum' }),
    ]);
    expect(await findJob(state, one)).toMatchObject({
      validation_status: 'failed',
      validation_details: { row_count: 'passed', schema: 'failed' },
      last_validated_at: new Date('2026-11-20T12:00:00Z'),
    });
    expect(await validationSummary(state, assessmentId)).toEqual({
      jobs: { none: 1, passed: 0, warning: 1, failed: 1 },
      results: [
        { validation_type: 'checksum', passed: 1, warning: 0, failed: 0 },
        { validation_type: 'row_count', passed: 1, warning: 1, failed: 0 },
        { validation_type: 'schema', passed: 0, warning: 0, failed: 1 },
      ],
    });

    await appendValidationResults(state, [
      result(one, { validation_type: 'schema', validated_at: late }),
      // Older than what is there: it changes nothing.
      result(two, { status: 'failed', validated_at: new Date('2026-11-19T00:00:00Z') }),
    ]);
    expect(await findJob(state, one)).toMatchObject({ validation_status: 'passed', last_validated_at: late });
    expect(await validationSummary(state, assessmentId)).toEqual({
      jobs: { none: 1, passed: 1, warning: 1, failed: 0 },
      results: [
        { validation_type: 'checksum', passed: 1, warning: 0, failed: 0 },
        { validation_type: 'row_count', passed: 1, warning: 1, failed: 0 },
        { validation_type: 'schema', passed: 1, warning: 0, failed: 0 },
      ],
    });
    expect(valueOf(await listFailedValidations(state, assessmentId)).items).toEqual([]);
    expect(await jobCounts(state, assessmentId)).toEqual([
      { status: 'PENDING', validation_status: 'none', jobs: 1 },
      { status: 'PENDING', validation_status: 'passed', jobs: 1 },
      { status: 'PENDING', validation_status: 'warning', jobs: 1 },
    ]);
  });

  test('an unknown job: nothing of the call is stored', async () => {
    const { assessmentId, jobs } = await lake(['a.one']);
    const nobody = '00000000-0000-4000-8000-000000000000';
    await expect(appendValidationResults(state, [result(jobs[0] ?? ''), result(nobody)])).rejects.toThrow(nobody);
    expect(valueOf(await listValidations(state, assessmentId)).items).toEqual([]);
    expect((await validationSummary(state, assessmentId)).jobs).toEqual({ none: 1, passed: 0, warning: 0, failed: 0 });
  });

  test('validators of the same jobs at the same time do not lose a count', async () => {
    const names = Array.from({ length: 10 }, (_, index) => `a.t${index}`);
    const { assessmentId, jobs } = await lake(names);
    const types = ['row_count', 'schema', 'checksum', 'sample'] as const;
    await Promise.all(
      types.flatMap((validation_type, index) => [
        appendValidationResults(
          state,
          jobs.map((job) => result(job, { validation_type })),
        ),
        appendValidationResults(
          state,
          [...jobs].reverse().map((job) =>
            result(job, {
              validation_type,
              status: 'failed',
              validated_at: new Date(Date.UTC(2026, 10, 21 + index)),
            }),
          ),
        ),
      ]),
    );
    const summary = await validationSummary(state, assessmentId);
    expect(summary.jobs).toEqual({ none: 0, passed: 0, warning: 0, failed: 10 });
    expect(summary.results.map(({ failed, passed }) => [failed, passed])).toEqual(types.map(() => [10, 0]));
    const failed = await readAll((page) => listFailedValidations(state, assessmentId, page), 7);
    expect(new Set(failed.map(({ id }) => id)).size).toBe(40);
    const all = await readAll((page) => listValidations(state, assessmentId, page), 9);
    expect(new Set(all.map(({ id }) => id)).size).toBe(80);
    const times = all.map(({ validated_at }) => validated_at.getTime());
    expect(times).toEqual([...times].sort((a, b) => b - a));
  });

  test('results carry their table, and no credential', async () => {
    const { assessmentId, jobs } = await lake(["o'brien.50%"]);
    await appendValidationResults(state, [
      result(jobs[0] ?? '', {
        status: 'failed',
        source_value: 'postgresql://me:hunter2@host/db',
        target_value: null,
        // Columns of the customer's row are named as their owner likes.
        details: { rows: [{ token: 'a9', note: 'password=hunter2' }] },
      }),
    ]);
    const [only] = valueOf(await listFailedValidations(state, assessmentId)).items;
    expect(only).toMatchObject({
      database_name: "o'brien",
      table_name: '50%',
      job_type: 'COPY',
      details: { rows: [{ token: 'a9', note: 'password=[redacted]' }] },
    });
    expect(JSON.stringify(only)).not.toContain('hunter2');
  });

  test('drift by day, over the assessments of one catalog', async () => {
    const first = await lake(['drift.orders'], { region: 'eu-west-1' });
    const second = await lake(['drift.orders'], { region: 'eu-west-1', assessedAt: '2026-11-10T00:00:00Z' });
    const [old = ''] = first.jobs;
    const [now = ''] = second.jobs;
    const at = (time: string) => ({ validated_at: new Date(time) });
    await appendValidationResults(state, [
      result(old, { ...at('2026-10-01T00:00:00Z'), difference: '99' }),
      result(old, { ...at('2026-11-18T23:59:59Z'), difference: '5', status: 'failed' }),
      result(now, { ...at('2026-11-19T00:00:00Z'), difference: '3', status: 'failed' }),
      result(now, { ...at('2026-11-19T10:00:00Z'), difference: '1', status: 'warning' }),
      result(now, { ...at('2026-11-19T09:00:00Z'), validation_type: 'checksum' }),
    ]);
    const trend = valueOf(
      await driftTrend(state, { tableName: 'drift.orders', days: 7, until: new Date('2026-11-21T00:00:00Z') }),
    );
    expect(trend.table).toEqual({
      database_name: 'drift',
      table_name: 'orders',
      assessment_id: second.assessmentId,
      region: 'eu-west-1',
      aws_account_id: '123456789012',
    });
    expect(
      trend.days.map((day) => [day.day, day.validation_type, day.results, day.failed, day.status, day.difference]),
    ).toEqual([
      ['2026-11-19', 'checksum', 1, 0, 'passed', '0'],
      ['2026-11-19', 'row_count', 2, 1, 'warning', '1'],
      ['2026-11-18', 'row_count', 1, 1, 'failed', '5'],
    ]);
    const refused = await driftTrend(state, { tableName: 'drift.orders', days: 367, until: new Date() });
    expect(problemOf(refused)).toMatchObject({ code: 'days-out-of-range' });
  });

  test('an ambiguous table name is refused with the tables that it matches', async () => {
    const { assessmentId } = await lake(['amb1.events', 'amb2.events', 'amb1.only', 'x.y.z', 'x.z']);
    await state.db
      .updateTable('tables')
      .set({ database_name: 'x.y', table_name: 'z' })
      .where('assessment_id', '=', assessmentId)
      .where('table_name', '=', 'z')
      .execute();
    const trend = (tableName: string, assessment?: string) =>
      driftTrend(state, {
        tableName,
        days: 1,
        until: new Date(),
        ...(assessment === undefined ? {} : { assessmentId: assessment }),
      });
    expect(problemOf(await trend('events'))).toMatchObject({
      code: 'ambiguous-table',
      message: expect.stringMatching(/'amb1'\.'events'.*'amb2'\.'events'/) as unknown as string,
    });
    expect(valueOf(await trend('only')).table).toMatchObject({ database_name: 'amb1' });
    expect(valueOf(await trend('amb2.events')).days).toEqual([]);
    // Table `y.z` of `x` as well as table `z` of `x.y`.
    expect(problemOf(await trend('x.y.z')).code).toBe('ambiguous-table');
    for (const unknown of ['nothing', 'amb1.nothing', '', '.', "'; DROP TABLE tables --"])
      expect(problemOf(await trend(unknown)).code).toBe('unknown-table');

    const other = await lake(['amb1.only'], { region: 'us-east-1' });
    expect(problemOf(await trend('amb1.only'))).toMatchObject({
      message: expect.stringContaining('us-east-1') as unknown as string,
    });
    expect(valueOf(await trend('amb1.only', other.assessmentId)).table).toMatchObject({ region: 'us-east-1' });
  });

  test('the newest statistics of two tables, side by side', async () => {
    const { jobs, assessmentId } = await lake(['s.source', 's.target']);
    const [source = ''] = jobs;
    const statistics = (day: number): NewValidationResult =>
      result(source, {
        validation_type: 'statistics',
        details: { day },
        validated_at: new Date(Date.UTC(2026, 10, day)),
      });
    await appendValidationResults(state, [statistics(2), statistics(3), statistics(1), result(source)]);
    const names = { sourceTable: 's.source', targetTable: 'target', assessmentId };
    expect(valueOf(await compareTableStatistics(state, names))).toMatchObject({
      source: { table: { table_name: 'source' }, result: { details: { day: 3 } } },
      target: { table: { table_name: 'target' }, result: null },
    });
    const both = await compareTableStatistics(state, { sourceTable: 'no.1', targetTable: 'no.2' });
    expect(both.ok ? [] : both.error.map(({ path }) => path)).toEqual(['no.1', 'no.2']);
  });
});
