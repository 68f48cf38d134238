import { expect, test } from '@jest/globals';
import { renderManifest } from '../../../constructs/registration-manifest/render-manifest.js';
import type { ManifestEntry } from '../../../constructs/registration-manifest/manifest-types.js';
import type { MappedDatabase, MappedTable } from '../../../mappings/plan.js';
import { database, serde, table, targetWith } from '../../support/plan-builder.js';
import { expectGolden } from '../../support/golden.js';
import { registeredTables } from '../../support/registered-tables.js';

function entriesOf(
  tables: readonly MappedTable[],
  databases: readonly MappedDatabase[] = [],
  catalogs = targetWith().catalogs,
): ManifestEntry[] {
  const buckets = new Map([['raw', 'raw-target']]);
  const files = renderManifest({ catalogs, databases, tables, buckets });
  return [...files.values()].flatMap(({ content }) =>
    content
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as ManifestEntry),
  );
}

function entryOf(asset: MappedTable, others: readonly MappedTable[] = []): ManifestEntry {
  const found = entriesOf([...others, asset]).find(({ key }) => key === asset.key);
  if (found === undefined) throw new Error(`${asset.key} is not in the manifest`);
  return found;
}

test('every kind of table is registered as it was found right with Trino 476', () => {
  const entries = entriesOf(registeredTables, [database('sales', { locationUri: 's3://raw/sales' })]);
  const text = entries.map(({ key, statements, load = [], remarks }) =>
    [
      `-- ${key}`,
      ...remarks.map((remark) => `-- remark: ${remark}`),
      ...[...statements, ...load].map((sql) => `${sql};`),
    ].join('\n'),
  );
  expectGolden('registration.sql', `${text.join('\n\n')}\n`);
});

test('names and texts from the catalog stay names and texts', () => {
  const evil = table('sales.orders', {
    table: 'a"; DROP TABLE "b',
    source: { description: "it's; DROP", columns: [{ name: 'x"y', type: 'string', comment: "o'clock" }] },
  });
  expect(entryOf(evil).statements[0]).toBe(
    [
      'CREATE TABLE IF NOT EXISTS "hive"."sales"."a""; DROP TABLE ""b" (',
      '  "x""y" VARCHAR COMMENT \'o\'\'clock\'',
      ')',
      "COMMENT 'it''s; DROP'",
      "WITH (\n  external_location = 's3://raw/sales/orders',\n  format = 'PARQUET'\n)",
    ].join('\n'),
  );
});

test.each<[string, Parameters<typeof table>[1], RegExp]>([
  [
    'a type without counterpart',
    { source: { columns: [{ name: 'u', type: 'uniontype<int,string>' }] } },
    /the column 'u' cannot be declared/,
  ],
  ['no columns', { source: { columns: [] } }, /lists no columns/],
  [
    'an unknown SerDe',
    { source: { format: 'UNKNOWN', serde: serde('com.acme.Own') } },
    /no reader for the SerDe 'com.acme.Own'/,
  ],
  ['no location', { location: null }, /no location at the target/],
  [
    'a delimiter of two characters',
    { source: { format: 'TEXT', serde: serde('a.LazySimpleSerDe', { 'field.delim': '||' }) } },
    /divided by '\|\|'/,
  ],
  ['Iceberg without metadata', { method: 'register' }, /no metadata_location/],
  [
    'Iceberg metadata elsewhere',
    { method: 'register', source: { iceberg: { metadataLocation: 's3://raw/elsewhere/metadata/1.json' } } },
    /lies outside its location/,
  ],
  [
    'a projection into a bucket that is not mapped',
    { source: { projection: { 'storage.location.template': 's3://other/${dt}' } } },
    /bucket of storage.location.template 's3:\/\/other/,
  ],
  ['a view that cannot be read', { method: 'view', source: { view: null } }, /SQL could not be read/],
  [
    'a link to what is not mapped',
    {
      method: 'alias',
      source: {
        link: { targetCatalog: null, targetDatabase: 'x', targetTable: 'y', state: 'resolved', resolvedTo: 'x.y' },
      },
    },
    /x\.y, which is not mapped/,
  ],
])('%s is in the manifest without statements, with the reason', (_name, changes, reason) => {
  const { statements, remarks } = entryOf(table('sales.orders', changes));
  expect(statements).toEqual([]);
  expect(remarks).toEqual([expect.stringMatching(reason)]);
});

test('tables of one name that two catalogs convert are staged apart', () => {
  const lake = { type: 'iceberg-rest', server: 'lakekeeper', warehouse: 'w' } as const;
  const catalogs = { hive: { type: 'hive-metastore' }, a: lake, b: { ...lake, warehouse: 'v' } } as const;
  const converted = ['a', 'b'].map((catalog) =>
    table(`${catalog}.orders`, { catalog, schema: 'sales', method: 'convert' }),
  );
  const stage = /(?<=CREATE TABLE IF NOT EXISTS |FROM )"hive".*"orders"/;
  const stages = entriesOf(converted, [], catalogs)
    .flatMap(({ statements, load = [] }) => [...statements, ...load])
    .flatMap((sql) => stage.exec(sql) ?? []);
  expect(stages).toEqual([
    '"hive"."a2o_staging_sales_b6f263d6"."orders"',
    '"hive"."a2o_staging_sales_b6f263d6"."orders"',
    '"hive"."a2o_staging_sales_c73c5253"."orders"',
    '"hive"."a2o_staging_sales_c73c5253"."orders"',
  ]);
});

