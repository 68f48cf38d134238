import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { orders } from '../../../monitoring/dashboard/web/actions/machine-action.js';
import { selectionOf } from '../../../monitoring/dashboard/web/views/waves/selection.js';
import {
  attentionStatuses as shownAttention,
  notMovedStatuses as shownNotMoved,
  statuses,
} from '../../../monitoring/dashboard/web/views/waves/statuses.js';
import { allowedOrders, attentionStatuses, machineStatuses, notMovedStatuses } from '../../../waves/machines/index.js';
import { jobActions } from '../../../monitoring/actions/job-actions.js';
import { actionsFor } from '../../../monitoring/dashboard/web/actions/job-action.js';
import { csvLine } from '../../../monitoring/dashboard/server/routes/csv.js';
import { queryInput } from '../../../monitoring/dashboard/server/query-input.js';
import { formatsFor, printableLines, words } from '../../../monitoring/dashboard/web/format/values.js';
import { changed, formatAddress, parseAddress } from '../../../monitoring/dashboard/web/url/address.js';
import { readinessOf, readyShare } from '../../../monitoring/dashboard/web/views/assessment/readiness.js';
import { outlookOf } from '../../../monitoring/dashboard/web/views/certificate/outlook.js';
import { chosenPair, shownSide } from '../../../monitoring/dashboard/web/views/compare/pair.js';
import { dayTotals, meanSeconds } from '../../../monitoring/dashboard/web/views/history/days.js';
import { isFiltered, withoutFilters } from '../../../monitoring/dashboard/web/url/filters.js';
import { nothingLive, outdated, withChange } from '../../../monitoring/dashboard/web/api/live-state.js';
import type { Live } from '../../../monitoring/dashboard/web/api/live-state.js';
import { progressOf } from '../../../monitoring/dashboard/web/views/migration/progress.js';
import { csvAddress, filtersOf } from '../../../monitoring/dashboard/web/views/tables/filters.js';
import { timelineOf } from '../../../monitoring/dashboard/web/views/table/timeline.js';
import { rowCounts } from '../../../monitoring/dashboard/web/views/validation/row-counts.js';
import { rowPairs } from '../../../monitoring/dashboard/web/views/validation/row-pairs.js';

describe('addresses', () => {
  test('what a view shows is in its address, and back', () => {
    const query = fc.dictionary(fc.string({ minLength: 1 }), fc.array(fc.string({ minLength: 1 }), { minLength: 1 }));
    fc.assert(
      fc.property(query, (given) => {
        const usable = Object.fromEntries(
          Object.entries(given).filter(([name]) => name !== '__proto__' && name.isWellFormed()),
        );
        const wellFormed = Object.fromEntries(
          Object.entries(usable).map(([name, values]) => [name, values.map((value) => value.toWellFormed())]),
        );
        const url = new URL(formatAddress({ path: '/tables', query: wellFormed }), 'http://localhost');
        expect(parseAddress(url.pathname, url.search)).toEqual({ path: '/tables', query: wellFormed });
      }),
    );
  });

  test('empty values leave the address', () => {
    const query = { formats: ['ORC', 'CSV'], search: ['a'], cursor: ['x'] };
    expect(changed(query, { search: '', cursor: undefined, formats: ['ORC'], min: 5 })).toEqual({
      formats: ['ORC'],
      min: ['5'],
    });
  });
});

