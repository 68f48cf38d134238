import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { GetDatabasesCommand, GetPartitionsCommand, GetTablesCommand, GlueClient } from '@aws-sdk/client-glue';
import type { Database, Table } from '@aws-sdk/client-glue';
import { readDemoCatalog } from '../../../environments/demo/read-catalog.js';
import { seedDemoCatalog } from '../../../environments/demo/seed-catalog.js';
import type { SeededCatalog } from '../../../environments/demo/seed-catalog.js';
import { motoCredentials, startMoto } from '../../../environments/moto/moto.js';
import type { Moto } from '../../../environments/moto/moto.js';

let moto: Moto;
let client: GlueClient;
let seeded: SeededCatalog;
let databases: Database[];
let tables: Map<string, Table>;

beforeAll(async () => {
  moto = await startMoto();
  client = new GlueClient({
    endpoint: moto.endpoint,
    region: 'eu-central-1',
    credentials: motoCredentials,
    maxAttempts: 1,
  });
  seeded = await seedDemoCatalog(client);
  databases = (await client.send(new GetDatabasesCommand({}))).DatabaseList ?? [];
  const lists = await Promise.all(
    databases.map(({ Name }) => client.send(new GetTablesCommand({ DatabaseName: Name }))),
  );
  tables = new Map(
    lists.flatMap(({ TableList = [] }) =>
      TableList.map((t) => [`${t.DatabaseName ?? ''}.${t.Name ?? ''}`, t] as const),
    ),
  );
});
afterAll(async () => {
  client.destroy();
  await moto.stop();
});

test('is as big as the issue asks, through the real API', () => {
  expect(databases.length).toBe(seeded.databases);
  expect(tables.size).toBe(seeded.tables);
  expect(seeded.databases).toBeGreaterThanOrEqual(12);
  expect(seeded.tables).toBeGreaterThanOrEqual(150);
  expect(seeded.partitions).toBeGreaterThanOrEqual(2000);
});

test('is the same each time', () => {
  expect(readDemoCatalog()).toEqual(readDemoCatalog());
  const names = readDemoCatalog().tables.map(({ databaseName, input }) => `${databaseName}.${input.Name ?? ''}`);
  expect(new Set(names).size).toBe(names.length);
});

test.each([
  [
    'test_analytics.sales_data',
    'year,month',
    'order_id int, customer_id int, amount decimal, quantity int, product_name string, order_date timestamp, region string, status string',
  ],
  [
    'test_analytics.customer_data',
    '',
    'customer_id int, name string, email string, signup_date date, tier string, lifetime_value decimal',
  ],
  [
    'test_analytics.events_raw',
    'date',
    'event_id string, user_id int, event_type string, timestamp timestamp, properties json',
  ],
  ['test_logs.metrics_orc', '', 'metric_name string, value double, timestamp timestamp, tags array<string>'],
  [
    'test_logs.access_logs',
    'date',
    'timestamp timestamp, ip_address string, method string, path string, status_code int, response_time_ms int, user_agent string',
  ],
])('%s is as the test environment has it', (name, keys, columns) => {
  const table = tables.get(name);
  expect(table?.StorageDescriptor?.Columns?.map((c) => `${c.Name ?? ''} ${c.Type ?? ''}`).join(', ')).toBe(columns);
  expect(table?.PartitionKeys?.map(({ Name }) => Name).join(',')).toBe(keys);
  expect(table?.Parameters?.['migration_readiness']).toBe('ready');
});

