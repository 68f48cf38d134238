import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Diagnostic } from '../../core/diagnostic.js';
import { diagnostic } from '../../core/diagnostic.js';
import { fail } from '../../core/result.js';
import { openSides } from '../../validation/engines/sides.js';
import type { TableValidation } from '../../validation/table/validate-table.js';
import { validateTable } from '../../validation/table/validate-table.js';
import type { TablePair, ValidationOptions } from '../../validation/table/table-pair.js';
import { valueOf } from '../support/assess-run.js';
import { FakeEngine } from '../support/fake-engine.js';
import type { FakeAnswers } from '../support/fake-engine.js';
import { recordSpans } from '../support/recorded-spans.js';
import type { RecordedSpans } from '../support/recorded-spans.js';

const pair: TablePair = {
  key: 'table:sales.orders',
  source: { catalog: 'glue', schema: 'sales', table: 'orders' },
  target: { catalog: 'hive', schema: 'sales', table: 'orders' },
  partitionColumns: ['day'],
  schema: { target: 'hive' },
};
const columns = [
  ['id', 'bigint', 'YES', null, null],
  ['sketch', 'varchar', 'YES', null, null],
  ['day', 'date', 'YES', null, 'partition key'],
];
/** Eight figures of a bigint and so on, none of them filled. */
const statistics = [['2024-01-01', 2, ...Array.from({ length: 14 }, () => 0)]];
const answers: FakeAnswers = [
  [/information_schema/, columns],
  [/count_if/, statistics],
  [/AS bucket/, [['2024-01-01', 0, 2, 'AB']]],
  [/AS t1/, [['2024-01-01', 11n, 2, '["1","x","2024-01-01"]']]],
  [/min\(row_hash\)/, [['2024-01-01', 2, 'AB', 5, 6]]],
];
const broken = fail([diagnostic({ code: 'trino-timeout', message: 'Trino did not answer.', fix: 'Wait.' })]);

async function validate(
  source: FakeAnswers,
  target: FakeAnswers,
  options: Partial<ValidationOptions> = {},
  rowsRead: number | null = 1_000,
): Promise<TableValidation> {
  const sides = await openSides(
    new FakeEngine({ service: 'trino', instance: 'a', catalog: 'glue', version: '476' }, [...source, ...answers]),
    new FakeEngine(
      { service: 'trino', instance: 'a', catalog: 'hive', version: '476' },
      [...target, ...answers],
      rowsRead,
    ),
  );
  return validateTable(pair, { runId: 'run', provesPower: false, ...options }, valueOf(sides));
}

const statuses = ({ results }: TableValidation) =>
  Object.fromEntries(results.map(({ check, status }) => [check, status]));
const isLenient = ({ code }: Diagnostic): boolean => code === 'compared-leniently';
const passed = {
  schema: 'passed',
  row_count: 'passed',
  partition: 'passed',
  checksum: 'passed',
  statistics: 'passed',
  sample: 'passed',
};

let spans: RecordedSpans;
beforeAll(() => {
  spans = recordSpans();
});
afterAll(() => spans.stop());

