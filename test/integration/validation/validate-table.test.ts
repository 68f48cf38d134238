import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { trinoClient } from '../../../clients/trino/index.js';
import { trinoEngine } from '../../../validation/engines/trino-engine.js';
import { openSides } from '../../../validation/engines/sides.js';
import type { QueryEngine } from '../../../validation/engines/query-engine.js';
import type { Sides } from '../../../validation/engines/sides.js';
import { validateTable } from '../../../validation/table/validate-table.js';
import type { TableValidation } from '../../../validation/table/validate-table.js';
import type { TablePair } from '../../../validation/table/table-pair.js';
import { valueOf } from '../../support/assess-run.js';
import { sharedLakehouse } from '../../support/shared-lakehouse.js';
import type { SharedLakehouse } from '../../support/shared-lakehouse.js';
import { askIn } from './sheet-tables.js';
import type { Ask } from './sheet-tables.js';

const schema = `validation_${randomBytes(3).toString('hex')}`;
const bucket = schema.replace('_', '-');

let lakehouse: SharedLakehouse;
let ask: Ask;
let sides: Sides;

const orders =
  'SELECT id, name, amount, at, tags, day FROM (SELECT id, to_hex(xxhash64(to_utf8(CAST(id AS varchar)))) AS name, ' +
  "CAST(mod(id * 7919, 10007) / DECIMAL '7.00' AS decimal(12,2)) AS amount, " +
  "date_add('second', id, TIMESTAMP '1969-12-31 23:00:00.000') AS at, ARRAY[mod(id, 3), mod(id, 5)] AS tags, " +
  "date_add('day', mod(id, 4), DATE '2024-01-01') AS day FROM UNNEST(sequence(1, 4000)) AS t (id))";

beforeAll(async () => {
  lakehouse = await sharedLakehouse();
  ask = askIn(lakehouse);
  await lakehouse.putObjects(bucket, new Map());
  await ask(`CREATE SCHEMA hive.${schema} WITH (location = 's3://${bucket}/hive/')`);
  await ask(`CREATE SCHEMA iceberg.${schema}`);
  await ask(`CREATE TABLE hive.${schema}.orders WITH (format = 'PARQUET', partitioned_by = ARRAY['day']) AS ${orders}`);
  await ask(`CREATE TABLE iceberg.${schema}.orders WITH (partitioning = ARRAY['day']) AS ${orders}`);
  const client = trinoClient(lakehouse.lakehouse.access());
  const catalogSession = { timestamp_precision: 'MILLISECONDS' };
  const source = valueOf(await trinoEngine(client, { catalog: 'hive', catalogSession }));
  const target = valueOf(await trinoEngine(client, { catalog: 'iceberg' }));
  sides = valueOf(await openSides(source, target));
}, 1_200_000);

afterAll(async () => {
  for (const catalog of ['hive', 'iceberg']) await ask(`DROP SCHEMA IF EXISTS ${catalog}.${schema} CASCADE`);
  await lakehouse.removeBucket(bucket);
}, 300_000);

function pairOf(table: string, target = table): TablePair {
  return {
    key: `table:sales.${table}`,
    source: { catalog: 'hive', schema, table },
    target: { catalog: 'iceberg', schema, table: target },
    partitionColumns: table === 'orders' ? ['day'] : [],
    schema: { target: 'iceberg' },
  };
}

const differencesOf = ({ results }: TableValidation) =>
  results.map(({ check, status, difference }) => [check, status, difference]);

const statuses = ({ results }: TableValidation) =>
  Object.fromEntries(results.map(({ check, status }) => [check, status]));

test('the real Trino hashes the golden vectors as the code says', () => {
  expect([...sides.demoted]).toEqual([]);
});

