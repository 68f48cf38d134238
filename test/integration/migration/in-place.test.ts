import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { s3Client } from '../../../clients/s3/index.js';
import { renderCatalog } from '../../../constructs/trino/render-catalogs.js';
import { inPlaceCatalog } from '../../../core/helper-tables.js';
import { cleanUp, register } from '../../../migration/register/index.js';
import type { RegistrationReport } from '../../../migration/register/index.js';
import { database } from '../../support/glue-catalogs.js';
import { partitionsKey } from '../../support/glue-stub.js';
import { sharedLakehouse } from '../../support/shared-lakehouse.js';
import type { SharedLakehouse } from '../../support/shared-lakehouse.js';
import type { CorpusFile } from '../registration-corpus/corpus-case.js';
import { gluePartitions, glueTable } from '../registration-corpus/glue-table.js';
import { planLake, putFiles } from './register-lake.js';
import type { PlannedLake } from './register-lake.js';

jest.setTimeout(900_000);

const name = `in_place_${randomBytes(3).toString('hex')}`;
const bucket = name.replaceAll('_', '-');
const nothing = '__HIVE_DEFAULT_PARTITION__';
const rules = `
  - { name: kept, when: { kind: bucket, bucket: ${bucket} }, to: { bucket: ${bucket} } }
  - { name: placed, when: { kind: table, database: ${name} }, to: { catalog: iceberg, convert: { format: iceberg, inPlace: true } } }`;

const place = (table: string) => ({ database: name, bucket, location: `s3://${bucket}/${table}/` });

const old = { id: 'int', nested: 'struct<a:int,b:array<string>>', price: 'decimal(9,2)' };
const orders = { columns: { ...old, added: 'bigint' }, keys: { dt: 'date', region: 'string' } };
const events = { columns: { id: 'int', at: 'timestamp', tags: 'map<string,int>' } };
const odd = { columns: { id: 'int' }, keys: { k: 'string' } };
const tables = [
  {
    table: { Name: 'orders', ...glueTable('parquet', orders)(place('orders')) },
    partitions: gluePartitions('parquet', orders, [
      [['2024-01-01', 'eu'], 'dt=2024-01-01/region=eu'],
      [['2024-02-29', 'größe 1'], 'dt=2024-02-29/region=größe 1'],
      [['2024-02-29', nothing], `dt=2024-02-29/region=${nothing}`],
    ])(place('orders')),
  },
  { table: { Name: 'events', ...glueTable('orc', events)(place('events')) }, partitions: [] },
  {
    table: { Name: 'odd', ...glueTable('parquet', odd)(place('odd')) },
    partitions: gluePartitions('parquet', odd, [[['x/y'], 'k=x%2Fy']])(place('odd')),
  },
  {
    table: {
      Name: 'cased',
      ...glueTable('parquet', { columns: { userid: 'int', inner: 'struct<orderid:int>' } })(place('cased')),
    },
    partitions: [],
  },
  // As old versions of Hive wrote it.
  {
    table: { Name: 'swapped', ...glueTable('orc', { columns: { a: 'int', b: 'int' } })(place('swapped')) },
    partitions: [],
  },
  { table: { Name: 'unnamed', ...glueTable('orc', { columns: { id: 'int' } })(place('unnamed')) }, partitions: [] },
];

const files: readonly CorpusFile[] = [
  {
    key: 'orders/dt=2024-01-01/region=eu/f',
    kind: 'parquet',
    columns: old,
    rows: [
      [1, [10, ['x', null]], '1.50'],
      [2, null, null],
    ],
  },
  {
    key: 'orders/dt=2024-02-29/region=größe 1/f',
    kind: 'parquet',
    columns: orders.columns,
    rows: [[3, [null, []], '-0.01', 30]],
  },
  {
    key: `orders/dt=2024-02-29/region=${nothing}/f`,
    kind: 'parquet',
    columns: orders.columns,
    rows: [[null, [4, null], '4.00', null]],
  },
  {
    key: 'events/below/f',
    kind: 'orc',
    columns: events.columns,
    rows: [
      [1, '2024-02-29 12:00:00.123456', { a: 1 }],
      [null, null, null],
    ],
  },
  { key: 'events/_SUCCESS', kind: 'text', text: 'not a row' },
  { key: 'odd/k=x%2Fy/f', kind: 'parquet', columns: odd.columns, rows: [[1]] },
  { key: 'cased/f', kind: 'parquet', columns: { userId: 'int', Inner: 'struct<orderId:int>' }, rows: [[7, [8]]] },
  { key: 'swapped/f', kind: 'orc', columns: { b: 'int', a: 'int' }, rows: [[1, 2]] },
  { key: 'unnamed/f', kind: 'orc', columns: { _col0: 'int' }, rows: [[7]] },
].map((file) => ({ ...file, key: `${bucket}/${file.key}` }) as CorpusFile);