describe('values as a reader writes them', () => {
  const [english, german] = [formatsFor('en'), formatsFor('de')];

  test.each([
    [0, '0 bytes', '0 Byte'],
    [1, '1 byte', '1 Byte'],
    [999, '999 bytes', '999 Byte'],
    [1500, '1.5 kB', '1,5 kB'],
    [2_345_000_000, '2.3 GB', '2,3 GB'],
    [40e12, '40 TB', '40 TB'],
    [7e18, '7,000 PB', '7.000 PB'],
    [null, 'unknown', 'unknown'],
  ])('%s bytes', (value, inEnglish, inGerman) => {
    expect([english.bytes(value), german.bytes(value)].map((text) => text.replaceAll('\u00a0', ' '))).toEqual([
      inEnglish,
      inGerman,
    ]);
  });

  test.each([
    [0.5, '0.5s'],
    [59, '59s'],
    [59.9, '1m'],
    [60, '1m'],
    [3599, '1h'],
    [3900, '1h 5m'],
    [10_799, '3h'],
    [86_399, '1d'],
    [90_000, '1d 1h'],
    [null, 'unknown'],
  ])('%s seconds', (value, text) => {
    expect(english.seconds(value)).toBe(text);
  });

  test('characters that nobody sees are shown, lines and tabs kept', () => {
    expect(printableLines('SELECT\t"a\u202eb"\r\nFROM \u200bc')).toBe('SELECT\t"a\\u202eb"\nFROM \\u200bc');
  });

  test('codes become words', () => {
    expect(words('NEEDS_CONVERSION')).toBe('needs conversion');
    expect(words('COMPLETED')).toBe('done');
  });
});

test('filters: what the address has is removed, with the page', () => {
  const names = ['search', 'formats'];
  expect(isFiltered({ sort: ['size'], cursor: ['x'] }, names)).toBe(false);
  expect(isFiltered({ formats: ['ORC'] }, names)).toBe(true);
  const query = { search: ['a'], formats: ['ORC'], sort: ['size'], cursor: ['x'] };
  expect(changed(query, withoutFilters(names))).toEqual({ sort: ['size'] });
});

describe('what is live', () => {
  const change = (job: string, at: string) => ({ job, fence: 1, at }) as unknown as Live['changes'][number];

  test('a change that comes twice counts once; the newest is the first', () => {
    const live = ['2', '1', '2', '3'].reduce((before, at) => withChange(before, change(at, at)), nothingLive);
    expect(live.changes.map(({ at }) => at)).toEqual(['3', '2', '1']);
  });

  test('lists of a topic alone are read again', () => {
    const live = outdated(outdated(nothingLive, ['waves']), ['waves', 'jobs']);
    expect(live.versions).toEqual({ jobs: 1, validations: 0, waves: 2 });
  });

  test('progress: what came live, else what was asked', () => {
    const jobs = { PENDING: 1, RUNNING: 2, PAUSED: 3, COMPLETED: 4, FAILED: 5, CANCELLED: 6 };
    const figures = { bytes_copied: 1, bytes_total: 2, rate: 5, eta_seconds: 0.2, bottleneck: 'source' } as const;
    const stored = {
      assessment_id: 'assessment-1a2b3c',
      jobs: { total: 21, pending: 1, running: 2, paused: 3, completed: 4, failed: 5, cancelled: 6 },
      ...{ bytes_copied: 1, bytes_total: 2, rows_copied: 0, jobs_not_listed: 7 },
      ...{ bytes_per_second: 5, eta_seconds: 0.2, bottleneck: 'source' as const },
    };
    expect(progressOf(stored, undefined)).toEqual({ jobs, ...figures, not_listed: 7 });
    const live = { assessment: 'a', jobs, ...figures, bytes_copied: 2, rows_copied: 0, not_listed: 0 };
    expect(progressOf(stored, live)).toBe(live);
  });
});

test('the buttons of jobs are the actions of the server, with the same statuses', () => {
  for (const { name, from } of jobActions)
    for (const status of ['PENDING', 'RUNNING', 'PAUSED', 'COMPLETED', 'FAILED', 'CANCELLED'] as const)
      expect([name, status, actionsFor(status).includes(name as never)]).toEqual([name, status, from.includes(status)]);
  expect([...actionsFor(undefined)].sort()).toEqual(jobActions.map(({ name }) => name).sort());
});

