import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compareChecksums } from '../../validation/checks/checksum.js';
import { largestPartition, readHashAnswer } from '../../validation/checks/hash-answer.js';
import { comparePartitions } from '../../validation/checks/partition.js';
import { compareQueryResults } from '../../validation/checks/query.js';
import { compareRowCounts } from '../../validation/checks/row-count.js';
import { detectionPower, planSample } from '../../validation/checks/sample-plan.js';
import { compareSamples, surplus } from '../../validation/checks/sample.js';
import type { SampledRow } from '../../validation/checks/sample.js';
import { withScanProof } from '../../validation/checks/scan-proof.js';
import { compareStatistics } from '../../validation/checks/statistics.js';
import { compareSchemas } from '../../validation/checks/schema.js';
import type { DescribedColumn } from '../../validation/sql/columns-query.js';

const answer = (rows: readonly (readonly unknown[])[]) => ({ rows, types: [] });
const scope = { partitionColumns: 1, columns: ['a'], notCompared: [], asText: [] };
const hashes = (...rows: readonly (readonly [string | null, number, string])[]) =>
  readHashAnswer(
    rows.map(([key, count, hash]) => [key, count, hash, 1, 2]),
    1,
  );

describe('counts and hashes', () => {
  const source = hashes(['a', 2, '0A'], [null, 1, '0B']);

  test('pass where every partition is equal, in any order', () => {
    const target = hashes([null, 1, '0B'], ['a', 2, '0A']);
    for (const result of [
      compareRowCounts(source, target),
      comparePartitions(source, target),
      compareChecksums(source, target, scope),
    ])
      expect(result).toMatchObject({ status: 'passed', difference: null, sourceValue: result.targetValue });
  });

  test('the largest partition is the same in whatever order the engine answers', () => {
    const rows = [['b', 3, '0A'] as const, ['a', 3, '0B'] as const, [null, 2, '0C'] as const];
    for (const order of [rows, rows.toReversed()])
      expect(largestPartition(hashes(...order))).toMatchObject({ values: ['a'], rows: 3n });
    expect(largestPartition(hashes())).toBeUndefined();
  });

  test('a partition value that moved is seen by partition and checksum, though rows and hashes are the same', () => {
    const target = hashes(['b', 2, '0A'], [null, 1, '0B']);
    expect(compareRowCounts(source, target).status).toBe('passed');
    expect(comparePartitions(source, target)).toMatchObject({
      status: 'failed',
      details: { missing: [['a']], extra: [['b']] },
    });
    expect(compareChecksums(source, target, scope).status).toBe('failed');
  });

  test('NULL and the text null are two partitions', () => {
    expect(comparePartitions(hashes([null, 1, '0A']), hashes(['null', 1, '0A'])).status).toBe('failed');
  });

  test('rows lost in one partition and doubled in another are seen', () => {
    const target = hashes(['a', 1, '0A'], [null, 2, '0B']);
    expect(compareRowCounts(source, target).status).toBe('passed');
    expect(comparePartitions(source, target)).toMatchObject({
      status: 'failed',
      details: { otherCounts: [['a'], [null]] },
    });
  });

  test('a number of rows within the tolerance is a warning, and one beyond it fails', () => {
    const [many, fewer] = [hashes(['a', 1000, '0A']), hashes(['a', 999, '0B'])];
    expect(compareRowCounts(many, fewer).status).toBe('failed');
    expect(compareRowCounts(many, fewer, 0.001)).toMatchObject({
      status: 'warning',
      difference: 'The target has 1 rows less.',
      findings: [{ code: 'row-count-tolerated' }],
    });
    expect(compareRowCounts(fewer, many, 0.001).status).toBe('failed');
    expect(compareRowCounts(many, many, 0.001)).toMatchObject({ status: 'passed', findings: [] });
  });

  test('with a column that is not compared, the checksum never passes', () => {
    const notCompared = [{ column: 'sketch', reason: 'it has no text' }];
    expect(compareChecksums(source, source, { ...scope, notCompared })).toMatchObject({
      status: 'warning',
      findings: [{ code: 'column-not-compared' }],
    });
  });

  test('a count without a scan does not pass', () => {
    const figures = { queryId: 'q', rowsRead: 0, bytesRead: 0, elapsedMs: 1 };
    const [result] = withScanProof(
      [compareRowCounts(source, source)],
      { source: 3n, target: 3n },
      { source: figures, target: { ...figures, rowsRead: 3 } },
    );
    expect(result).toMatchObject({ status: 'warning', findings: [{ code: 'scan-not-proven' }] });
  });
});

