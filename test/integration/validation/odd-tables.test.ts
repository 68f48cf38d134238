import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { trinoClient } from '../../../clients/trino/index.js';
import { identifier, qualifiedName } from '../../../core/sql-text.js';
import { openSides } from '../../../validation/engines/sides.js';
import type { Sides } from '../../../validation/engines/sides.js';
import { trinoEngine } from '../../../validation/engines/trino-engine.js';
import type { TablePair, ValidationOptions } from '../../../validation/table/table-pair.js';
import { validateTable } from '../../../validation/table/validate-table.js';
import { valueOf } from '../../support/assess-run.js';
import { sharedLakehouse } from '../../support/shared-lakehouse.js';
import type { SharedLakehouse } from '../../support/shared-lakehouse.js';
import { askIn } from './sheet-tables.js';
import type { Ask } from './sheet-tables.js';

const schema = `odd_${randomBytes(3).toString('hex')}`;
const bucket = schema.replace('_', '-');

let lakehouse: SharedLakehouse;
let ask: Ask;
let sides: Sides;

beforeAll(async () => {
  lakehouse = await sharedLakehouse();
  ask = askIn(lakehouse);
  await lakehouse.putObjects(bucket, new Map());
  await ask(`CREATE SCHEMA hive.${schema} WITH (location = 's3://${bucket}/hive/')`);
  await ask(`CREATE SCHEMA iceberg.${schema}`);
  const client = trinoClient(lakehouse.lakehouse.access());
  const source = valueOf(await trinoEngine(client, { catalog: 'hive' }));
  sides = valueOf(await openSides(source, valueOf(await trinoEngine(client, { catalog: 'iceberg' }))));
}, 1_200_000);

afterAll(async () => {
  for (const catalog of ['hive', 'iceberg']) await ask(`DROP SCHEMA IF EXISTS ${catalog}.${schema} CASCADE`);
  await lakehouse.removeBucket(bucket);
}, 300_000);

type Catalog = 'hive' | 'iceberg';

interface OddPair {
  readonly source: readonly [Catalog, table: string];
  readonly target: readonly [Catalog, table: string];
  readonly keys?: readonly string[];
}

/** The results by check: `passed`, or the status with what differs. */
async function verdicts({ source, target, keys = [] }: OddPair, options: Partial<ValidationOptions> = {}) {
  const pair: TablePair = {
    key: `table:${schema}.${source[1]}`,
    source: { catalog: source[0], schema, table: source[1] },
    target: { catalog: target[0], schema, table: target[1] },
    partitionColumns: keys,
    schema: { target: 'iceberg' },
  };
  const validation = await validateTable(pair, { runId: 'odd', ...options }, sides);
  return {
    ...validation,
    status: Object.fromEntries(
      validation.results.map(({ check, status, difference }) => [
        check,
        difference === null ? status : `${status}: ${difference}`,
      ]),
    ),
  };
}

const passed = (...more: readonly string[]) =>
  Object.fromEntries(
    ['schema', 'row_count', 'checksum', 'statistics', 'sample', ...more].map((check) => [check, 'passed']),
  );
const failed = expect.stringMatching(/^failed: /) as unknown;

async function create(catalog: Catalog, table: string, rest: string): Promise<readonly [Catalog, string]> {
  await ask(`CREATE TABLE ${qualifiedName(catalog, schema, table)} ${rest}`);
  return [catalog, table];
}