describe('views', () => {
  test('readiness: what no table has is left out', () => {
    const counts = { migration_ready: 3, needs_conversion: 0, unknown: 1 };
    expect(readinessOf(counts).map(({ status, tables }) => [status, tables])).toEqual([
      ['READY', 3],
      ['UNKNOWN', 1],
    ]);
    expect(readyShare(counts)).toBe(0.75);
    expect(readyShare({ migration_ready: 0, needs_conversion: 0, unknown: 0 })).toBeNull();
  });

  test('tables: text is looked for anywhere in a name; a pattern stays as it is; the export filters alike', () => {
    const query = { search: ['orders'], formats: ['ORC', 'CSV'], min: ['5'], cursor: ['abc'] };
    expect(filtersOf(query, 'assessment-1a2b3c')).toMatchObject({
      search: '*orders*',
      formats: ['ORC', 'CSV'],
      min_size_gb: '5',
    });
    expect(filtersOf({ search: ['sales.*'] }, 'x')).toMatchObject({ search: 'sales.*' });
    expect(csvAddress(query, 'x')).toBe(
      '/api/tables.csv?assessment_id=x&search=*orders*&formats=ORC&formats=CSV&min_size_gb=5',
    );
  });

  test('changes: the newest assessment with the one before, until others are chosen', () => {
    const list = [{ id: 'c' }, { id: 'b' }, { id: 'a' }];
    expect(chosenPair(list, undefined, undefined)).toEqual({ before: 'b', after: 'c' });
    expect(chosenPair(list, 'a', 'b')).toEqual({ before: 'a', after: 'b' });
    expect(chosenPair(list.slice(0, 1), undefined, undefined)).toBeUndefined();
    expect(shownSide('size', '1305869 bytes')).toMatch(/^1[.,]3\s?MB$/);
    expect(shownSide('size', 'unknown')).toBe('unknown');
    expect(shownSide('schema', '5 bytes')).toBe('5 bytes');
  });

  test('history: kinds of jobs are added up by day, the oldest first', () => {
    const day = (name: string, job_type: string, completed: number, mean_seconds: number | null) => ({
      day: name,
      job_type,
      completed,
      failed: 1,
      cancelled: 0,
      success_rate: null,
      mean_seconds,
      longest_seconds: null,
    });
    const days = [
      day('2026-01-02', 'COPY', 3, 10),
      day('2026-01-02', 'VALIDATE', 1, 2),
      day('2026-01-01', 'COPY', 0, null),
    ];
    expect(dayTotals(days)).toEqual([
      { day: '2026-01-01', completed: 0, failed: 1, cancelled: 0 },
      { day: '2026-01-02', completed: 4, failed: 2, cancelled: 0 },
    ]);
    expect(meanSeconds(days)).toBe(8);
    expect(meanSeconds([])).toBeNull();
  });

  test('table: what happened to it, the oldest first, with every reason', () => {
    const job = { job_id: 'a', job_type: 'COPY' };
    const check = {
      validation_type: 'checksum',
      status: 'failed',
      difference: '1 row differs',
      validated_at: '2026-01-05',
    };
    const story = {
      assessed: { migration_readiness: 'READY', notes: ['crawled'] },
      mapped: { plan: { made_at: '2026-01-02' }, item: { outcome: 'mapped', what: 'lake.a.b', rule: null } },
      jobs: [job],
      changes: [
        { job_id: 'a', status: 'RUNNING', error_message: null, at: '2026-01-03' },
        { job_id: 'a', status: 'FAILED', error_message: '503', at: '2026-01-04' },
      ],
      validated: { checks: [check, { ...check, validation_type: 'row_count', status: 'passed', difference: null }] },
    } as unknown as Parameters<typeof timelineOf>[0];
    expect(timelineOf(story, '2026-01-01').map(({ what, status, text }) => [what, status, text])).toEqual([
      ['Assessed', 'READY', 'crawled'],
      ['Mapped', 'mapped', 'lake.a.b (no rule matches)'],
      ['COPY', 'RUNNING', ''],
      ['COPY', 'FAILED', '503'],
      ['Validated', 'failed', 'checksum: 1 row differs'],
    ]);
    expect(timelineOf({ ...story, mapped: null, changes: [], validated: null }, '2026-01-01')).toHaveLength(1);
  });

  test('validation: both sides of each row that differs, with the columns of all', () => {
    const { columns, pairs } = rowPairs({
      missing: 1,
      extra: 1,
      changed: 1,
      changed_rows: [{ source: { id: '1', a: 'x' }, target: { id: '1', a: 'y' }, columns: ['a'] }],
      missing_rows: [{ id: '2', a: null }],
      extra_rows: [{ id: '3', b: 'z' }],
    });
    expect(columns).toEqual(['id', 'a', 'b']);
    expect(pairs.map(({ kind, source, target }) => [kind, source === null, target === null])).toEqual([
      ['changed', false, false],
      ['missing', false, true],
      ['extra', true, false],
    ]);
  });

  test('drift: the days on which both sides counted rows, the oldest first', () => {
    const day = (name: string, source_value: string | null) => ({
      day: name,
      validation_type: 'row_count' as const,
      results: 1,
      failed: 0,
      status: 'passed' as const,
      source_value,
      target_value: '5',
      difference: null,
    });
    expect(rowCounts([day('2026-01-03', '7'), day('2026-01-02', null), day('2026-01-01', '5')])).toEqual([
      { day: '2026-01-01', source: 5, target: 5 },
      { day: '2026-01-03', source: 7, target: 5 },
    ]);
  });

  test.each([
    [{ passed: 0, warning: 0, failed: 0, none: 0 }, 'Nothing to certify yet'],
    [{ passed: 9, warning: 1, failed: 1, none: 1 }, 'Not certified'],
    [{ passed: 9, warning: 1, failed: 0, none: 1 }, 'Not complete'],
    [{ passed: 9, warning: 1, failed: 0, none: 0 }, 'Only with exceptions'],
    [{ passed: 9, warning: 0, failed: 0, none: 0 }, 'Ready to certify'],
  ])('certificate: %j is %s', (jobs, title) => {
    expect(outlookOf({ assessment_id: 'assessment-1a2b3c', jobs, results: [] })).toMatchObject({ title });
  });
});