describe('a table', () => {
  test('with equal answers passes every check, and each query is recorded', async () => {
    const validation = await validate([], []);
    expect(statuses(validation)).toEqual(passed);
    expect(validation.queries.map(({ side, purpose }) => `${purpose} ${side}`)).toEqual(
      ['columns', 'objects', 'hash', 'statistics', 'sample']
        .flatMap((purpose) => [`${purpose} source`, `${purpose} target`])
        // The fake source has no file to look for.
        .filter((purpose) => purpose !== 'objects target'),
    );
  });

  test('has a span for each check that asks both sides', async () => {
    const before = spans.ended.length;
    await validate([], []);
    expect(spans.ended.slice(before).map(({ name }) => name)).toEqual([
      'check row hashes',
      'check statistics',
      'check sample',
    ]);
  });

  test('only the checks that are asked for are in the results', async () => {
    expect(statuses(await validate([], [], { checks: ['row_count'] }))).toEqual({ row_count: 'passed' });
  });

  test.each([
    ['columns', /information_schema/, Object.keys(passed)],
    ['hashes', /min\(row_hash\)/, ['row_count', 'partition', 'checksum', 'sample']],
    ['statistics', /count_if/, ['statistics']],
    ['samples', /AS t1/, ['sample']],
  ])('a failed query of %s is a failed check', async (_, pattern, checks) => {
    const failed = Object.fromEntries(checks.map((check) => [check, 'failed']));
    expect(statuses(await validate([], [[pattern, broken]]))).toEqual({ ...passed, ...failed });
  });

  test('a column that only the target has is no reason to pass', async () => {
    const more = [...columns, ['extra', 'date', 'YES', null, null]];
    expect(statuses(await validate([], [[/information_schema/, more]]))).toMatchObject({
      schema: 'failed',
      checksum: 'warning',
    });
  });

  test('values that a rule lets count as equal are a finding of each check that reads them', async () => {
    const rules = { byType: { varchar: { emptyText: 'equal-to-null', trailingBlanks: 'equal' } } } as const;
    const { results } = await validate([], [], { rules });
    const finding = (what: string) =>
      expect.objectContaining({ message: `Under a rule of the mapping, ${what} counted as equal in 'sketch'.` });
    const lenient = [finding('text with and without blanks at its end'), finding('empty text and NULL')];
    const found = results.map(({ check, findings }) => [check, findings.filter(isLenient)]);
    expect(Object.fromEntries(found)).toEqual({
      ...{ schema: [], row_count: [], partition: [] },
      ...{ checksum: lenient, statistics: lenient, sample: lenient },
    });
  });

  test('a column of another type is not cast, and not forgotten', async () => {
    const other = columns.with(1, ['sketch', 'varbinary', 'YES', null, null]);
    const { results } = await validate([], [[/information_schema/, other]], { checks: ['schema', 'checksum'] });
    expect(results).toMatchObject([
      { check: 'schema', status: 'failed' },
      {
        check: 'checksum',
        status: 'warning',
        findings: [{ code: 'column-not-compared', message: expect.stringContaining("'sketch'") }],
      },
    ]);
  });

  test('a table that the target does not have fails every check', async () => {
    const failed = Object.fromEntries(Object.keys(passed).map((check) => [check, 'failed']));
    expect(statuses(await validate([], [[/information_schema/, []]]))).toEqual(failed);
  });

  test('a table whose columns an engine does not describe fails with the reason of that engine', async () => {
    const { results } = await validate(
      [
        [/information_schema/, []],
        [/ LIMIT 0$/, broken],
      ],
      [],
    );
    expect(results.find(({ check }) => check === 'checksum')?.difference).toContain('At the source: ');
  });

  test('checks that could not be proven are weak, and do not pass', async () => {
    const validation = await validate([[/is_victim/, broken]], [], { provesPower: true });
    expect(validation.power?.weak).toEqual(['row_count', 'partition', 'checksum', 'statistics', 'sample']);
    expect(statuses(validation)).toEqual({
      ...Object.fromEntries(Object.keys(passed).map((check) => [check, 'warning'])),
      schema: 'passed',
    });
  });

  test('a side that is much larger than the other is not read whole for the sample', async () => {
    const { queries, results } = await validate([], [[/min\(row_hash\)/, [['2024-01-01', 1_000_000, 'AC', 5, 6]]]]);
    expect(queries.some(({ purpose }) => purpose === 'sample')).toBe(true);
    expect(results.find(({ check }) => check === 'sample')?.details).toMatchObject({ oneIn: 512 });
  });

  test('a table of which every column is excluded has nothing that shows that it is equal', async () => {
    const byColumn = { id: { isExcluded: true }, sketch: { isExcluded: true }, day: { isExcluded: true } };
    const failed = Object.fromEntries(Object.keys(passed).map((check) => [check, 'failed']));
    const validation = await validate([], [], { rules: { byColumn } });
    expect(statuses(validation)).toEqual({ ...failed, schema: 'passed' });
    expect(validation.results[1]?.difference).toContain('no column that can be compared');
  });

  test('without rows on both sides passes, and says so; with a power that was shown by a row that was added', async () => {
    const empty: FakeAnswers = [
      [/min\(row_hash\)/, []],
      [/count_if/, []],
      [/AS t1/, []],
    ];
    const validation = await validate(empty, empty, { provesPower: true });
    expect(statuses(validation)).toEqual(passed);
    expect(validation.power).toMatchObject({ weak: [], mutations: [{ kind: 'add' }] });
    const { findings } = validation.results.find(({ check }) => check === 'row_count') ?? {};
    expect(findings).toMatchObject([{ code: 'validation-table-empty' }]);
  });

  test('that is gone before it is located says why it shows no rows', async () => {
    const other: FakeAnswers = [[/min\(row_hash\)/, [['2024-01-01', 2, 'AC', 5, 6]]]];
    const gone = await validate([[/AS bucket/, broken]], other);
    expect(gone).toMatchObject({ located: null, notLocated: 'At the source: Trino did not answer.' });
    const changed = await validate([], other);
    expect(changed.located).toMatchObject({ isComplete: false, leftOut: expect.stringContaining('changed meanwhile') });
  });

  test('that is cancelled is not asked any more, and every check that was left has failed', async () => {
    const controller = new AbortController();
    const stopping: FakeAnswers = [[/min\(row_hash\)/, [['2024-01-01', 2, 'AB', 5, 6]]]];
    const engines = ['glue', 'hive'].map(
      (catalog) =>
        new (class extends FakeEngine {
          override query(sql: string) {
            if (sql.includes('min(row_hash)')) controller.abort();
            return super.query(sql);
          }
        })({ service: 'trino', instance: 'a', catalog, version: '476' }, [...stopping, ...answers]),
    );
    const [from, to] = engines as [FakeEngine, FakeEngine];
    const sides = valueOf(await openSides(from, to));
    const validation = await validateTable(pair, { runId: 'run', signal: controller.signal }, sides);
    expect(statuses(validation)).toMatchObject({ statistics: 'failed', sample: 'failed' });
    expect(validation.results.some(({ status }) => status === 'passed')).toBe(true);
    expect(from.asked.at(-1)).toContain('min(row_hash)');
  });

  test('a count that the engine read no rows for does not pass', async () => {
    expect(statuses(await validate([], [], {}, 0))).toMatchObject({ row_count: 'warning', checksum: 'warning' });
  });
});