describe('partitions', () => {
  const values = (value: string): string =>
    `AS SELECT id, IF(id = 3, ${value}, 'other') AS part FROM UNNEST(sequence(1, 40)) AS t (id)`;
  const stored = (name: string, value: string) =>
    create('iceberg', name, `WITH (partitioning = ARRAY['part']) ${values(value)}`);

  test.each([
    ['no text and NULL', "''", 'NULL'],
    ["Hive's name of NULL and NULL", "'__HIVE_DEFAULT_PARTITION__'", 'NULL'],
    ['the word null and NULL', "'null'", 'NULL'],
    ['a blank and no text', "' '", "''"],
    ['a slash and its escape', "'a/b'", "'a%2Fb'"],
    ['a percent sign and its escape', "'50%'", "'50%25'"],
    ['numbers with and without a zero', "'01'", "'1'"],
    ['another case', "'DE'", "'de'"],
    ['another normal form', "U&'\\00E9'", "U&'e\\0301'"],
  ])(
    'tell %s apart',
    async (what, one, other) => {
      const name = what.replaceAll(/\W/g, '_');
      const [source, target] = [await stored(`${name}_1`, one), await stored(`${name}_2`, other)];
      expect(
        (await verdicts({ source, target, keys: ['part'] }, { checks: ['row_count', 'partition', 'checksum'] })).status,
      ).toEqual({
        ...{ row_count: 'passed', partition: failed, checksum: failed },
      });
    },
    120_000,
  );

  test('numbers in folders with zeros before them are the numbers', async () => {
    const folders = ['n=007', 'n=7', 'n=8', 'n=__HIVE_DEFAULT_PARTITION__'];
    await lakehouse.putObjects(
      bucket,
      new Map(folders.map((folder, index) => [`zeros/${folder}/a.csv`, Buffer.from(`${index},x\n`)])),
    );
    const source = await create(
      'hive',
      'zeros',
      `(id varchar, name varchar, n integer) WITH (format = 'CSV', partitioned_by = ARRAY['n'], external_location = 's3://${bucket}/zeros/')`,
    );
    await ask(`CALL hive.system.sync_partition_metadata('${schema}', 'zeros', 'FULL')`);
    const rows = (moved: number): string =>
      `AS SELECT * FROM (VALUES ('0', 'x', 7), ('1', 'x', 7), ('2', 'x', ${moved}), ('3', 'x', NULL)) AS t (id, name, n)`;
    const target = await create('iceberg', 'zeros', `WITH (partitioning = ARRAY['n']) ${rows(8)}`);
    const other = await create('iceberg', 'zeros_moved', `WITH (partitioning = ARRAY['n']) ${rows(7)}`);
    expect((await verdicts({ source, target, keys: ['n'] })).status).toEqual(passed('partition'));
    expect((await verdicts({ source, target: other, keys: ['n'] })).status).toMatchObject({
      ...{ row_count: 'passed', partition: failed, checksum: failed },
    });
    // One of two folders with the same number.
    await ask(`CALL hive.system.unregister_partition('${schema}', 'zeros', ARRAY['n'], ARRAY['007'])`);
    expect((await verdicts({ source, target, keys: ['n'] })).status).toMatchObject({
      row_count: failed,
      checksum: failed,
    });
  }, 120_000);

  test('of every type are found, and so are the rows in them', async () => {
    const keys = ['d', 'b', 'm', 'c', 't', 'at'];
    const rows = (change = 'id'): string =>
      `WITH (PARTITIONING) AS SELECT ${change} AS id, date_add('day', mod(id, 2), DATE '1969-12-31') AS d, mod(id, 3) = 0 AS b, ` +
      `CAST(mod(id, 2) AS decimal(5,2)) / 4 AS m, CAST('x' AS char(3)) AS c, CAST(IF(mod(id, 2) = 0, NULL, -1) AS TYPE) AS t, ` +
      `TIMESTAMP '1969-12-31 23:59:59.001' AS at FROM UNNEST(sequence(1, 120)) AS n (id)`;
    const of = (catalog: Catalog, sql: string): string =>
      catalog === 'hive'
        ? sql.replace('PARTITIONING', `partitioned_by = ARRAY['${keys.join("', '")}']`).replace('TYPE', 'tinyint')
        : sql
            .replace('PARTITIONING', `partitioning = ARRAY['${keys.join("', '")}']`)
            .replace('TYPE', 'integer')
            .replace("CAST('x' AS char(3))", "'x'")
            .replace("23:59:59.001'", "23:59:59.001000'");
    const source = await create('hive', 'typed', of('hive', rows()));
    const target = await create('iceberg', 'typed', of('iceberg', rows()));
    const other = await create('iceberg', 'typed_damaged', of('iceberg', rows('IF(id = 6, 600, id)')));
    const equal = await verdicts({ source, target, keys });
    expect(equal.status).toEqual(passed('partition'));
    expect(equal.power).toMatchObject({ weak: [], failure: null });
    const damaged = await verdicts(
      { source, target: other, keys },
      { locate: { keyColumns: ['id'] }, namesFiles: true },
    );
    expect(damaged.status).toMatchObject({ partition: 'passed', checksum: failed });
    expect(damaged.located?.missing.map(({ values }) => values['id'])).toEqual(['6']);
    expect(damaged.located?.extra.map(({ values }) => values['id'])).toEqual(['600']);
    expect(damaged.files).not.toBeNull();
  }, 120_000);

  test('are all that a table has', async () => {
    const only = (values: string): string =>
      `WITH (partitioning = ARRAY['a', 'b']) AS SELECT * FROM (VALUES ${values}) AS t (a, b)`;
    const source = await create('iceberg', 'only_keys', only("(1, 'x'), (1, 'x'), (2, NULL), (NULL, NULL)"));
    const target = await create('iceberg', 'only_keys_too', only("(NULL, NULL), (1, 'x'), (2, NULL), (1, 'x')"));
    const other = await create('iceberg', 'only_keys_less', only("(NULL, NULL), (1, 'x'), (2, NULL), (2, NULL)"));
    const keys = ['a', 'b'];
    const equal = await verdicts({ source, target, keys });
    expect(equal.status).toEqual(passed('partition'));
    expect(equal.power).toMatchObject({ weak: [], failure: null });
    expect((await verdicts({ source, target: other, keys })).status).toMatchObject({
      ...{ row_count: 'passed', partition: failed, checksum: failed },
    });
  }, 120_000);
});