describe('schemas', () => {
  const column = (name: string, type: string, more: Partial<DescribedColumn> = {}): DescribedColumn => {
    return { name, type, isNullable: true, comment: null, isPartitionKey: false, ...more };
  };
  const own = [column('id', 'bigint'), column('code', 'char(3)'), column('at', 'timestamp(3)')];
  const hive = { target: 'hive' } as const;

  test.each([
    ['the same columns', own, own, 'passed'],
    ['names in another case', own, own.map(({ name, ...rest }) => ({ ...rest, name: name.toUpperCase() })), 'passed'],
    ['a column more at the target', own, [...own, column('x', 'date')], 'failed'],
    ['a column less at the target', own, own.slice(1), 'failed'],
    ['another order', own, own.toReversed(), 'failed'],
    ['another type', own, own.with(0, column('id', 'integer')), 'failed'],
    ['another precision of time', own, own.with(2, column('at', 'timestamp(6)')), 'passed'],
    ['another comment', own, own.with(0, column('id', 'bigint', { comment: 'key' })), 'warning'],
    ['NOT NULL on one side', own, own.with(0, column('id', 'bigint', { isNullable: false })), 'warning'],
    ['another partition key', own, own.with(0, column('id', 'bigint', { isPartitionKey: true })), 'failed'],
    ['a nested name in another case', [column('r', 'row(a integer)')], [column('r', 'row("A" integer)')], 'passed'],
    ['another nested field', [column('r', 'row(a integer)')], [column('r', 'row(b integer)')], 'failed'],
    ['no table', own, [], 'failed'],
  ])('%s: %#', (_, source, target, status) => {
    expect(compareSchemas(source, target, hive).status).toBe(status);
  });

  test('in Iceberg, small integers and char have the types that hold them', () => {
    const source = [column('a', 'tinyint'), column('b', 'array(char(3))')];
    const target = [column('a', 'integer'), column('b', 'array(varchar)')];
    expect(compareSchemas(source, target, { target: 'iceberg' }).status).toBe('passed');
    expect(compareSchemas(source, target, hive).status).toBe('failed');
    expect(compareSchemas(source, source, { target: 'iceberg' }).status).toBe('failed');
  });

  test('the mapping may expect another type', () => {
    const target = [column('id', 'varchar')];
    expect(compareSchemas([column('ID', 'bigint')], target, { ...hive, expectedTypes: { id: 'varchar' } }).status).toBe(
      'passed',
    );
  });
});

describe('statistics', () => {
  const query = { sql: '', statistics: [{ column: 'day', name: 'nulls', sql: '', isRemark: false }] };

  test('compare the figures and the number of rows, which a lost row changes where it changes no figure', () => {
    const answer = { query, source: [['a', 3, 0]], target: [['a', 3, 0]] };
    expect(compareStatistics([answer], 1)).toMatchObject({ status: 'passed', targetValue: '1 of them equal' });
    expect(compareStatistics([{ ...answer, target: [['a', 2, 0]] }], 1)).toMatchObject({
      status: 'failed',
      difference: '1 figures differ, first rows: 3 and 2.',
    });
    expect(compareStatistics([{ ...answer, target: [['a', 3, 1]] }], 1)).toMatchObject({
      status: 'failed',
      targetValue: '0 of them equal',
      difference: "1 figures differ, first nulls of the column 'day': 0 and 1.",
    });
    expect(compareStatistics([{ ...answer, target: [] }], 1).status).toBe('failed');
  });
});