describe('test queries', () => {
  const query = (sql: string) => ({ id: 'q', source: sql, target: sql, isTotallyOrdered: false });
  const own = query('SELECT count(*) AS n FROM sales.orders');
  const plain: FakeAnswers = [[/^SELECT count\(\*\) AS n FROM "?sales/, [[2]]]];
  const results = async (source: FakeAnswers, ...queries: readonly ReturnType<typeof query>[]) => {
    const options = { checks: ['query' as const], provesPower: true, queries };
    return (await validate([...source, ...plain], plain, options)).results;
  };

  test('that see a lost row pass', async () => {
    expect(await results([[/row_hash <> 5/, [[1]]]], own)).toMatchObject([
      { status: 'passed', details: { sees: 'a lost row' } },
    ]);
  });

  test('that see only larger damage pass, and the result says which', async () => {
    const source: FakeAnswers = [
      [/row_hash <> 5/, [[2]]],
      [/bitwise_and\(row_hash, 63\) <> 0/, [[2]]],
      [/bitwise_and\(row_hash, 1\) = 0/, [[1]]],
    ];
    expect(await results(source, own)).toMatchObject([
      { status: 'passed', details: { sees: 'half of the rows lost' } },
    ]);
  });

  test('that do not see the table without its rows are weak', async () => {
    expect(await results([[/\$c1" AS "id"/, [[2]]]], own)).toMatchObject([
      { status: 'warning', details: { sees: null }, findings: [{ code: 'check-weak' }] },
    ]);
  });

  test('of which that cannot be tried are not strong', async () => {
    const pinned = query('SELECT count(*) AS n FROM sales.orders FOR VERSION AS OF 1');
    expect(await results([[/min\(row_hash\)/, [['2024-01-01', 2, 'AB', 5, 6]]]], pinned)).toMatchObject([
      { status: 'warning', findings: [{ code: 'query-power-unknown' }] },
    ]);
    expect(await results([[/row_hash <> 5/, broken]], own)).toMatchObject([
      { status: 'warning', findings: [{ code: 'query-power-unknown' }] },
    ]);
  });

  test('of other tables are no checks of this one', async () => {
    expect(await results([], query('SELECT count(*) AS n FROM sales.lines'))).toEqual([]);
  });
});

describe('the sides', () => {
  const engine = (catalog: string, more: FakeAnswers = []): FakeEngine =>
    new FakeEngine({ service: 'trino', instance: 'a', catalog, version: '476' }, [...more, ...answers]);

  test('cannot be the same', async () => {
    expect(await openSides(engine('hive'), engine('hive'))).toMatchObject({
      error: [{ code: 'validation-same-side' }],
    });
  });

  test('cannot be two catalogs that lead to the same object', async () => {
    const file: FakeAnswers = [[/LIMIT 1$/, [['s3a://sales/orders/day=1/a.parquet', '2024-01-01 00:00:00.000000']]]];
    const validation = await validate(file, file);
    expect(statuses(validation)).toEqual(Object.fromEntries(Object.keys(passed).map((check) => [check, 'failed'])));
    expect(validation.results[0]?.difference).toContain('would be compared with itself');
    const copied = await validate(file, [[/s3:\/\/sales.*'2024-01-01 00:00:00.000000'/, []]]);
    expect(statuses(copied)).toEqual(passed);
  });

  test('of which that is not known do not pass', async () => {
    const validation = await validate([[/"\$path"/, broken]], []);
    expect(statuses(validation)).toMatchObject({ row_count: 'warning', checksum: 'warning' });
    expect(validation.results[1]?.findings).toMatchObject([{ code: 'validation-objects-unknown' }]);
    const athena = new FakeEngine({ service: 'athena', instance: 'a', catalog: 'glue', version: '' }, [
      [/"\$path"/, broken],
      ...answers,
    ]);
    const sides = valueOf(await openSides(athena, engine('hive')));
    const { results } = await validateTable(pair, { runId: 'run', provesPower: false }, sides);
    expect(results[1]).toMatchObject({ status: 'passed', findings: [{ code: 'validation-objects-unknown' }] });
  });

  test('are read at a snapshot that both have; where the source is at another by now, or they have none, it is told', async () => {
    const iceberg = { ...pair, isIceberg: true };
    const at = (...ids: readonly (readonly [number, boolean])[]): FakeAnswers => [[/snapshots"/, ids]];
    const snapshotsOf = async (source: FakeAnswers, target: FakeAnswers) => {
      const sides = valueOf(await openSides(engine('glue', source), engine('hive', target)));
      const validation = await validateTable(iceberg, { runId: 'run', provesPower: false }, sides);
      const { findings = [], status } = validation.results.find(({ check }) => check === 'row_count') ?? {};
      return [validation.snapshots, findings.map(({ code }) => code), status];
    };
    const moved = { source: '1', target: '1' };
    expect(await snapshotsOf(at([1, true]), at([1, true]))).toEqual([moved, [], 'passed']);
    // Written since, rolled back, and emptied of its main branch.
    for (const now of [at([1, false], [2, true]), at([0, true], [1, false]), at([1, false])])
      expect(await snapshotsOf(now, at([1, true]))).toEqual([moved, ['validation-source-went-on'], 'warning']);
    expect(await snapshotsOf(at([1, true]), at([1, false], [3, true]))).toEqual([
      { source: '1', target: '3' },
      ['validation-snapshot-not-shared'],
      'passed',
    ]);
    expect(await snapshotsOf(at([1, true]), at())).toEqual([
      { source: '1' },
      ['validation-snapshot-not-shared'],
      'passed',
    ]);
    expect(await snapshotsOf(at(), at())).toEqual([{}, [], 'passed']);
  });

  test('must answer', async () => {
    expect(await openSides(engine('glue'), engine('hive', [[/^SELECT 1/, broken]]))).toMatchObject({
      error: [{ code: 'trino-timeout' }],
    });
  });

  test('a type that one of them hashes differently is compared as text, and the result says so', async () => {
    const other = engine('hive', [[/ AS t \(n, v\)/, [['varchar', '0000000000000000']]]]);
    const sides = valueOf(await openSides(engine('glue'), other));
    expect(sides.demoted.get('varchar')).toContain('hashes it to 0000000000000000');
    const { results } = await validateTable(pair, { runId: 'run', checks: ['checksum'], provesPower: false }, sides);
    expect(results[0]?.findings).toContainEqual(expect.objectContaining({ code: 'column-compared-as-text' }));
  });

  test('a type that one of them cannot parse is found among the others', async () => {
    const noUuid = engine('hive', [
      [/UNION ALL/, broken],
      [/UUID/, broken],
    ]);
    const sides = valueOf(await openSides(engine('glue'), noUuid));
    expect([...sides.demoted]).toEqual([['uuid', 'Trino did not answer.']]);
  });
});

describe('some partitions', () => {
  const partitions = [['2024-01-01']];

  test('are no reason to pass, whatever they hold', async () => {
    const validation = await validate([], [], { partitions });
    expect(statuses(validation)).toEqual({
      schema: 'passed',
      row_count: 'warning',
      partition: 'warning',
      checksum: 'warning',
      statistics: 'warning',
      sample: 'warning',
    });
    expect(validation.results.find(({ check }) => check === 'checksum')).toMatchObject({
      difference: 'Only these partitions were compared: day=2024-01-01.',
      findings: [{ code: 'partitions-not-compared' }],
    });
  });

  test('that neither side has are a failure', async () => {
    const empty: FakeAnswers = [[/min\(row_hash\)/, []]];
    expect(statuses(await validate(empty, empty, { partitions }))).toMatchObject({
      row_count: 'failed',
      partition: 'failed',
      checksum: 'failed',
      sample: 'failed',
    });
  });
});

test('a tolerance counts for a source without snapshots only', async () => {
  const fewer: FakeAnswers = [[/min\(row_hash\)/, [['2024-01-01', 1, 'AC', 5, 6]]]];
  const validation = await validate([], fewer, { rowCountTolerance: 0.5, checks: ['row_count'] });
  expect(statuses(validation)).toEqual({ row_count: 'warning' });
});

test('figures of a masked column are shown as hashes', async () => {
  const other: FakeAnswers = [[/count_if/, [['2024-01-01', 2, ...Array.from({ length: 14 }, () => 'secret')]]]];
  const rules = { byColumn: { id: { isMasked: true }, sketch: { isMasked: true }, day: { isMasked: true } } };
  const shown = JSON.stringify((await validate([], other, { rules })).results);
  expect(shown).toContain('sha256:');
  expect(shown).not.toContain('secret');
});

test('the files of partitions that differ are named where they are asked for', async () => {
  const files = (side: string): FakeAnswers => [[/"\$path"/, [[`s3://${side}/day=2024-01-01/1.parquet`]]]];
  const other: FakeAnswers = [[/min\(row_hash\)/, [['2024-01-01', 2, 'AC', 5, 6]]]];
  const validation = await validate(files('raw'), [...other, ...files('lake')], { namesFiles: true });
  expect(validation.files).toEqual({
    source: ['s3://raw/day=2024-01-01/1.parquet'],
    target: ['s3://lake/day=2024-01-01/1.parquet'],
  });
  const unanswered: FakeAnswers = [[/"\$path"/, broken]];
  expect((await validate(unanswered, [...other, ...files('lake')], { namesFiles: true })).files).toBeNull();
  expect((await validate([], [], { namesFiles: true })).files).toBeNull();
});
