import { expect, test } from '@jest/globals';
import { parseQuery } from '../../registration/trino-sql/parse-query.js';
import { bucketHashes, countAndHash, rowsOfBuckets } from '../../validation/sql/row-hash-queries.js';
import type { Scan } from '../../validation/sql/scan.js';
import { groupsOfPartitions, statisticsQueries } from '../../validation/sql/statistics.js';
import { mutationsOf } from '../../validation/power/mutations.js';
import { addedRowQuery, powerQuery } from '../../validation/power/power-query.js';
import { comparedColumn } from '../support/forms.js';

const types = [
  ...['boolean', 'tinyint', 'bigint', 'date', 'real', 'double', 'decimal(10,2)', 'decimal(38,2)', 'varchar', 'char(3)'],
  ...[
    'varbinary',
    'timestamp(3)',
    'timestamp(6)',
    'timestamp(6) with time zone',
    'time(6)',
    'uuid',
    'json',
    'ipaddress',
  ],
  ...['array(varchar)', 'map(varchar, double)', 'row(a integer, "b c" array(row(d date)))'],
];
const columns = types.map((type, index) => comparedColumn(`the "${index}"`, type));
const table: Scan = {
  side: 'source',
  table: { catalog: 'hive', schema: "o'brien", table: 'a"b' },
  columns,
  partitionColumns: [],
};
const scan: Scan = {
  ...table,
  partitionColumns: columns.slice(0, 12),
  partitions: [
    Array.from({ length: 12 }, () => null),
    ['true', '1', '2', '2024-01-01', 'FF', 'FF', '1.5', '2.5', "o'x", 'a', 'FF', '2024-01-01 00:00:00.000'],
  ],
};
/** A type of each way of being mutated: parsing takes its time, and Trino runs the queries of every type elsewhere. */
const mutated = columns.filter((_, index) => [0, 6, 8, 18, 19, 20].includes(index));

const queries = {
  countAndHash: countAndHash(scan),
  'countAndHash of a snapshot': countAndHash({ ...table, snapshotId: '4711' }),
  bucketHashes: bucketHashes(scan, 64),
  rowsOfBuckets: rowsOfBuckets(scan, { buckets: 64, wanted: [1, 2] }),
  statistics: statisticsQueries(scan, true)[0]?.sql ?? '',
  'statistics of groups of partitions': statisticsQueries(scan, true, 1024)[0]?.sql ?? '',
  power: powerQuery(scan, mutated, mutationsOf({ ...scan, columns: mutated, hasWholeRows: true })),
  'power over a table without rows': addedRowQuery(scan, mutated),
};

test.each(Object.entries(queries))('%s is SQL that Trino parses, whatever the names and types are', (_, sql) => {
  expect(parseQuery(sql)).toMatchObject({ ok: true });
});

test('columns are hashed in the order of the source, and under their own names, whatever the order at the target is', () => {
  const [one, two] = [
    { name: { source: 'A', target: 'a' }, form: comparedColumn('a', 'bigint').form },
    { name: { source: 'b', target: 'B' }, form: comparedColumn('b', 'varchar').form },
  ];
  const both = (['source', 'target'] as const).map((side) => countAndHash({ ...table, side, columns: [one, two] }));
  expect(both[1]?.toLowerCase()).toBe(both[0]?.toLowerCase());
  expect(both[1]).toContain('"B"');
});

test('a table is read at the snapshot, and a wrong snapshot is refused', () => {
  expect(queries['countAndHash of a snapshot']).toContain('FOR VERSION AS OF 4711');
  expect(() => countAndHash({ ...scan, snapshotId: '1; DROP' })).toThrow(SyntaxError);
});

test('no partitions chosen means no rows, not all rows', () => {
  expect(countAndHash({ ...scan, partitions: [] })).toContain('WHERE false');
});

test('the statistics of a wide table are asked for in several queries, each column once', () => {
  const wide = Array.from({ length: 120 }, (_, index) => comparedColumn(`c${index}`, 'bigint'));
  const asked = statisticsQueries({ ...table, columns: wide }, false);
  expect(asked.map(({ statistics }) => statistics.length)).toEqual([200, 200, 80]);
  expect(new Set(asked.flatMap(({ statistics }) => statistics.map(({ column }) => column))).size).toBe(120);
});

test('the figures of more partitions than the memory holds are those of groups', () => {
  const of = (partitions: number) => groupsOfPartitions({ ...scan, columns: columns.slice(2, 3) }, false, partitions);
  expect([1, 1_000_000, 2_000_000].map(of)).toEqual([undefined, undefined, 1_048_576]);
  const [grouped] = statisticsQueries(scan, false, 1024);
  expect(grouped?.sql).toMatch(/^SELECT CAST\(bitwise_and\(.*, 1023\) AS varchar\) AS p1, count\(\*\) .* GROUP BY 1$/s);
  expect(grouped?.statistics).toEqual(statisticsQueries(scan, false)[0]?.statistics);
});
