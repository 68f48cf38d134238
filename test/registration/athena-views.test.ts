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
  ]);
});

/** What is said of the view `sales.v` over tables in `sales`. */
const remarksOn = (sql: string, ...tables: readonly AssessedTable[]): readonly string[] => {
  const view = { dialect: 'presto', sql, catalog: 'awsdatacatalog', schema: 'sales' } as const;
  const plan = resolve(
    assessmentWith([...tables, table('sales.v', { format: 'VIEW', columns: [], view })]),
    templateWith('  []'),
  );
  const found = plan.tables.find(({ source }) => source.name === 'v');
  if (found === undefined) throw new Error(plan.blocked.map(({ reason }) => reason).join());
  return found.remarks.map(({ text }) => text);
};

test.each<[sql: string, what: string]>([
  ["SELECT at AT TIME ZONE 'Europe/Berlin' AS a FROM t", 'AT TIME ZONE'],
  ["SELECT at_timezone(at, 'Europe/Berlin') AS a FROM t", 'at_timezone'],
  ['SELECT CAST(at AS timestamp with time zone) AS a FROM t', 'casts to timestamp with time zone'],
  ['SELECT TRY_CAST(at AS row(x timestamp(3) with time zone)) AS a FROM t', 'casts to timestamp with time zone'],
  ["SELECT parse_datetime(at, 'yyyy') AS a FROM t", 'parse_datetime'],
  ['SELECT from_iso8601_timestamp_nanos(at) AS a FROM t', 'from_iso8601_timestamp_nanos'],
])('%s depends on the time zone of the session', (sql, what) => {
  expect(remarksOn(sql, table('sales.t', { columns: [{ name: 'at', type: 'string' }] }))).toEqual([
    `the result of ${what} depends on the session's time zone, which is always UTC in Athena`,
  ]);
});

test.each([
  'SELECT CAST(at AS timestamp) AS a FROM t',
  'SELECT CAST(at AS timestamp without time zone) AS a FROM t',
  "SELECT date_parse(at, '%Y') AS a FROM t",
])('%s does not', (sql) => {
  expect(remarksOn(sql, table('sales.t', { columns: [{ name: 'at', type: 'string' }] }))).toEqual([]);
});

const times: AssessedTable['columns'] = [
  { name: 'Ts', type: 'timestamp' },
  { name: 'more', type: 'array<struct<timestamp:string,at:timestamp>>' },
  { name: 'text', type: 'struct<timestamp:string>' },
  { name: 'id', type: 'bigint' },
];

test.each<[sql: string, columns: string | undefined]>([
  ['SELECT CAST(ts AS varchar) AS s FROM t', 'sales.t.ts'],
  ['SELECT to_iso8601(x.ts) AS s FROM t x', 'sales.t.ts'],
  ['SELECT count(DISTINCT ts) AS n FROM t', 'sales.t.ts'],
  ['SELECT count(*) AS n FROM (SELECT DISTINCT * FROM t)', 'sales.t.ts, sales.t.more'],
  ['SELECT count(*) AS n FROM (TABLE t)', 'sales.t.ts, sales.t.more'],
  ['SELECT more FROM t', 'sales.t.more'],
  ['SELECT CAST(at AS varchar) AS s FROM inner_view', 'sales.inner_view.at'],
  ['SELECT ts FROM frozen', undefined],
  ['SELECT id, text, count(*) AS n FROM t GROUP BY 1, 2', undefined],
  ['SELECT now() AS ts FROM other', undefined],
])('%s reads timestamps that have microseconds: %s', (sql, columns) => {
  const inner = {
    dialect: 'presto',
    sql: 'SELECT ts AS at FROM t',
    catalog: 'awsdatacatalog',
    schema: 'sales',
    columns: [{ name: 'at', type: 'timestamp(3)' }],
  } as const;
  const tables = [
    table('sales.t', { columns: times }),
    table('sales.other'),
    table('sales.frozen', { format: 'ICEBERG', columns: times }),
    table('sales.inner_view', { format: 'VIEW', columns: [], view: inner }),
  ];
  expect(remarksOn(sql, ...tables).filter((text) => text.includes('microseconds'))).toEqual(
    columns === undefined ? [] : [expect.stringMatching(`: ${columns}$`)],
  );
});

