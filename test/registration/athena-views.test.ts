import { beforeAll, expect, test } from '@jest/globals';
import { resolve } from '../../mappings/index.js';
import type { Plan } from '../../mappings/index.js';
import { makeManifest } from '../../registration/index.js';
import type { AssessedTable } from '../../assessments/index.js';
import { assess, valueOf, withStub } from '../support/assess-run.js';
import { assessmentWith, table } from '../support/assessment-builder.js';
import { database, parquetTable } from '../support/glue-catalogs.js';
import { templateWith } from '../support/templates.js';
import { viewCorpus, viewOf } from '../support/view-corpus.js';
import type { ViewCorpus } from '../support/view-corpus.js';

type View = NonNullable<AssessedTable['view']>;

let corpus: ViewCorpus;

beforeAll(async () => {
  corpus = await viewCorpus('target_');
});

test('each view of the corpus is mapped, or blocked with its reason', () => {
  const reasons = new Map<string, string>(corpus.plan.blocked.map(({ key, reason }) => [key, reason]));
  for (const { key, blocked } of corpus.views) {
    if (blocked === undefined) expect([key, reasons.get(key)]).toEqual([key, undefined]);
    else expect(reasons.get(key)).toContain(blocked);
  }
});

const planOf = (view: Partial<View>, more: Partial<AssessedTable> = {}, rules = '  []'): Plan => {
  const full: View = { dialect: 'presto', sql: null, catalog: 'awsdatacatalog', schema: 'sales', ...view };
  return resolve(
    assessmentWith([
      table('sales.orders', { partitionKeys: [{ name: 'dt', type: 'string' }] }),
      table('sales.v', { format: 'VIEW', columns: [], view: full, ...more }),
    ]),
    templateWith(rules),
  );
};
const statementsOf = (plan: Plan): readonly string[] =>
  [...makeManifest(plan).catalogs.values()].flat().find(({ phase }) => phase === 'view')?.statements ?? [];

const renaming = '  - { name: r, when: { kind: table, table: orders }, to: { catalog: hive, schema: s2, table: o2 } }';

test.each([
  ['SELECT * FROM "Orders$partitions"', 'SELECT * FROM "hive"."s2"."o2$partitions" AS "orders$partitions"'],
  ['SELECT * FROM hive.sales.orders', 'SELECT * FROM "hive"."s2"."o2" AS "orders"'],
  [
    'SELECT sales.orders.id FROM orders WHERE "$path" > \'\'',
    'SELECT "orders".id FROM "hive"."s2"."o2" AS "orders" WHERE "$path" > \'\'',
  ],
  ['TABLE orders', 'TABLE "hive"."s2"."o2"'],
])('%s reads the renamed table', (sql, expected) => {
  expect(statementsOf(planOf({ sql, catalog: 'hive' }, {}, renaming)).join()).toContain(expected);
});

test('comments of a view and of the columns that its SQL names are kept', () => {
  const columns = [
    { name: 'id', type: 'bigint', comment: "the order's" },
    { name: 'gone', type: 'bigint', comment: 'lost' },
  ];
  const plan = planOf({ sql: 'SELECT id FROM orders', columns }, { description: 'Who saw what; ask "dora"' });
  expect(statementsOf(plan)).toEqual([
    'CREATE OR REPLACE VIEW "hive"."sales"."v" COMMENT \'Who saw what; ask "dora"\' SECURITY INVOKER AS\nSELECT id FROM "hive"."sales"."orders"',
    'COMMENT ON COLUMN "hive"."sales"."v"."id" IS \'the order\'\'s\'',
  ]);
  expect(
    plan.tables
      .find(({ method }) => method === 'view')
      ?.remarks.map(({ text }) => text)
      .join(),
  ).toContain('gone');
});

const toIceberg = '  - { name: i, when: { kind: table, table: v }, to: { catalog: iceberg } }';