test('without a Hive catalog nothing can be converted, and the entry says so', () => {
  const catalogs = { iceberg: targetWith().catalogs['iceberg'] ?? { type: 'hive-metastore' as const } };
  const [, entry] = entriesOf([table('sales.big', { catalog: 'iceberg', method: 'convert' })], [], catalogs);
  expect(entry).toMatchObject({ statements: [], remarks: [expect.stringContaining('hive-metastore')] });
});

test('the place of a projection moves to the target', () => {
  const projected = table('sales.orders', {
    source: {
      partitionKeys: [{ name: 'dt', type: 'string' }],
      projection: { 'projection.dt.type': 'injected', 'storage.location.template': 's3://raw/o/${dt}/' },
    },
  });
  const { statements, partitions } = entryOf(projected);
  expect(statements[0]).toContain("partition_projection_location_template = 's3://raw-target/o/${dt}/'");
  expect(partitions).toEqual({ by: 'projection', expected: 0 });
});

test('a column that is a partition key too is declared once, and that is said', () => {
  const doubled = table('sales.orders', {
    source: {
      columns: [
        { name: 'id', type: 'int' },
        { name: 'DT', type: 'string' },
      ],
      partitionKeys: [{ name: 'dt', type: 'date' }],
    },
  });
  const { statements, remarks } = entryOf(doubled);
  expect(statements[0]).toContain('(\n  "id" INTEGER,\n  "dt" DATE\n)');
  expect(remarks[0]).toBe("the column 'DT' is a partition key too: the key is kept");
});

test('CSV of text alone needs no view', () => {
  const csv = serde('org.apache.hadoop.hive.serde2.OpenCSVSerde');
  const { statements } = entryOf(
    table('sales.orders', { source: { format: 'CSV', serde: csv, columns: [{ name: 'a', type: 'string' }] } }),
  );
  expect(statements).toHaveLength(1);
  expect(statements[0]).toContain('"sales"."orders" (');
});

test.each([
  [{ 'field.delim': '\\t' }, "U&'\\0009'"],
  [{ 'field.delim': '\t' }, "U&'\\0009'"],
  [{ 'field.delim': '\\001' }, "U&'\\0001'"],
  [{ 'serialization.format': '1' }, "U&'\\0001'"],
  [{ 'field.delim': '\\u0007' }, "U&'\\0007'"],
  [{ 'field.delim': '|' }, "'|'"],
])('the delimiter %j is %s', (parameters, literal) => {
  const text = table('sales.orders', { source: { format: 'TEXT', serde: serde('a.LazySimpleSerDe', parameters) } });
  expect(entryOf(text).statements[0]).toContain(`textfile_field_separator = ${literal}`);
});

test("buckets that Spark wrote are left out, because Spark's hash is another", () => {
  const bucketed = { ...serde('a.ParquetHiveSerDe'), bucketColumns: ['id'], numberOfBuckets: 4 };
  const entry = entryOf(
    table('sales.orders', { source: { serde: bucketed, parameters: { 'spark.sql.sources.schema': '{}' } } }),
  );
  expect(entry.statements[0]).not.toContain('bucket');
  expect(entry.remarks).toEqual([expect.stringContaining('Spark')]);
});

test('views come after the views that they read; a circle of views stays in order of keys', () => {
  const view = (name: string, sql: string): MappedTable =>
    table(`sales.${name}`, {
      method: 'view',
      location: null,
      source: { view: { dialect: 'presto', sql, catalog: null, schema: null } },
    });
  const order = entriesOf([
    table('sales.t'),
    view('a', 'SELECT 1 FROM "sales"."c"'),
    view('b', 'SELECT 1 FROM x, a'),
    view('c', 'SELECT 1 FROM t JOIN d ON true'),
    view('d', 'SELECT 1'),
    view('x', 'SELECT 1 FROM y'),
    view('y', 'SELECT 1 FROM x'),
  ]).flatMap(({ table: name, phase }) => (phase === 'view' ? (name ?? []) : []));
  expect(order).toEqual(['d', 'c', 'a', 'y', 'x', 'b']);
});

test('a view reads its tables where they are now, under the names that it calls them by', () => {
  const view = (name: `${string}.${string}`, sql: string): MappedTable =>
    table(name, {
      method: 'view',
      location: null,
      source: { view: { dialect: 'presto', sql, catalog: 'awsdatacatalog', schema: 'sales' } },
    });
  const sqlOf = (sql: string): string => {
    const tables = [
      table('sales.orders', { catalog: 'iceberg', schema: 'team_sales', table: 'orders' }),
      table('web-logs.2024-hits', { schema: 'web_logs', table: '2024_hits' }),
      view('sales.v', sql),
    ];
    return (
      entriesOf(tables)
        .find(({ phase }) => phase === 'view')
        ?.statements.join() ?? ''
    );
  };
  expect(sqlOf('SELECT orders.id FROM Orders WHERE x IN (SELECT y FROM awsdatacatalog.sales.orders o)')).toContain(
    'SELECT orders.id FROM "iceberg"."team_sales"."orders" WHERE x IN (SELECT y FROM "iceberg"."team_sales"."orders" o)',
  );
  expect(sqlOf('SELECT * FROM "web-logs"."2024-hits" WHERE "2024-hits".x = 1')).toContain(
    'FROM "hive"."web_logs"."2024_hits" AS "2024-hits" WHERE',
  );
  expect(sqlOf('SELECT * FROM nowhere')).toBe('');
});

test('each table is one line: another table changes no other line', () => {
  const before = entriesOf(registeredTables);
  const after = entriesOf([...registeredTables, table('zoo.animals')]);
  const added = after.filter((entry) => !before.some((other) => JSON.stringify(other) === JSON.stringify(entry)));
  expect(added.map(({ key }) => key)).toEqual(['schema:hive.zoo', 'table:zoo.animals']);
  expect(after).toHaveLength(before.length + 2);
});