describe('samples', () => {
  const rowOf = fc.record({
    partition: fc.constant<readonly string[]>([]),
    hash: fc.bigInt(),
    copies: fc.bigInt({ min: 1n, max: 3n }),
    texts: fc.tuple(fc.constantFrom(null, '', 'a', 'b'), fc.constantFrom('x', 'y')),
  });
  const rows = fc.uniqueArray(rowOf, { selector: ({ texts }) => JSON.stringify(texts) });
  const listOf = (some: readonly SampledRow[]): string[] =>
    some.flatMap(({ texts, copies }) => Array.from({ length: Number(copies) }, () => JSON.stringify(texts))).sort();

  test('surplus is the difference of multisets', () => {
    fc.assert(
      fc.property(rows, rows, (own, other) => {
        const rest = listOf(other);
        const expected = listOf(own).filter((text) => {
          const at = rest.indexOf(text);
          if (at >= 0) rest.splice(at, 1);
          return at < 0;
        });
        expect(listOf(surplus(own, other))).toEqual(expected);
      }),
    );
  });

  const whole = (rows: bigint, wanted = 1000) => planSample([{ values: [], rows }], wanted, 'abcdef');

  test('an empty sample of a table with rows shows nothing', () => {
    expect(compareSamples([], [], whole(1_000n, 10))).toMatchObject({
      status: 'warning',
      findings: [{ code: 'sample-empty' }],
    });
    expect(compareSamples([], [], whole(0n)).status).toBe('passed');
  });

  test('the run decides which rows, and the power is stated', () => {
    expect(whole(1_000_000n)).toEqual(whole(1_000_000n));
    expect(whole(1_000_000n).offset).not.toBe(planSample([], 1000, 'abcdee').offset);
    expect(whole(1_000_000n)).toMatchObject({ oneIn: 512, strata: [] });
    expect(whole(10n).oneIn).toBe(1);
    expect(detectionPower(0.5)[0]).toEqual({ damagedRows: 1, lost: 0.5, changed: 0.75 });
  });
});