describe('names', () => {
  test.each(['order', 'with blank', "o'brien", 'a.b', 'he said "no"', 'tést_日本', '50%', '-- comment', ';'])(
    'of a table like %s',
    async (name) => {
      const rows = `AS SELECT id, 'x' AS "${name.replaceAll('"', '""')}", id AS "SELECT" FROM UNNEST(sequence(1, 20)) AS t (id)`;
      const source = await create('iceberg', name, rows);
      const target = await create('iceberg', `${name}2`, rows);
      const validation = await verdicts({ source, target }, { locate: { keyColumns: ['select'] } });
      expect(validation.status).toEqual(passed());
      expect(validation.power).toMatchObject({ weak: [], failure: null });
      await ask(`DELETE FROM ${qualifiedName('iceberg', schema, `${name}2`)} WHERE id = 7`);
      const damaged = await verdicts({ source, target }, { locate: { keyColumns: ['select'] } });
      expect(damaged.located).toMatchObject({ totals: { missing: 1, extra: 0, changed: 0 } });
    },
    120_000,
  );

  test('of columns that other names hide', async () => {
    const columns = [
      't',
      's',
      'e0',
      'h0',
      's0',
      'row_hash',
      '$is_row',
      '$is_victim',
      '$h',
      'n',
      'v',
      'part_1',
      'r',
      'c0',
      'count',
    ];
    const rows = `AS SELECT ${columns.map((name, index) => `id + ${index} AS ${identifier(name)}`).join(', ')}, ARRAY[id] AS e1 FROM UNNEST(sequence(1, 30)) AS t (id)`;
    const source = await create('hive', 'hiding', rows);
    const target = await create('iceberg', 'hiding', rows);
    const validation = await verdicts({ source, target });
    expect(validation.status).toEqual(passed());
    expect(validation.power).toMatchObject({ weak: [], unproven: [], failure: null });
  }, 120_000);
});