describe('has the traps:', () => {
  const some = (holds: (table: Table) => unknown): Table[] => [...tables.values()].filter((table) => holds(table));
  const serde = (name: string) => (t: Table) => t.StorageDescriptor?.SerdeInfo?.SerializationLibrary?.includes(name);
  const parameter = (name: string, value: RegExp) => (t: Table) => value.test(t.Parameters?.[name] ?? '');

  test.each<[string, number, (table: Table) => unknown]>([
    ['TPC-DS', 24, (t) => t.DatabaseName === 'tpcds_sf100'],
    ['Iceberg with a metadata location', 5, parameter('metadata_location', /\.metadata\.json$/)],
    [
      'Delta',
      3,
      (t) =>
        /delta/i.test(`${t.Parameters?.['spark.sql.sources.provider'] ?? ''}${t.Parameters?.['table_type'] ?? ''}`),
    ],
    ['Hudi', 2, (t) => t.StorageDescriptor?.InputFormat?.includes('hudi')],
    ['OpenCSVSerde', 3, serde('OpenCSVSerde')],
    ['the Hive JSON SerDe', 2, serde('hcatalog.data.JsonSerDe')],
    ['the OpenX JSON SerDe', 5, serde('openx')],
    ['Ion', 1, serde('IonHiveSerDe')],
    ['Regex', 4, serde('RegexSerDe')],
    ['Grok', 1, serde('GrokSerDe')],
    ['an unknown SerDe', 2, (t) => serde('com.acme')(t) === true || serde('ibm.spss')(t) === true],
    [
      'Hive views',
      2,
      (t) =>
        t.TableType === 'VIRTUAL_VIEW' &&
        /^select/i.test(t.ViewOriginalText ?? '') &&
        !t.Parameters?.['spark.sql.create.version'],
    ],
    ['Spark views', 2, parameter('spark.sql.create.version', /./)],
    ['links', 8, (t) => t.TargetTable],
    ['links to another account', 1, (t) => t.TargetTable?.CatalogId === '210987654321'],
    ['partition projection', 7, parameter('projection.enabled', /^true$/)],
    ['no storage descriptor', 2, (t) => !t.StorageDescriptor && !t.TargetTable],
    ['no location', 2, (t) => t.StorageDescriptor && t.StorageDescriptor.Location === undefined],
    ['not on S3', 4, (t) => /^(hdfs:|arn:aws:(dynamodb|kinesis))|^[a-z.]+$/.test(t.StorageDescriptor?.Location ?? '')],
    ['encrypted', 2, parameter('has_encrypted_data', /^true$/)],
    ['bucketed', 2, (t) => t.StorageDescriptor?.BucketColumns?.length],
    ['mixed case', 2, (t) => /[A-Z]/.test(t.Name ?? '')],
    ['names outside ASCII', 3, (t) => /[^\u0020-\u007e]/.test(t.Name ?? '')],
  ])('%s (at least %d)', (_trap, atLeast, holds) => {
    expect(some(holds).length).toBeGreaterThanOrEqual(atLeast);
  });

  test('Presto views, whose comment is base64 of JSON, that depend on one another', () => {
    const views = some(parameter('presto_view', /^true$/)).map(({ ViewOriginalText: text = '', ...view }) => {
      const json = Buffer.from(/^\/\* Presto View: (\S+) \*\/$/.exec(text)?.[1] ?? '', 'base64').toString();
      const decoded = JSON.parse(json) as { originalSql: string; columns: { name: string }[] };
      expect(decoded.columns.map(({ name }) => name)).toEqual(view.StorageDescriptor?.Columns?.map(({ Name }) => Name));
      return [view.Name, decoded.originalSql] as const;
    });
    expect(views.find(([name]) => name === 'a_monthly_revenue')?.[1]).toContain('daily_revenue');
    expect(views.find(([name]) => name === 'daily_revenue')?.[1]).toContain('v_orders');
  });

  test('names that collide when their case is folded, of tables and of databases', () => {
    const folded = [...tables.keys()].map((name) => name.toLowerCase());
    expect(new Set(folded).size).toBeLessThan(folded.length);
    expect(databases.map(({ Name }) => Name)).toEqual(expect.arrayContaining(['odd_names', 'Odd_Names']));
  });

  test('database links: resolved, chained, missing, of another account', () => {
    const targets = new Map(databases.map(({ Name, TargetDatabase }) => [Name, TargetDatabase]));
    expect(targets.get('sales_link')?.DatabaseName).toBe('sales');
    expect(targets.get('sales_link_of_link')?.DatabaseName).toBe('sales_link');
    expect(targets.get('missing_link')?.DatabaseName).toBe('dropped_database');
    expect(targets.get('partner_share')?.CatalogId).toBe('210987654321');
  });

  test('partitions with another SerDe, other columns and another place than their table', async () => {
    const { Partitions: partitions = [] } = await client.send(
      new GetPartitionsCommand({ DatabaseName: 'web_analytics', TableName: 'page_views_2019_2025' }),
    );
    expect(partitions).toHaveLength(84);
    const formats = new Set(
      partitions.map((p) => p.StorageDescriptor?.SerdeInfo?.SerializationLibrary?.split('.').at(-1)),
    );
    expect([...formats].sort()).toEqual(['LazySimpleSerDe', 'OrcSerde', 'ParquetHiveSerDe']);
    expect(new Set(partitions.map((p) => p.StorageDescriptor?.Location?.split('/')[2]))).toEqual(
      new Set(['acme-web', 'acme-web-archive']),
    );
    expect(new Set(partitions.map((p) => p.StorageDescriptor?.Columns?.length))).toEqual(new Set([6, 4]));
  });
});