test('CSV: quotes, lists, and text that a spreadsheet would run', () => {
  expect(csvLine(['a,b', 'say "x"', ['p', 'q'], null, -3, '=1+1', '-x', '＝1', true])).toBe(
    `"a,b","say ""x""",p; q,,-3,'=1+1,'-x,'＝1,true\r\n`,
  );
});

test('a query string becomes what the schema asks for; what does not fit stays text', () => {
  const schema = {
    properties: {
      limit: { type: 'integer' },
      share: { type: 'number' },
      all: { type: 'boolean' },
      formats: { type: 'array', items: { type: 'string' } },
      search: { type: 'string' },
    },
  };
  expect(
    queryInput(schema, { limit: '5', share: '0.5', all: 'true', formats: 'ORC', search: '5', other: '1' }),
  ).toEqual({ limit: 5, share: 0.5, all: true, formats: ['ORC'], search: '5', other: '1' });
  expect(queryInput(schema, { limit: '5x', all: 'yes', formats: ['ORC', 'CSV'] })).toEqual({
    limit: '5x',
    all: 'yes',
    formats: ['ORC', 'CSV'],
  });
});

describe('machines of waves', () => {
  test('the view knows the statuses and orders of the product', () => {
    expect(statuses).toEqual(machineStatuses);
    expect(shownAttention).toEqual(attentionStatuses);
    expect([...shownNotMoved].sort()).toEqual([...notMovedStatuses].sort());
    expect([...orders].sort()).toEqual(Object.keys(allowedOrders).sort());
  });

  test.each([
    [{ wave: ['shop'] }, ['a', 'b'], { machines: ['a', 'b'] }],
    [{ wave: ['shop'] }, [], { wave: 'shop' }],
    [{ application: ['web'], cursor: ['x'] }, [], { application: 'web' }],
    [{ wave: ['shop'], application: ['web'] }, [], undefined],
    [{ wave: ['shop'], statuses: ['READY'] }, [], undefined],
    [{ wave: ['shop'], search: ['web'] }, [], undefined],
    [{}, [], undefined],
  ])('of %j and %j chosen, an order is about %j', (query, chosen, selection) => {
    expect(selectionOf(query, chosen)).toEqual(selection);
  });
});