test('an equal table passes, and its checks are shown to see damage', async () => {
  const queries = [
    {
      id: 'sums',
      source: `SELECT day, sum(amount) AS s FROM hive.${schema}.orders GROUP BY day`,
      target: `SELECT day, sum(amount) AS s FROM iceberg.${schema}.orders GROUP BY day`,
      isTotallyOrdered: false,
    },
  ];
  const validation = await validateTable(pairOf('orders'), { runId: 'one', queries }, sides);
  expect(validation.results.map(({ difference, findings }) => [difference, findings])).toEqual(
    validation.results.map(() => [null, []]),
  );
  const all = {
    schema: 'passed',
    row_count: 'passed',
    partition: 'passed',
    checksum: 'passed',
    statistics: 'passed',
    sample: 'passed',
    query: 'passed',
  };
  expect(statuses(validation)).toEqual(all);
  expect(validation.located).toBeNull();
  expect(validation.power?.weak).toEqual([]);
  expect(
    validation.power?.mutations.filter(({ isApplied, seenBy }) => isApplied && !seenBy.includes('checksum')),
  ).toEqual([]);
  expect(new Set(validation.power?.mutations.map(({ kind }) => kind))).toEqual(
    new Set(['drop', 'double', 'null', 'truncate', 'shift', 're-pair', 'lose-inner', 'reorder', 'move']),
  );
  expect(validation.results.find(({ check }) => check === 'query')?.details).toMatchObject({ sees: 'a lost row' });
  // The hash reads each row of a side once.
  expect(validation.queries.filter(({ purpose }) => purpose === 'hash').map(({ rowsRead }) => rowsRead)).toEqual([
    4000, 4000,
  ]);
}, 300_000);

test('five damaged rows are found and shown, in two more scans of their partition', async () => {
  const damaged =
    "SELECT id, CASE id WHEN 4 THEN (SELECT to_hex(xxhash64(to_utf8('8')))) WHEN 8 THEN (SELECT to_hex(xxhash64(to_utf8('4')))) ELSE name END AS name, " +
    `IF(id = 12, amount + 1, amount) AS amount, at, tags, day FROM iceberg.${schema}.orders WHERE id <> 16 ` +
    `UNION ALL SELECT * FROM iceberg.${schema}.orders WHERE id = 20`;
  await ask(`CREATE TABLE iceberg.${schema}.damaged WITH (partitioning = ARRAY['day']) AS ${damaged}`);
  const options = { runId: 'two', locate: { keyColumns: ['id'] }, rules: { byColumn: { amount: { isMasked: true } } } };
  const validation = await validateTable(pairOf('orders', 'damaged'), options, sides);
  expect(statuses(validation)).toMatchObject({ row_count: 'passed', partition: 'passed', checksum: 'failed' });
  expect(validation.located).toMatchObject({
    totals: { missing: 1, extra: 1, changed: 3 },
    missing: [{ values: { id: '16' } }],
    extra: [{ copies: '1', values: { id: '20', amount: expect.stringMatching(/^sha256:/) } }],
    isComplete: true,
  });
  expect(validation.located?.changed.map(({ source, columns }) => [source.values['id'], columns]).sort()).toEqual([
    ['12', ['amount']],
    ['4', ['name']],
    ['8', ['name']],
  ]);
  const located = validation.queries.filter(({ purpose }) => purpose.startsWith('locate'));
  expect(located.map(({ purpose, side }) => `${purpose} ${side}`).sort()).toEqual([
    'locate buckets source',
    'locate buckets target',
    'locate rows source',
    'locate rows target',
  ]);
  for (const { rowsRead } of located) expect(rowsRead).toBe(1000);
}, 300_000);

test('the figures of groups of partitions are equal, and see what differs in one of them', async () => {
  const moved = `SELECT id, name, IF(id = 12, amount + 1, amount) AS amount, at, tags, day FROM iceberg.${schema}.orders`;
  await ask(`CREATE TABLE iceberg.${schema}.regrouped WITH (partitioning = ARRAY['day']) AS ${moved}`);
  const options = { runId: 'three', checks: ['row_count', 'statistics'] as const, mostFigures: 80, provesPower: false };
  const byGroups = { code: 'statistics-by-groups', message: expect.stringMatching(/has 4 partitions: .* 2 groups/) };
  const validations = [
    await validateTable(pairOf('orders'), options, sides),
    await validateTable(pairOf('orders', 'regrouped'), options, sides),
  ];
  expect(validations.map(({ results }) => results.find(({ check }) => check === 'statistics'))).toMatchObject([
    { status: 'passed', findings: [byGroups] },
    { status: 'failed', findings: [byGroups], difference: expect.stringContaining("of the column 'amount'") },
  ]);
}, 300_000);