let lakehouse: SharedLakehouse;
let lake: PlannedLake;
let first: RegistrationReport;
let before: ReadonlyMap<string, string>;

beforeAll(async () => {
  lakehouse = await sharedLakehouse();
  await makeCatalog();
  await putFiles(lakehouse, files);
  lake = await planLake(
    lakehouse,
    {
      databases: [database(name)],
      tables: { [name]: tables.map(({ table }) => table) },
      partitions: Object.fromEntries(
        tables.map(({ table, partitions }) => [partitionsKey(name, table.Name), partitions]),
      ),
    },
    rules,
  );
  before = await objects();
  first = await run();
});

afterAll(async () => {
  for (const table of ['orders', 'events', 'cased'])
    await lakehouse.query(`CALL iceberg.system.unregister_table('${name}', '${table}')`).catch(() => undefined);
  for (const table of ['odd', 'swapped', 'unnamed']) {
    const [schema, staged] = stagingOf(table);
    await lakehouse
      .query(`CALL ${inPlaceCatalog}.system.unregister_table('${schema}', '${staged}')`)
      .catch(() => undefined);
    await lakehouse.query(`DROP SCHEMA IF EXISTS hive.${schema} CASCADE`);
  }
  await lakehouse.query(`DROP SCHEMA IF EXISTS iceberg.${name} CASCADE`);
  await lakehouse.query(`DROP CATALOG ${inPlaceCatalog}`);
  await lakehouse.removeBucket(bucket);
  await lake.remove();
});

/** As a Plan that needs it has the file, but for the addresses of this machine. */
async function makeCatalog(): Promise<void> {
  const etc = join(lakehouse.folder, 'machine', 'etc', 'aws2openstack', 'trino-coordinator', 'etc', 'catalog');
  const settingsOf = (text: string): Map<string, string> =>
    new Map(
      text
        .trim()
        .split('\n')
        .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    );
  const hive = settingsOf(readFileSync(join(etc, 'hive.properties'), 'utf8'));
  const store = { endpoint: hive.get('s3.endpoint') ?? '', region: 'us-east-1', credentialsSecret: 's' };
  const rendered = settingsOf(
    renderCatalog(
      { type: 'iceberg-in-hive', metastoreUris: [hive.get('hive.metastore.uri') ?? ''] },
      { ...store, trailingChecksums: hive.get('s3.signer-type') === undefined },
    ),
  );
  rendered.delete('connector.name');
  const properties = [...rendered].map(([key, value]) => `"${key}" = '${value}'`).join(', ');
  await lakehouse.query(`CREATE CATALOG ${inPlaceCatalog} USING iceberg WITH (${properties})`);
}

async function objects(): Promise<ReadonlyMap<string, string>> {
  const { endpoint, accessKey, secretKey } = await lakehouse.lakehouse.startObjectStore();
  const credentials = { accessKeyId: accessKey, secretAccessKey: secretKey };
  const client = s3Client({ endpoint, region: 'us-east-1', credentials });
  const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: bucket }));
  client.destroy();
  return new Map(Contents.map(({ Key = '', ETag = '' }) => [Key, ETag]));
}

async function run(): Promise<RegistrationReport> {
  return await register(lake.manifest, lake.ports(), { buckets: lake.buckets });
}

function outcomeOf({ outcomes }: RegistrationReport, table: string) {
  return outcomes.find(({ key }) => key === `table:${name}.${table}`);
}

function stagingOf(table: string): readonly [schema: string, table: string] {
  const entry = [...lake.manifest.catalogs.values()].flat().find(({ key }) => key === `table:${name}.${table}`);
  const [, schema = '', staged = ''] = /schema_name => '(.*?)', table_name => '(.*?)'/.exec(entry?.load[0] ?? '') ?? [];
  return [schema, staged];
}

const rowsOf = async (table: string): Promise<readonly string[]> =>
  (await lakehouse.query(`SELECT * FROM iceberg.${name}.${table}`)).map((row) => JSON.stringify(row)).sort();

const orderRows = [
  [1, [10, ['x', null]], '1.50', null, '2024-01-01', 'eu'],
  [2, null, null, null, '2024-01-01', 'eu'],
  [3, [null, []], '-0.01', 30, '2024-02-29', 'größe 1'],
  [null, [4, null], '4.00', null, '2024-02-29', null],
];

