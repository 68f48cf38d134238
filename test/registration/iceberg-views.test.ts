import { expect, test } from '@jest/globals';
import type { AssessedTable, Column } from '../../assessments/index.js';
import { resolve } from '../../mappings/index.js';
import type { Plan } from '../../mappings/index.js';
import { makeManifest } from '../../registration/index.js';
import { assessmentWith, table } from '../support/assessment-builder.js';
import { templateWith } from '../support/templates.js';

const toIceberg = '  - { name: i, when: { kind: table, table: [v, link] }, to: { catalog: iceberg } }';

const view = (columns: readonly Column[] | undefined, more: Partial<AssessedTable> = {}): AssessedTable => ({
  ...table('sales.v', { format: 'VIEW', columns: [], ...more }),
  view: {
    dialect: 'presto',
    sql: 'SELECT * FROM orders',
    catalog: 'awsdatacatalog',
    schema: 'sales',
    ...(columns !== undefined && { columns }),
  },
});

const link = table('sales.link', {
  format: 'RESOURCE_LINK',
  columns: [],
  link: {
    targetCatalog: null,
    targetDatabase: 'sales',
    targetTable: 'orders',
    state: 'resolved',
    resolvedTo: 'sales.orders',
  },
});

const planOf = (...tables: readonly AssessedTable[]): Plan => resolve(assessmentWith(tables), templateWith(toIceberg));

/** The SQL of what goes to the Iceberg catalog, or why it is blocked. */
function outcomeOf(plan: Plan): string {
  const entry = [...makeManifest(plan).catalogs.values()]
    .flat()
    .find(({ phase, target }) => phase === 'view' && target.catalog === 'iceberg');
  return entry?.statements.join() ?? plan.blocked.map(({ reason }) => reason).join();
}

test.each<[type: string, expected: string]>([
  ['timestamp(3) with time zone', 'CAST("c" AS TIMESTAMP(6) WITH TIME ZONE) AS "c"'],
  ['char(3)', 'CAST("c" AS VARCHAR)'],
  ['array(timestamp(3) with time zone)', 'CAST("c" AS ARRAY(TIMESTAMP(6) WITH TIME ZONE)) AS "c"'],
  ['map(timestamp(3) with time zone,integer)', 'CAST("c" AS MAP(TIMESTAMP(6) WITH TIME ZONE, INTEGER))'],
  ['row(x time(3))', 'CAST("c" AS ROW("x" TIME(6)))'],
  ['row(order tinyint, "a, ""b" varchar(3))', 'CAST("c" AS ROW("order" INTEGER, "a, ""b" VARCHAR(3)))'],
  ['row(timestamp timestamp, time varchar)', 'CAST("c" AS ROW("timestamp" TIMESTAMP(6), "time" VARCHAR))'],
  ['array(row("x" map(varchar, array(smallint))))', 'ARRAY(ROW("x" MAP(VARCHAR, ARRAY(INTEGER))))'],
  ['array(row(a timestamp(6), b decimal(10,2)))', 'SELECT * FROM'],
  ['array(json)', "its column 'c' has the type array(json), which a view in an iceberg-rest catalog cannot have"],
  ['row(a time(3) with time zone)', 'cannot have; map it to a hive-metastore catalog'],
  ['row(integer, varchar)', 'the type row(integer, varchar), whose fields have no names, which a view'],
  ['row(timestamp with time zone)', 'whose fields have no names'],
  ['interval day to second', 'cannot have'],
  [`${'array('.repeat(20_000)}integer${')'.repeat(20_000)}`, 'cannot have'],
])('a view in an Iceberg catalog with a column of the type %s: %s', (type, expected) => {
  expect(outcomeOf(planOf(table('sales.orders'), view([{ name: 'c', type }])))).toContain(expected);
});

test.each<[type: string, expected: string]>([
  ['tinyint', 'SELECT CAST("c" AS INTEGER) AS "c" FROM'],
  ['timestamp', 'CAST("c" AS TIMESTAMP(6)) AS "c"'],
  ['array<struct<a:char(3)>>', 'CAST("c" AS ARRAY(ROW("a" VARCHAR)))'],
  ['string', 'SELECT * FROM'],
  ['interval day to second', "its column 'c' has the type interval day to second, which"],
])('a view whose document lists no columns has those of Glue: %s', (type, expected) => {
  const plan = planOf(table('sales.orders'), view(undefined, { columns: [{ name: 'c', type }] }));
  expect(outcomeOf(plan)).toContain(expected);
});

const small: readonly Column[] = [
  { name: 'Id', type: 'tinyint' },
  { name: 'code', type: 'char(3)' },
  { name: 'at', type: 'timestamp' },
];

test.each<[what: string, target: Partial<AssessedTable>, expected: string]>([
  [
    'a Hive table of small types',
    { columns: small, partitionKeys: [{ name: 'k', type: 'smallint' }] },
    'SELECT CAST("id" AS INTEGER) AS "id", CAST("code" AS VARCHAR) AS "code", "at", CAST("k" AS INTEGER) AS "k" FROM "hive"."sales"."orders"',
  ],
  [
    'a Hive table of other types',
    { columns: [{ name: 'id', type: 'bigint' }] },
    'SELECT * FROM "hive"."sales"."orders"',
  ],
  [
    'typed CSV',
    { format: 'CSV', columns: [...small, { name: 'tags', type: 'array<tinyint>' }] },
    'CAST("id" AS INTEGER) AS "id", CAST("code" AS VARCHAR) AS "code", "at", "tags" FROM',
  ],
])('a resource link in an Iceberg catalog to %s', (_what, target, expected) => {
  expect(outcomeOf(planOf(table('sales.orders', target), link))).toContain(expected);
});

test('a resource link in an Iceberg catalog to a view with a type that Iceberg does not have is blocked', () => {
  const json = { ...view([{ name: 'c', type: 'json' }]), name: 'orders' };
  const plan = planOf({ ...json, view: json.view && { ...json.view, sql: "SELECT JSON '1' AS c" } }, link);
  expect(plan.blocked).toEqual([
    expect.objectContaining({
      key: 'table:sales.link',
      reason: expect.stringContaining("its column 'c' has the type json, which a view in an iceberg-rest catalog"),
    }),
  ]);
});
