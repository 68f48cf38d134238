import { expect, test } from '@jest/globals';
import type { MappedDatabase, MappedTable } from '../../mappings/plan.js';
import { makeManifest } from '../../registration/index.js';
import type { ManifestEntry } from '../../registration/index.js';
import { bucket, database, serde, table, targetWith } from '../support/plan-builder.js';
import { expectGolden } from '../support/golden.js';
import { registeredTables } from '../support/registered-tables.js';

function entriesOf(
  tables: readonly MappedTable[],
  databases: readonly MappedDatabase[] = [],
  catalogs = targetWith().catalogs,
): ManifestEntry[] {
  const buckets = [bucket('raw', { targetBucket: 'raw-target' })];
  const { catalogs: made } = makeManifest({ target: targetWith({ catalogs }), buckets, databases, tables });
  return [...made.values()].flat();
}

function entryOf(asset: MappedTable, others: readonly MappedTable[] = []): ManifestEntry {
  const found = entriesOf([...others, asset]).find(({ key }) => key === asset.key);
  if (found === undefined) throw new Error(`${asset.key} is not in the manifest`);
  return found;
}

function view(name: `${string}.${string}`, sql: string): MappedTable {
  return table(name, {
    method: 'view',
    location: null,
    source: { format: 'VIEW', view: { dialect: 'presto', sql, catalog: 'hive', schema: 'sales' } },
  });
}

test('every kind of table is registered as it was found right with Trino 476', () => {
  const entries = entriesOf(registeredTables, [database('sales', { locationUri: 's3://raw/sales' })]);
  const text = entries.map(({ key, statements, load, remarks }) =>
    [
      `-- ${key}`,
      ...remarks.map((remark) => `-- remark: ${remark.text} (${remark.source})`),
      ...[...statements, ...load].map((sql) => `${sql};`),
    ].join('\n'),
  );
  expectGolden('registration.sql', `${text.join('\n\n')}\n`);
});

test('names and texts from the catalog stay names and texts', () => {
  const evil = table('sales.orders', {
    catalog: 'iceberg',
    method: 'convert',
    table: 'a"; DROP TABLE "b',
    source: { description: "it's; DROP", columns: [{ name: 'x"y', type: 'string', comment: "o'clock" }] },
  });
  expect(entryOf(evil).statements.at(-1)).toBe(
    [
      'CREATE TABLE IF NOT EXISTS "iceberg"."sales"."a""; DROP TABLE ""b" (',
      '  "x""y" VARCHAR COMMENT \'o\'\'clock\'',
      ')',
      "COMMENT 'it''s; DROP'",
      "WITH (\n  format = 'PARQUET'\n)",
    ].join('\n'),
  );
});

test('a view of what is not there is a bug of whoever mapped it', () => {
  expect(() => entriesOf([table('sales.x'), view('sales.v', 'SELECT * FROM gone')])).toThrow(
    'table:sales.v, which the target cannot hold: it reads sales.gone, which is not mapped',
  );
});

test('tables of one name that two catalogs convert are staged apart', () => {
  const lake = { type: 'iceberg-rest', server: 'polaris', warehouse: 'w' } as const;
  const catalogs = { hive: { type: 'hive-metastore' }, a: lake, b: { ...lake, warehouse: 'v' } } as const;
  const converted = ['a', 'b'].map((catalog) =>
    table(`${catalog}.orders`, { catalog, schema: 'sales', method: 'convert' }),
  );
  const stage = /(?<=CREATE TABLE IF NOT EXISTS |FROM )"hive".*"orders"/;
  const stages = entriesOf(converted, [], catalogs)
    .flatMap(({ statements, load }) => [...statements, ...load])
    .flatMap((sql) => stage.exec(sql) ?? []);
  expect(stages).toHaveLength(4);
  expect(new Set(stages).size).toBe(2);
});