test('files become Iceberg tables where they lie, with the rows that Hive reads', async () => {
  expect(lake.blocked).toEqual([]);
  expect(outcomeOf(first, 'orders')).toMatchObject({ state: 'registered', rowsLoaded: 4, diagnostics: [] });
  expect(outcomeOf(first, 'events')).toMatchObject({ state: 'registered', rowsLoaded: 2, diagnostics: [] });
  expect(await rowsOf('orders')).toEqual(orderRows.map((row) => JSON.stringify(row)).sort());
  expect(await rowsOf('events')).toEqual(
    [
      [1, '2024-02-29 12:00:00.123456', { a: 1 }],
      [null, null, null],
    ]
      .map((row) => JSON.stringify(row))
      .sort(),
  );
});

test('no object was written anew: only metadata came', async () => {
  const after = await objects();
  for (const [key, etag] of before) expect([key, after.get(key)]).toEqual([key, etag]);
  const added = [...after.keys()].filter((key) => !before.has(key));
  expect(added.filter((key) => !/^(orders|events|cased|swapped|unnamed)\/metadata\//.test(key))).toEqual([]);
  const [[shown] = []] = await lakehouse.query(`SHOW CREATE TABLE iceberg.${name}.orders`);
  expect(shown).toContain(`location = 's3://${bucket}/orders'`);
  expect(shown).toContain("partitioning = ARRAY['dt','region']");
});

test('the Hive Metastore has forgotten them, and another run changes nothing', async () => {
  for (const table of ['orders', 'events'])
    expect(await lakehouse.query(`SHOW TABLES FROM hive.${stagingOf(table)[0]}`)).toEqual([]);
  const again = await run();
  expect(outcomeOf(again, 'orders')).toMatchObject({ state: 'unchanged', diagnostics: [] });
  const entries = [...lake.manifest.catalogs.values()].flat().filter(({ key }) => /\.(orders|events)$/.test(key));
  expect(await cleanUp(entries, lake.ports())).toEqual([]);
  expect(await rowsOf('orders')).toHaveLength(4);
});

test('a partition whose name is escaped is refused before anything is changed', () => {
  expect(outcomeOf(first, 'odd')).toMatchObject({
    state: 'blocked',
    diagnostics: [{ code: 'registration-in-place-partition' }],
  });
});

test('files that write columns in other letter case are read', async () => {
  expect(outcomeOf(first, 'cased')).toMatchObject({ state: 'registered', rowsLoaded: 1 });
  expect(await rowsOf('cased')).toEqual(['[7,[8]]']);
});

test('ORC files with their columns in another order do not become a table of other values', async () => {
  expect(outcomeOf(first, 'swapped')).toMatchObject({
    state: 'blocked',
    diagnostics: [
      {
        code: 'registration-in-place-differs',
        message: expect.stringContaining('other values in 2 columns, such as a'),
      },
    ],
  });
  expect(await lakehouse.query(`SHOW TABLES FROM iceberg.${name} LIKE 'swapped'`)).toEqual([]);
});

test('files whose columns have other names do not become a table of NULLs', async () => {
  expect(outcomeOf(first, 'unnamed')).toMatchObject({
    state: 'failed',
    diagnostics: [{ code: 'registration-in-place-failed', message: expect.stringMatching(/unnamed": \S+Exception/) }],
  });
  expect(await lakehouse.query(`SHOW TABLES FROM iceberg.${name} LIKE 'unnamed'`)).toEqual([]);
});

test('they are written to as any Iceberg table', async () => {
  const table = `iceberg.${name}.orders`;
  await lakehouse.query(`DELETE FROM ${table} WHERE id = 1`);
  await lakehouse.query(`ALTER TABLE ${table} RENAME COLUMN price TO amount`);
  await lakehouse.query(`ALTER TABLE ${table} ADD COLUMN later varchar`);
  await lakehouse.query(
    `INSERT INTO ${table} (id, amount, added, dt, region, later) VALUES (5, 5.55, 50, DATE '2024-03-01', 'us', 'new')`,
  );
  expect(await lakehouse.query(`SELECT id, amount, added, region, later FROM ${table} ORDER BY amount`)).toEqual([
    [3, '-0.01', 30, 'größe 1', null],
    [null, '4.00', null, null, null],
    [5, '5.55', 50, 'us', 'new'],
    [2, null, null, 'eu', null],
  ]);
});