test('300 columns are compared', async () => {
  const types = [
    'CAST(id AS varchar)',
    'id',
    'CAST(id AS decimal(10,2))',
    'CAST(id AS double)',
    "CAST(ARRAY[ROW(id, 'x')] AS array(row(a bigint, b varchar)))",
  ];
  const wide = Array.from({ length: 300 }, (_, index) => `${types[index % types.length] ?? ''} AS c${index}`);
  const rows = `SELECT ${wide.join(', ')} FROM UNNEST(sequence(1, 50)) AS t (id)`;
  await ask(`CREATE TABLE hive.${schema}.wide AS ${rows}`);
  await ask(`CREATE TABLE iceberg.${schema}.wide AS ${rows}`);
  const validation = await validateTable(pairOf('wide'), { runId: 'three', provesPower: false }, sides);
  expect(validation.results.map(({ check, difference }) => [check, difference])).toEqual(
    ['schema', 'row_count', 'checksum', 'statistics', 'sample'].map((check) => [check, null]),
  );
}, 300_000);

test('names and partitions of any text, and every type, are compared, mutated and located', async () => {
  const values: Readonly<Record<string, string>> = {
    row_hash: 'id',
    $h: 'CAST(mod(id, 2) = 0 AS boolean)',
    select: 'CAST(mod(id, 100) AS tinyint)',
    'a.b': 'CAST(id AS smallint)',
    'he said "no"': 'CAST(to_hex(xxhash64(to_utf8(CAST(id AS varchar)))) AS char(20))',
    'Überschrift 1': 'CAST(id AS real) / 3',
    k: 'CAST(id AS double) / 7',
    p1: "CAST(id AS decimal(10,2)) + DECIMAL '0.07'",
    t1: "CAST(id AS decimal(38,10)) + DECIMAL '0.0000000007'",
    bytes: 'xxhash64(to_utf8(CAST(id AS varchar)))',
    d: "date_add('day', id, DATE '1969-06-01')",
    at: "date_add('millisecond', id * 12345, TIMESTAMP '1969-12-31 23:00:00.000')",
    list: 'ARRAY[CAST(ROW(id, ARRAY[CAST(id AS varchar), NULL]) AS row(a bigint, b array(varchar)))]',
    pairs: "MAP(ARRAY['x', CAST(id AS varchar)], ARRAY[ARRAY[id], ARRAY[id, NULL]])",
    person:
      "CAST(ROW(id, ROW('x', MAP(ARRAY[id], ARRAY[DATE '2024-01-01']))) AS row(a bigint, b row(c varchar, d map(bigint, date))))",
    text: "CASE mod(id, 5) WHEN 0 THEN NULL WHEN 1 THEN '' ELSE concat(' ', CAST(id AS varchar), ' ') END",
  };
  const parts = ['NULL', "' '", "'o''x'", "'50%'", "'2024-01-01'", "'a=b/c%2F'"];
  const rows = (change = ''): string => {
    const selected = Object.entries(values).map(([name, sql]) => `${sql} AS "${name.replaceAll('"', '""')}"`);
    return (
      `SELECT ${selected.join(', ')}, CAST(part AS varchar) AS part FROM ` +
      `(SELECT id${change} AS id, element_at(ARRAY[${parts.join(', ')}], mod(id, 6) + 1) AS part FROM UNNEST(sequence(1, 120)) AS t (id))`
    );
  };
  await ask(`CREATE TABLE hive.${schema}.corners WITH (format = 'ORC', partitioned_by = ARRAY['part']) AS ${rows()}`);
  await ask(`CREATE TABLE iceberg.${schema}.corners WITH (partitioning = ARRAY['part']) AS ${rows()}`);
  await ask(
    `CREATE TABLE iceberg.${schema}.corners_damaged WITH (partitioning = ARRAY['part']) AS ${rows(' + IF(id < 7, 600, 0)')}`,
  );
  const pair = { ...pairOf('corners'), partitionColumns: ['part'] };
  const equal = await validateTable(pair, { runId: 'four' }, sides);
  expect(differencesOf(equal)).toEqual(
    ['schema', 'row_count', 'partition', 'checksum', 'statistics', 'sample'].map((check) => [check, 'passed', null]),
  );
  expect(equal.power).toMatchObject({ weak: [], unproven: [], failure: null });
  const damaged = { ...pair, target: { ...pair.target, table: 'corners_damaged' } };
  const validation = await validateTable(damaged, { runId: 'five', locate: { keyColumns: ['part'] } }, sides);
  expect(statuses(validation)).toMatchObject({
    row_count: 'passed',
    partition: 'passed',
    checksum: 'failed',
    sample: 'failed',
  });
  expect(validation.located?.totals).toEqual({ missing: 0, extra: 0, changed: 6 });
  expect(new Set(validation.located?.changed.map(({ source }) => source.partition[0]))).toEqual(
    new Set([null, ' ', "o'x", '50%', '2024-01-01', 'a=b/c%2F']),
  );
}, 600_000);

