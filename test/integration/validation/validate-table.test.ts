import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { trinoClient } from '../../../clients/trino/index.js';
import { trinoEngine } from '../../../validation/engines/trino-engine.js';
import { openSides } from '../../../validation/engines/sides.js';
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
    new Set(['drop', 'double', 'null', 'truncate', 're-pair', 'move']),
  );
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