test('columns of a view in an Iceberg catalog get types that Iceberg has', () => {
  const columns = [
    { name: 'id', type: 'bigint' },
    { name: 'small', type: 'smallint' },
    { name: 'at', type: 'timestamp(3) with time zone' },
  ];
  const view = { sql: 'SELECT id, small, now() AS at FROM orders', columns };
  expect(statementsOf(planOf(view, {}, toIceberg)).join()).toContain(
    'SELECT "id", CAST("small" AS INTEGER) AS "small", CAST("at" AS TIMESTAMP(6) WITH TIME ZONE) AS "at" FROM (\nSELECT',
  );
  const json = planOf({ sql: 'SELECT a FROM orders', columns: [{ name: 'a', type: 'json' }] }, {}, toIceberg);
  expect(json.blocked[0]?.reason).toContain('the type json, which a view in an iceberg-rest catalog cannot have');
});

test('what only behaves differently is a remark', () => {
  const sql = 'SELECT now() AS n, current_schema AS s, "$path" AS p FROM orders';
  const columns = [{ name: 'n', type: 'timestamp(3)' }];
  const view = planOf({ sql, columns, runsAs: 'definer', isMaterialized: true }).tables.find(
    ({ method }) => method === 'view',
  );
  expect(view?.remarks.map(({ text }) => text)).toEqual([
    expect.stringContaining('time zone'),
    expect.stringContaining('current_schema'),
    expect.stringContaining('"$path"'),
    expect.stringContaining("definer's privileges"),
    expect.stringContaining('materialized'),
    expect.stringContaining('microseconds'),
  ]);
});

test('views of Trino, of raw base64 and of several dialects', async () => {
  const encoded = (document: object): string =>
    `/* Presto View: ${Buffer.from(JSON.stringify(document)).toString('base64')} */`;
  const trinos = {
    originalSql: 'SELECT e.id FROM hive.h1.events e',
    catalog: 'hive',
    schema: 'h1',
    runAsInvoker: false,
  };
  const tables = [
    parquetTable('h1', 'events'),
    viewOf('h1.from_trino', '', {
      Parameters: { presto_view: 'true', trino_version: '430' },
      ViewOriginalText: encoded({ ...trinos, columns: [{ name: 'id', type: 'bigint' }], comment: 'ours' }),
    }),
    viewOf('h1.cdk_raw', '', {
      ViewOriginalText: `/* Presto View: ${Buffer.from('SELECT id FROM events').toString('base64')} */`,
    }),
    {
      Name: 'several',
      DatabaseName: 'h1',
      TableType: 'VIRTUAL_VIEW',
      IsMultiDialectView: true,
      ViewDefinition: {
        Definer: 'arn:aws:iam::1:role/x',
        Representations: [
          { Dialect: 'SPARK', ViewOriginalText: 'SELECT `id` FROM events' },
          { Dialect: 'ATHENA', ViewOriginalText: 'SELECT id FROM events' },
        ],
      },
    },
  ];
  const assessment = await withStub({ databases: [database('h1')], tables: { h1: tables } }, async (stub, folder) =>
    valueOf(await assess(stub, folder)),
  );
  const viewNamed = (name: string): View | null | undefined =>
    assessment.tables.find((each) => each.name === name)?.view;
  expect(viewNamed('from_trino')).toMatchObject({ catalog: 'hive', comment: 'ours', runsAs: 'definer' });
  expect(viewNamed('several')).toMatchObject({ sql: 'SELECT id FROM events', runsAs: 'definer' });
  const plan = resolve(assessment, templateWith('  []'));
  expect(plan.tables.filter(({ method }) => method === 'view').map(({ key }) => key)).toEqual([
    'table:h1.from_trino',
    'table:h1.several',
  ]);
  expect(plan.blocked.map(({ key, reason }) => [key, reason])).toEqual([
    ['table:h1.cdk_raw', expect.stringContaining('cannot be decoded')],
  ]);
});