describe('shapes', () => {
  test('one column', async () => {
    const rows = (change: string): string => `AS SELECT ${change} AS only FROM UNNEST(sequence(1, 100)) AS t (id)`;
    const source = await create('hive', 'one', rows('mod(id, 7)'));
    const target = await create('iceberg', 'one', rows('mod(id, 7)'));
    const other = await create('iceberg', 'one_other', rows('IF(id = 1, 2, mod(id, 7))'));
    const equal = await verdicts({ source, target });
    expect(equal.status).toEqual(passed());
    expect(equal.power).toMatchObject({ weak: [], failure: null });
    expect((await verdicts({ source, target: other })).status).toMatchObject({ row_count: 'passed', checksum: failed });
  }, 120_000);

  test('one row', async () => {
    const rows = (note: string): string => `AS SELECT 1 AS id, CAST(${note} AS varchar) AS note`;
    const source = await create('hive', 'single', rows('NULL'));
    const target = await create('iceberg', 'single', rows('NULL'));
    const other = await create('iceberg', 'single_other', rows("''"));
    const equal = await verdicts({ source, target });
    expect(equal.status).toEqual(passed());
    expect(equal.power).toMatchObject({ weak: [], failure: null });
    expect((await verdicts({ source, target: other })).status).toMatchObject({ row_count: 'passed', checksum: failed });
  }, 120_000);

  test('nothing but NULL', async () => {
    const types = ['bigint', 'varchar', 'decimal(10,2)', 'array(integer)', 'row(a integer)', 'timestamp(3)', 'double'];
    const rows = (rest = ''): string =>
      `AS SELECT ${types.map((type, index) => `CAST(${index === 1 && rest !== '' ? rest : 'NULL'} AS ${type}) AS c${index}`).join(', ')} FROM UNNEST(sequence(1, 50)) AS t (id)`;
    const source = await create('hive', 'nulls', rows());
    const target = await create('iceberg', 'nulls', rows().replace('timestamp(3)', 'timestamp(6)'));
    const other = await create(
      'iceberg',
      'nulls_other',
      rows("IF(id = 9, '')").replace('timestamp(3)', 'timestamp(6)'),
    );
    const equal = await verdicts({ source, target });
    expect(equal.status).toEqual(passed());
    expect(equal.power).toMatchObject({ weak: [], failure: null });
    // Nothing in them can be changed as little as their type allows.
    expect(equal.power?.unproven).toEqual(types.map((_, index) => `c${index}`));
    expect((await verdicts({ source, target: other })).status).toMatchObject({ row_count: 'passed', checksum: failed });
  }, 120_000);

  test('a view at the target in place of a table', async () => {
    const source = await create('hive', 'viewed', 'AS SELECT 1 AS id');
    await ask(`CREATE VIEW hive.${schema}.view_of AS SELECT id FROM hive.${schema}.viewed`);
    const { status } = await verdicts({ source, target: ['hive', 'view_of'] });
    expect(status).not.toMatchObject({ checksum: 'passed' });
    expect(status).not.toMatchObject({ row_count: 'passed' });
  }, 120_000);

  test('a column that only one side has, beside many', async () => {
    const wide = (from: number): string =>
      `AS SELECT ${Array.from({ length: 300 - from }, (_, index) => `id + ${index + from} AS c${index + from}`).join(', ')} FROM UNNEST(sequence(1, 20)) AS t (id)`;
    const source = await create('hive', 'many', wide(0));
    const target = await create('iceberg', 'many', wide(1));
    const { status, results } = await verdicts({ source, target }, { provesPower: false });
    expect(status).toMatchObject({ schema: failed, row_count: 'passed' });
    expect(results.find(({ check }) => check === 'checksum')?.status).not.toBe('passed');
  }, 120_000);
});

describe('rows that may be lost', () => {
  test('are a warning within the tolerance, and the checksum fails all the same', async () => {
    const rows = (last: number): string => `AS SELECT id FROM UNNEST(sequence(1, ${last})) AS t (id)`;
    const source = await create('hive', 'tolerated', rows(1000));
    const near = await create('iceberg', 'tolerated', rows(999));
    const far = await create('iceberg', 'tolerated_not', rows(989));
    const options = { rowCountTolerance: 0.01 };
    expect((await verdicts({ source, target: near }, options)).status).toMatchObject({
      ...{ row_count: expect.stringMatching(/^warning: /) as unknown, checksum: failed },
    });
    expect((await verdicts({ source, target: far }, options)).status).toMatchObject({
      row_count: failed,
      checksum: failed,
    });
  }, 120_000);
});