test.each<[sql: string, column: string | undefined]>([
  ['SELECT t.*, n.* FROM t JOIN n ON true', 'id'],
  ['SELECT *, 1 AS id FROM t', 'id'],
  ["SELECT *, 'x' AS dt FROM t x", 'dt'],
  ['(SELECT * FROM t, sales.n) UNION ALL SELECT 1, 2, 3, 4', 'id'],
  ['SELECT t.*, n.b FROM t JOIN n ON true', undefined],
  ['SELECT * FROM t JOIN n USING (id)', undefined],
  ['SELECT * FROM t, n AS x (c, d)', undefined],
  ['SELECT t.* AS (k, l, m), n.* FROM t, n', undefined],
  ['SELECT *, 1 AS id FROM (SELECT a FROM t)', undefined],
  ['SELECT o.*, 1 AS id FROM t, (SELECT 1 AS x) o', undefined],
  ['SELECT *, 1 AS id FROM t CROSS JOIN UNNEST(ARRAY[1]) AS u (n)', undefined],
])('%s names the column %s twice', (sql, column) => {
  const view = { dialect: 'presto', sql, catalog: 'awsdatacatalog', schema: 'sales' } as const;
  const columns = (...names: readonly string[]): AssessedTable['columns'] =>
    names.map((name) => ({ name, type: 'string' }));
  const tables = [
    table('sales.t', { columns: columns('Id', 'a'), partitionKeys: columns('dt') }),
    table('sales.n', { columns: columns('id', 'b') }),
    table('sales.v', { format: 'VIEW', columns: [], view }),
  ];
  const plan = resolve(assessmentWith(tables), templateWith('  []'));
  expect(plan.blocked.map(({ reason }) => reason)).toEqual(
    column === undefined ? [] : [expect.stringContaining(`it has two columns named '${column}', since * stands for`)],
  );
});

test.each<[sql: string, expected: string]>([
  ['UNNEST(arr) AS u (x)', 'UNNEST(transform(arr, element -> ROW(element)))'],
  ['UNNEST(arr, m) AS u (x, k, w)', 'UNNEST(transform(arr, element -> ROW(element)), m)'],
  ['UNNEST(m, t.arr) WITH ORDINALITY AS u (k, w, x, n)', 'UNNEST(m, transform(t.arr, element -> ROW(element)))'],
  [
    "UNNEST(arr, split_to_map(id, ',', '=')) AS u (x, k, w)",
    "UNNEST(transform(arr, element -> ROW(element)), split_to_map(id, ',', '='))",
  ],
  [
    'UNNEST(arr, CAST(NULL AS map(varchar, bigint))) AS u (x, k, w)',
    'UNNEST(transform(arr, element -> ROW(element)), CAST(NULL AS map(varchar, bigint)))',
  ],
  ['UNNEST(m) AS u (k, w)', 'UNNEST(m)'],
  ['UNNEST(m, tags) AS u (k, w, tag)', 'UNNEST(m, tags)'],
  // As Trino counts: `a` and `b` are the fields.
  ['UNNEST(arr) AS u (a, b)', 'UNNEST(arr)'],
])('%s becomes %s', (unnest, expected) => {
  const columns = [
    { name: 'id', type: 'string' },
    { name: 'arr', type: 'array<struct<a:int,b:int>>' },
    { name: 'tags', type: 'array<string>' },
    { name: 'm', type: 'map<string,int>' },
  ];
  const view = {
    dialect: 'presto',
    sql: `SELECT 1 AS one FROM t CROSS JOIN ${unnest}`,
    catalog: 'awsdatacatalog',
    schema: 'sales',
  } as const;
  const plan = resolve(
    assessmentWith([table('sales.t', { columns }), table('sales.v', { format: 'VIEW', columns: [], view })]),
    templateWith('  []'),
  );
  expect(statementsOf(plan).join()).toContain(`CROSS JOIN ${expected} `);
  expect(remarksOn(view.sql, table('sales.t', { columns }))).toEqual(
    expected.includes('transform') ? [expect.stringContaining('elements that are rows as one column')] : [],
  );
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
    parquetTable('h1', 'no_view', { TableType: 'EXTERNAL_TABLE', ViewOriginalText: 'SELECT id FROM events' }),
    viewOf('h1.garbled', '', { ViewOriginalText: '/* Presto View: !!! */' }),
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
    ['table:h1.garbled', expect.stringContaining('cannot be decoded')],
  ]);
  expect(assessment.tables.find(({ name }) => name === 'no_view')?.notes).toEqual([
    expect.stringMatching(
      /^ViewOriginalText holds a statement, but TableType is EXTERNAL_TABLE: it is read as a table/,
    ),
  ]);
});