test('a file that is there twice, a truncated one, and rows in another partition are seen', async () => {
  const lines = '1,a\n2,b\n3,c\n';
  const files: Readonly<Record<string, string>> = {
    'whole/a.csv': lines,
    'twice/a.csv': lines,
    'twice/b.csv': lines,
    'cut/a.csv': lines.slice(0, -2),
  };
  await lakehouse.putObjects(bucket, new Map(Object.entries(files).map(([name, text]) => [name, Buffer.from(text)])));
  for (const name of ['whole', 'twice', 'cut'])
    await ask(
      `CREATE TABLE hive.${schema}.${name} (id varchar, name varchar) WITH (format = 'CSV', external_location = 's3://${bucket}/${name}/')`,
    );
  await ask(`CREATE TABLE iceberg.${schema}.whole AS SELECT * FROM hive.${schema}.whole`);
  const against = async (table: string) =>
    statuses(await validateTable(pairOf(table, 'whole'), { runId: 'six' }, sides));
  expect(await against('whole')).toMatchObject({ row_count: 'passed', checksum: 'passed' });
  expect(await against('twice')).toMatchObject({
    row_count: 'failed',
    checksum: 'failed',
    statistics: 'failed',
    sample: 'failed',
  });
  expect(await against('cut')).toMatchObject({
    row_count: 'passed',
    checksum: 'failed',
    statistics: 'failed',
    sample: 'failed',
  });
  await ask(
    `CREATE TABLE iceberg.${schema}.moved WITH (partitioning = ARRAY['day']) AS ` +
      `SELECT id, name, amount, at, tags, IF(id = 4, date_add('day', 1, day), day) AS day FROM iceberg.${schema}.orders`,
  );
  expect(statuses(await validateTable(pairOf('orders', 'moved'), { runId: 'six' }, sides))).toMatchObject({
    row_count: 'passed',
    partition: 'failed',
    checksum: 'failed',
  });
}, 600_000);

test('a table without rows passes, because a row would have been seen, and the result says that it is empty', async () => {
  for (const catalog of ['hive', 'iceberg'])
    await ask(`CREATE TABLE ${catalog}.${schema}.nothing AS SELECT * FROM hive.${schema}.orders WITH NO DATA`);
  const validation = await validateTable(pairOf('nothing'), { runId: 'seven' }, sides);
  expect(differencesOf(validation)).toEqual(
    ['schema', 'row_count', 'checksum', 'statistics', 'sample'].map((check) => [check, 'passed', null]),
  );
  expect(validation.results[1]?.findings).toMatchObject([{ code: 'validation-table-empty' }]);
  expect(validation.power).toMatchObject({ weak: [], failure: null });
}, 300_000);