describe('queries', () => {
  const query = (sql: string, isTotallyOrdered = false) => ({ id: 'q', source: sql, target: sql, isTotallyOrdered });
  const rows = [
    [1, 'a'],
    [2, 'b'],
  ];

  test.each([
    ['SELECT a, b FROM t', rows, rows.toReversed(), 'passed'],
    ['SELECT a, b FROM t', rows, [[1, 'a']], 'failed'],
    ['SELECT a, b FROM t', [[1], [1]], [[1]], 'failed'],
    ['SELECT a FROM t', [[null]], [['']], 'failed'],
    ['SELECT a FROM t', [[9007199254740993n]], [[9007199254740992]], 'failed'],
    ['SELECT a FROM t', [], [], 'warning'],
    ['SELECT a FROM t LIMIT 2', rows, rows, 'warning'],
    ['SELECT a FROM t LIMIT 2', rows, [[3]], 'warning'],
    ['SELECT a FROM (SELECT a FROM t ORDER BY a LIMIT 2)', rows, rows, 'warning'],
    ['SELECT rand() AS r FROM t', rows, rows, 'warning'],
    ['SELECT current_date AS d, a FROM t', rows, rows, 'warning'],
    ['SELECT array_agg(a) AS l FROM t', rows, rows, 'warning'],
    ["SELECT array_join(array_agg(a ORDER BY a), ',') AS l FROM t", rows, rows, 'passed'],
    ['SELECT approx_distinct(a) AS n FROM t', rows, rows, 'warning'],
    ['SELECT a, row_number() OVER (ORDER BY a) AS n FROM t', rows, rows, 'warning'],
    ['SELECT "$path" AS p FROM t', rows, rows, 'warning'],
    ['SELECT a FROM t TABLESAMPLE BERNOULLI (10)', rows, rows, 'warning'],
    ['SELECT list FROM t', [[[1]]], [[[1]]], 'warning'],
    ['SELEC a', rows, rows, 'warning'],
  ])('%s: %#', (sql, source, target, status) => {
    expect(compareQueryResults(query(sql), answer(source), answer(target)).status).toBe(status);
  });

  const daily = 'SELECT day, sum(price) AS s FROM t GROUP BY day';
  const [mon, tue] = [0.30000000000000004, 1e300];
  const sums = [
    ['mon', mon],
    ['tue', tue],
  ];
  test.each([
    ['equal', daily, 'double', sums, 'passed'],
    ['the last digit, rows in another order', daily, 'double', [sums[1], ['mon', 0.3]], 'warning'],
    ['another sum', daily, 'double', [sums[1], ['mon', 0.300001]], 'failed'],
    ['another day', daily, 'double', [sums[1], ['sun', mon]], 'failed'],
    ['a row less', daily, 'double', [sums[1]], 'failed'],
    ['no number', daily, 'double', [sums[1], ['mon', 'NaN']], 'failed'],
    ['sums that are exact', daily, 'decimal(38,2)', [sums[1], ['mon', 0.3]], 'failed'],
    ['values that no sum has made', 'SELECT day, price FROM t', 'double', [sums[1], ['mon', 0.3]], 'failed'],
  ])('sums of floating-point numbers depend on the order of the rows: %s', (_what, sql, type, other, status) => {
    const types = ['varchar', type];
    const result = compareQueryResults(query(sql), { rows: sums, types }, { rows: other as typeof sums, types });
    expect(result.status).toBe(status);
    expect(result.findings.map(({ code }) => code)).toEqual(status === 'warning' ? ['query-not-judged'] : []);
  });

  test.each([
    ['ROWS', 'warning'],
    ['RANGE', 'passed'],
    ['GROUPS', 'passed'],
  ])('a window of %s', (unit, status) => {
    const sql = `SELECT a, count(b) OVER (ORDER BY a ${unit} BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS n FROM t`;
    expect(compareQueryResults(query(sql), answer(rows), answer(rows)).status).toBe(status);
  });

  test('a total order makes a sequence, and LIMIT certain', () => {
    const sql = 'SELECT a, b FROM t ORDER BY a LIMIT 2';
    expect(compareQueryResults(query(sql, true), answer(rows), answer(rows)).status).toBe('passed');
    expect(compareQueryResults(query(sql, true), answer(rows), answer(rows.toReversed())).status).toBe('failed');
    expect(compareQueryResults(query('SELECT a FROM t', true), answer(rows), answer(rows)).status).toBe('warning');
  });

  test.each([
    ['the same time', 'timestamp', '2024-01-01 00:00:00.120', 'timestamp(6)', '2024-01-01 00:00:00.120000', 'passed'],
    ['a whole second', 'timestamp(3)', '2024-01-01 00:00:00.000', 'timestamp(0)', '2024-01-01 00:00:00', 'passed'],
    [
      'a zone',
      'timestamp(3) with time zone',
      '2024-01-01 00:00:00.100 UTC',
      'timestamp(6) with time zone',
      '2024-01-01 00:00:00.100000 UTC',
      'passed',
    ],
    ['another time', 'timestamp(3)', '2024-01-01 00:00:00.120', 'timestamp(6)', '2024-01-01 00:00:00.121000', 'failed'],
    [
      'digits that one side cannot have',
      'timestamp(3)',
      '2024-01-01 00:00:00.120',
      'timestamp(6)',
      '2024-01-01 00:00:00.120400',
      'warning',
    ],
    [
      'a text that looks like a time',
      'varchar',
      '2024-01-01 00:00:00.10',
      'varchar',
      '2024-01-01 00:00:00.1',
      'failed',
    ],
    ['an interval', 'interval day to second', '0 00:00:01.100', 'interval day to second', '0 00:00:01.1', 'failed'],
  ])(
    'times are compared without the zeros that their types add: %s',
    (_what, type, value, otherType, other, status) => {
      const one = { rows: [[value, 1]], types: [type, 'bigint'] };
      const two = { rows: [[other, 1]], types: [otherType, 'bigint'] };
      const sql = 'SELECT max(at), count(*) FROM t';
      expect(compareQueryResults(query(sql), one, two).status).toBe(status);
      expect(compareQueryResults(query(sql), two, one).status).toBe(status);
    },
  );
});