test('what a converted table is staged in is dropped by its cleanup, and by nothing else', () => {
  const csv = { format: 'CSV', serde: serde('org.apache.hadoop.hive.serde2.OpenCSVSerde') } as const;
  const typed = table('sales.x', { catalog: 'iceberg', method: 'convert', source: csv });
  const { statements, load, cleanup, target } = entryOf(typed);
  const [view, raw] = typed.helpers.map(({ schema, table: name }) => `"hive"."${schema}"."${name}"`);
  const [{ schema } = { schema: '' }] = typed.helpers;
  expect(cleanup).toEqual([
    `DROP VIEW IF EXISTS ${view ?? ''}`,
    `DROP TABLE IF EXISTS ${raw ?? ''}`,
    `DROP SCHEMA IF EXISTS "hive"."${schema}"`,
  ]);
  expect([...statements, ...load].filter((sql) => sql.startsWith('DROP'))).toEqual([]);
  expect(target.table).toBe('x');
  expect(entryOf(table('sales.y')).cleanup).toEqual([]);
});

test('a converted table whose names Hive refuses is staged under names that it takes', () => {
  const long = 'ä-'.repeat(100);
  const { statements } = entryOf(table('a.b', { catalog: 'iceberg', schema: long, table: long, method: 'convert' }));
  const [, staging = '', stagedAs = ''] = /"hive"\."(\w+)"\."(\w+)" \(/.exec(statements[1] ?? '') ?? [];
  expect(staging).toHaveLength(128);
  expect(stagedAs.length).toBeLessThanOrEqual(128 - '__a2o_raw'.length);
  expect(statements.at(-1)).toContain(`"iceberg"."${long}"."${long}"`);
});

test('columns of CSV without a cast stay text when it is converted', () => {
  const columns = [
    { name: 'raw', type: 'binary' },
    { name: 'parts', type: 'array<int>' },
    { name: 'n', type: 'int' },
  ];
  const csv = serde('org.apache.hadoop.hive.serde2.OpenCSVSerde');
  const source = { format: 'CSV', serde: csv, columns } as const;
  const { statements } = entryOf(table('sales.orders', { catalog: 'iceberg', method: 'convert', source }));
  expect(statements.at(-1)).toContain('(\n  "raw" VARCHAR,\n  "parts" VARCHAR,\n  "n" INTEGER\n)');
});

test('the place of a projection moves to the target', () => {
  const projected = table('sales.orders', {
    source: {
      partitionKeys: [{ name: 'dt', type: 'string' }],
      projection: { 'projection.dt.type': 'injected', 'storage.location.template': 's3://raw/o/${dt}/' },
    },
  });
  const { statements, partitionsBy } = entryOf(projected);
  expect(statements[0]).toContain("partition_projection_location_template = 's3://raw-target/o/${dt}/'");
  expect(partitionsBy).toBe('projection');
});

test('a table whose key is injected by queries is not converted', () => {
  const partitionKeys = [{ name: 'tenant', type: 'string' }];
  const projection = { 'projection.Tenant.type': ' Injected', 'storage.location.template': 's3://raw/o/${tenant}/' };
  const converted = () =>
    table('sales.o', { catalog: 'iceberg', method: 'convert', source: { partitionKeys, projection } });
  expect(converted).toThrow(/key 'Tenant' are injected by queries/);
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

test('a delimiter or SerDe that is called like a member of every object is text like any other', () => {
  const text = { format: 'TEXT', serde: serde('a.LazySimpleSerDe', { 'field.delim': 'constructor' }) } as const;
  expect(() => table('sales.orders', { source: text })).toThrow(
    "its SerDe's field.delim is 'constructor'; Trino allows one character",
  );
  const parquet = table('sales.orders', { source: { format: 'PARQUET', serde: serde('a.toString') } });
  expect(entryOf(parquet).statements[0]).toContain("format = 'PARQUET'");
});

test("buckets that Spark wrote are left out, because Spark's hash is another", () => {
  const bucketed = { ...serde('a.ParquetHiveSerDe'), bucketColumns: ['id'], numberOfBuckets: 4 };
  const entry = entryOf(
    table('sales.orders', { source: { serde: bucketed, parameters: { 'spark.sql.sources.schema': '{}' } } }),
  );
  expect(entry.statements[0]).not.toContain('bucket');
  expect(entry.remarks).toEqual([expect.objectContaining({ source: 'parameters spark.sql.sources.*' })]);
});

test('views come after what they read', () => {
  const order = entriesOf([
    table('sales.t'),
    view('sales.a', 'SELECT 1 AS one FROM "sales"."c"'),
    view('sales.b', 'SELECT 1 AS one FROM x, a'),
    view('sales.c', 'SELECT 1 AS one FROM t JOIN d ON true'),
    view('sales.d', 'SELECT 1 AS one'),
    view('sales.x', 'SELECT 1 AS one FROM hive.sales.t'),
  ]).flatMap(({ target, phase }) => (phase === 'view' ? (target.table ?? []) : []));
  expect(order).toEqual(['d', 'x', 'c', 'a', 'b']);
});

test('a view reads its tables where they are now, under the names that it calls them by', () => {
  const sqlOf = (sql: string): string => {
    const tables = [
      table('sales.orders', { catalog: 'iceberg', schema: 'team_sales', method: 'convert' }),
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
});

test('dots inside names make no two tables one', () => {
  const dotted = (database: string, name: string, target: string): MappedTable => ({
    ...table(`sales.${target}`),
    source: { ...table('sales.x').source, database, name, location: `s3://raw/${target}` },
    location: `s3://raw/${target}`,
  });
  const others = [dotted('a', 'b.c', 'one'), dotted('a.b', 'c', 'two')];
  const both = view('sales.v', 'SELECT count(*) AS n FROM "a.b".c, a."b.c"');
  expect(entryOf(both, others).statements[0]).toContain(
    'FROM "hive"."sales"."two" AS "c", "hive"."sales"."one" AS "b.c"',
  );
  expect(() => entriesOf([...others, view('sales.w', 'SELECT * FROM a.b.c')])).toThrow('it reads a.b.c');
});

test('an entry says what is moved, where to, and what must arrive', () => {
  const rows = { value: 12, source: 'crawler', confidence: 'low' } as const;
  const size = { value: 340, source: 'table-parameters', confidence: 'high' } as const;
  const unknown = { value: null, source: 'none', confidence: 'none' };
  const entryFor = (changes: Parameters<typeof table>[1]): ManifestEntry =>
    entryOf(table('sales.orders', { ...changes, source: { rows, size, ...changes?.source } }));
  const source = {
    database: 'sales',
    table: 'orders',
    format: 'PARQUET',
    location: 's3://raw/sales/orders',
    metadataLocation: null,
    bytes: 340,
  };
  expect(entryFor({ location: 's3://new/o' })).toMatchObject({
    source,
    target: { catalog: 'hive', schema: 'sales', table: 'orders', location: 's3://new/o' },
    expected: { rows, bytes: size, partitions: null },
  });
  expect(entryFor({ catalog: 'iceberg', method: 'convert' })).toMatchObject({
    source,
    target: { catalog: 'iceberg', schema: 'sales', table: 'orders', location: null },
    expected: { rows, bytes: unknown },
  });
  const metadataLocation = 's3://raw/sales/orders/metadata/1.metadata.json';
  expect(
    entryFor({ catalog: 'iceberg', method: 'register', source: { format: 'ICEBERG', iceberg: { metadataLocation } } }),
  ).toMatchObject({
    source: { format: 'ICEBERG', metadataLocation },
  });
});

test('equal work has an equal key, whatever is known of its size; other work has another', () => {
  const keyFor = (source: Parameters<typeof table>[1]): string => entryOf(table('sales.orders', source)).idempotencyKey;
  const size = { value: 7, source: 'crawler', confidence: 'low' } as const;
  expect(keyFor({ source: { size }, remarks: [{ text: 'seen twice', source: 'a test', fix: null }] })).toBe(keyFor({}));
  const others = [
    keyFor({ location: 's3://elsewhere/orders' }),
    keyFor({ source: { location: 's3://raw/old_orders' } }),
    keyFor({ source: { columns: [{ name: 'id', type: 'int' }] } }),
    keyFor({ table: 'renamed' }),
    keyFor({ schema: 'other' }),
  ];
  expect(new Set([keyFor({}), ...others]).size).toBe(6);
});

test('each table is one line: another table changes no other line', () => {
  const before = entriesOf(registeredTables);
  const after = entriesOf([...registeredTables, table('zoo.animals')]);
  const added = after.filter((entry) => !before.some((other) => JSON.stringify(other) === JSON.stringify(entry)));
  expect(added.map(({ key }) => key)).toEqual(['schema:hive.zoo', 'table:zoo.animals']);
  expect(after).toHaveLength(before.length + 2);
});