describe('an Iceberg table', () => {
  const pair: TablePair = {
    key: 'table:sales.live',
    source: { catalog: 'iceberg', schema, table: 'live' },
    target: { catalog: 'iceberg', schema, table: 'copy' },
    partitionColumns: [],
    isIceberg: true,
    schema: { target: 'iceberg' },
  };
  /** Both names lead to the same files here: what proves that the sides differ is left out, and something is done meanwhile. */
  const during = (engine: QueryEngine, purpose: string, action: () => Promise<unknown>): QueryEngine => ({
    identity: engine.identity,
    query: async (sql, signal) => {
      const answer = await engine.query(sql.replace(/(FROM \S+ )LIMIT 1$/, '$1WHERE false LIMIT 1'), signal);
      if (sql.includes(purpose)) await action();
      return answer;
    },
  });
  const nothing = (): Promise<void> => Promise.resolve();

  beforeAll(async () => {
    await ask(`CREATE TABLE iceberg.${schema}.live AS SELECT id, name FROM iceberg.${schema}.orders`);
    const rows = await ask(
      `SELECT file FROM iceberg.${schema}."live$metadata_log_entries" ORDER BY timestamp DESC LIMIT 1`,
    );
    const [, location = '', file = ''] = /^(.*)\/metadata\/(.*)$/.exec(String(rows[0]?.[0])) ?? [];
    await ask(`CALL iceberg.system.register_table('${schema}', 'copy', '${location}', '${file}')`);
  }, 300_000);

  test('is not compared with itself under another name', async () => {
    const validation = await validateTable(pair, { runId: 'eight' }, sides);
    expect(new Set(validation.results.map(({ status }) => status))).toEqual(new Set(['failed']));
    expect(validation.results[0]?.difference).toContain('read the same object');
  }, 300_000);

  test('that goes on at the source during the validation is compared at the snapshot of its copy', async () => {
    const insert = () => ask(`INSERT INTO iceberg.${schema}.live VALUES (0, 'new')`);
    const writing = { ...sides, source: during(sides.source, 'snapshots"', insert) };
    const validation = await validateTable(pair, { runId: 'nine' }, writing);
    expect(differencesOf(validation)).toEqual(
      ['schema', 'row_count', 'checksum', 'statistics', 'sample'].map((check) => [check, 'passed', null]),
    );
    expect(validation.snapshots.source).toBe(validation.snapshots.target);
    expect(await ask(`SELECT count(*) FROM iceberg.${schema}.live`)).toEqual([[4001]]);
  }, 300_000);

  test('whose copy was written to has no snapshot in common, and the result says so', async () => {
    await ask(`INSERT INTO iceberg.${schema}.copy VALUES (0, 'new')`);
    const validation = await validateTable(
      pair,
      { runId: 'ten' },
      { ...sides, source: during(sides.source, 'none', nothing) },
    );
    expect(validation.snapshots.source).not.toBe(validation.snapshots.target);
    expect(statuses(validation)).toMatchObject({ row_count: 'passed', checksum: 'passed' });
    expect(validation.results[1]?.findings).toMatchObject([{ code: 'validation-snapshot-not-shared' }]);
  }, 300_000);

  test('that vanishes between two queries fails what was not asked yet', async () => {
    const drop = () => ask(`CALL iceberg.system.unregister_table('${schema}', 'copy')`);
    const source = during(sides.source, 'none', nothing);
    const vanishing = { ...sides, source, target: during(sides.target, 'min(row_hash)', drop) };
    const validation = await validateTable(pair, { runId: 'eleven' }, vanishing);
    expect(statuses(validation)).toMatchObject({ row_count: 'passed', statistics: 'failed', sample: 'failed' });
    expect(validation.results.find(({ check }) => check === 'sample')?.difference).toContain('At the target');
  }, 300_000);
});
