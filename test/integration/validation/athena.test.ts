import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { athenaClient } from '../../../clients/athena/index.js';
import type { AthenaQueries } from '../../../clients/athena/index.js';
import { s3Client } from '../../../clients/s3/index.js';
import { trinoClient } from '../../../clients/trino/index.js';
import { motoCredentials, startMoto } from '../../../environments/moto/moto.js';
import type { Moto } from '../../../environments/moto/moto.js';
import type { SourceCatalogs } from '../../../environments/lakehouse/source-catalogs.js';
import { athenaEngine } from '../../../validation/engines/athena-engine.js';
import type { QueryEngine } from '../../../validation/engines/query-engine.js';
import { openSides } from '../../../validation/engines/sides.js';
import type { Sides } from '../../../validation/engines/sides.js';
import { trinoEngine } from '../../../validation/engines/trino-engine.js';
import { athenaCatalog, besideAthena } from '../../../validation/run/index.js';
import { countAndHash } from '../../../validation/sql/row-hash-queries.js';
import { validateTable } from '../../../validation/table/validate-table.js';
import type { TablePair } from '../../../validation/table/table-pair.js';
import { valueOf } from '../../support/assess-run.js';
import { startAthenaOnTrino } from '../../support/athena-on-trino.js';
import type { AthenaOnTrino } from '../../support/athena-on-trino.js';
import type { LocalServer } from '../../support/http-server.js';
import { until } from '../../support/jobs.js';
import { sharedLakehouse } from '../../support/shared-lakehouse.js';
import type { SharedLakehouse } from '../../support/shared-lakehouse.js';
import { startWritableGlue } from '../../support/writable-glue.js';
import { askIn, createTables, scansOf } from './sheet-tables.js';
import type { Ask } from './sheet-tables.js';
import { sheets } from './sheets.js';

const region = 'eu-central-1';
const schema = `athena_${randomBytes(3).toString('hex')}`;
const bucket = schema.replace('_', '-');

let lakehouse: SharedLakehouse;
let ask: Ask;
let moto: Moto;
let glue: LocalServer;
let catalogs: SourceCatalogs;
let athena: AthenaOnTrino;
let client: AthenaQueries;
let sides: Readonly<Record<'hive' | 'iceberg', Sides>>;

beforeAll(async () => {
  [lakehouse, moto] = await Promise.all([sharedLakehouse(), startMoto()]);
  ask = askIn(lakehouse);
  const s3 = s3Client({ endpoint: moto.endpoint, region, credentials: motoCredentials });
  for (const name of [bucket, `results-${bucket}`])
    await s3.send(new CreateBucketCommand({ Bucket: name, CreateBucketConfiguration: { LocationConstraint: region } }));
  await lakehouse.putObjects(bucket, new Map());
  glue = await startWritableGlue(moto.endpoint);
  catalogs = await lakehouse.addSource(moto.endpoint, glue.url);
  await ask(`CREATE SCHEMA ${catalogs.hive}.${schema} WITH (location = 's3://${bucket}/source/')`);
  await ask(`CREATE SCHEMA hive.${schema} WITH (location = 's3://${bucket}/hive/')`);
  await ask(`CREATE SCHEMA iceberg.${schema}`);
  const trino = trinoClient(lakehouse.lakehouse.access());
  const workgroups = { primary: `s3://results-${bucket}/`, broken: 's3://no-such-bucket/' };
  athena = await startAthenaOnTrino({ trino, catalog: catalogs.all, s3, workgroups });
  client = athenaClient({ endpoint: athena.url, region, credentials: motoCredentials }, { pollMs: 20 });
  const source = await athenaEngine(client, { account: '123456789012', region, catalog: athenaCatalog });
  const hive = valueOf(await trinoEngine(trino, { catalog: 'hive', catalogSession: besideAthena }));
  const iceberg = valueOf(await trinoEngine(trino, { catalog: 'iceberg' }));
  sides = { hive: valueOf(await openSides(source, hive)), iceberg: valueOf(await openSides(source, iceberg)) };
}, 1_200_000);

afterAll(async () => {
  for (const catalog of ['hive', 'iceberg']) await ask(`DROP SCHEMA IF EXISTS ${catalog}.${schema} CASCADE`);
  await catalogs.remove();
  await athena.stop();
  await glue.stop();
  await moto.stop();
  await lakehouse.removeBucket(bucket);
}, 300_000);

/** What an engine of the validation answers. */
function asked(engine: QueryEngine): Ask {
  return async (sql) => valueOf(await engine.query(sql)).rows;
}

test('both engines hash the golden vectors alike', () => {
  expect([...sides.hive.demoted, ...sides.iceberg.demoted]).toEqual([]);
  expect(sides.hive.source.identity).toEqual({
    ...{ service: 'athena', instance: `123456789012:${region}`, catalog: 'AwsDataCatalog' },
    version: 'Athena engine version 3',
  });
});

describe.each(sheets.map((sheet) => [sheet.name, sheet] as const))('%s', (_, sheet) => {
  let verdicts: ReadonlyMap<string, boolean>;
  beforeAll(async () => {
    const [kind, properties] = sheet.source;
    await createTables(ask, schema, { ...sheet, source: [catalogs[kind as 'hive' | 'iceberg'], properties] });
    const { source, target } = sides[sheet.target[0] as 'hive' | 'iceberg'];
    const asks = { source: asked(source), target: asked(target) };
    const scans = await scansOf(asks, schema, { ...sheet, source: [athenaCatalog, properties] });
    const [from = new Map<string, string>(), to = new Map<string, string>()] = await Promise.all(
      (['source', 'target'] as const).map(
        async (side) =>
          new Map(
            (await asks[side](countAndHash(scans[side]))).map(([id, count, hash]) => [
              String(id),
              `${String(count)} ${String(hash)}`,
            ]),
          ),
      ),
    );
    verdicts = new Map(sheet.cases.map(({ id }) => [id, from.get(id) === to.get(id)]));
  }, 300_000);

  test.each(sheet.cases.map((one) => [one.id, one.isEqual ? 'equal' : 'different', one] as const))(
    '%s: %s',
    (id, _verdict, { isEqual }) => {
      expect(verdicts.get(id)).toBe(isEqual);
    },
  );
});

describe('a table', () => {
  // moto filters partitions by keys of the type varchar, but not by those of varchar(n).
  const rows =
    'SELECT id, to_hex(xxhash64(to_utf8(CAST(id AS varchar)))) AS name, CAST(id AS decimal(12,2)) AS amount, ' +
    "date_add('second', id * 1234, date_add('millisecond', mod(id * 567, 1000), TIMESTAMP '1969-12-31 23:00:00.000')) AS at, ARRAY[mod(id, 3), NULL] AS tags, " +
    "element_at(ARRAY[NULL, '', 'a b', '50%'], mod(id, 4) + 1) AS note, " +
    "CAST(element_at(ARRAY['2024-01-01', 'a=b/c', '50%'], mod(id, 3) + 1) AS varchar) AS day FROM UNNEST(sequence(1, 3000)) AS t (id)";
  const pair: TablePair = {
    key: 'table:sales.orders',
    source: { catalog: athenaCatalog, schema, table: 'orders' },
    target: { catalog: 'hive', schema, table: 'orders' },
    partitionColumns: ['day'],
    schema: { target: 'hive' },
  };
  const query = (table: string): string =>
    `SELECT day, count(*) AS n, sum(amount) AS s, max(at) AS last, avg(CAST(id AS double)) AS mean FROM ${table} GROUP BY day`;
  const queries = [
    {
      id: 'sums',
      source: query(`${schema}.orders`).replace(schema, `"${athenaCatalog}".${schema}`),
      target: query(`hive.${schema}.orders`),
      isTotallyOrdered: false,
    },
  ];

  beforeAll(async () => {
    const partitioned = "WITH (format = 'PARQUET', partitioned_by = ARRAY['day'])";
    await ask(`CREATE TABLE ${catalogs.hive}.${schema}.orders ${partitioned} AS ${rows}`);
    await ask(`CREATE TABLE hive.${schema}.orders ${partitioned} AS ${rows}`);
    const damaged = `SELECT id, name, IF(id = 7, amount + 1, amount) AS amount, at, tags, note, day FROM (${rows}) WHERE id <> 9`;
    await ask(`CREATE TABLE hive.${schema}.damaged ${partitioned} AS ${damaged}`);
  }, 300_000);

  test('that is equal passes every check, each of which is shown to see damage', async () => {
    const validation = await validateTable(pair, { runId: 'one', queries }, sides.hive);
    expect(validation.results.map(({ check, status, difference }) => [check, status, difference])).toEqual(
      ['schema', 'row_count', 'partition', 'checksum', 'statistics', 'sample', 'query'].map((check) => [
        ...[check, 'passed', null],
      ]),
    );
    expect(validation.power).toMatchObject({ weak: [], failure: null });
    // What Athena says of its queries is kept.
    const hashed = validation.queries.find(({ purpose, side }) => purpose === 'hash' && side === 'source');
    expect(hashed).toMatchObject({ rowsRead: 3000, queryId: expect.stringMatching(/^[0-9a-f-]{36}$/) });
    expect(hashed?.bytesRead).toBeGreaterThan(0);
  }, 300_000);

  test('that is damaged fails, and the rows are found', async () => {
    const damaged = { ...pair, target: { ...pair.target, table: 'damaged' } };
    const validation = await validateTable(damaged, { runId: 'two', locate: { keyColumns: ['id'] } }, sides.hive);
    const statuses = Object.fromEntries(validation.results.map(({ check, status }) => [check, status]));
    expect(statuses).toMatchObject({ row_count: 'failed', checksum: 'failed', statistics: 'failed' });
    expect(validation.located).toMatchObject({
      totals: { missing: 1, extra: 0, changed: 1 },
      missing: [{ values: { id: '9' } }],
      changed: [{ columns: ['amount'], source: { values: { id: '7', amount: '7.00' } } }],
    });
  }, 300_000);

  test('of Iceberg is compared at the snapshot of its copy, and it is told that the source went on', async () => {
    await ask(
      `CREATE TABLE ${catalogs.iceberg}.${schema}.live WITH (location = 's3://${bucket}/live') AS SELECT id, name FROM (${rows})`,
    );
    const [[metadata] = []] = await ask(
      `SELECT file FROM ${catalogs.iceberg}.${schema}."live$metadata_log_entries" ORDER BY timestamp DESC LIMIT 1`,
    );
    await copyObjects('live/');
    const file = String(metadata).replace(/^.*\//, '');
    await ask(`CALL iceberg.system.register_table('${schema}', 'live', 's3://${bucket}/live', '${file}')`);
    const live: TablePair = {
      ...{ key: 'table:sales.live', partitionColumns: [], isIceberg: true, schema: { target: 'iceberg' } },
      source: { catalog: athenaCatalog, schema, table: 'live' },
      target: { catalog: 'iceberg', schema, table: 'live' },
    };
    const checks = async () =>
      Object.fromEntries(
        (await validateTable(live, { runId: 'three' }, sides.iceberg)).results.map((result) => [
          result.check,
          [result.status, ...result.findings.map(({ code }) => code)],
        ]),
      );
    expect(await checks()).toEqual({
      ...{ schema: ['passed'], row_count: ['passed'], checksum: ['passed'] },
      ...{ statistics: ['passed'], sample: ['passed'] },
    });
    await ask(`INSERT INTO ${catalogs.iceberg}.${schema}.live VALUES (0, 'new')`);
    expect(await checks()).toMatchObject({
      schema: ['passed'],
      row_count: ['warning', 'validation-source-went-on'],
      checksum: ['warning', 'validation-source-went-on'],
    });
  }, 300_000);

  /** From the source's bucket to the target's of the same name. */
  async function copyObjects(prefix: string): Promise<void> {
    const s3 = s3Client({ endpoint: moto.endpoint, region, credentials: motoCredentials });
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix }));
    const objects = await Promise.all(
      Contents.map(async ({ Key = '' }) => {
        const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }));
        return [Key, (await Body?.transformToByteArray()) ?? new Uint8Array()] as const;
      }),
    );
    await lakehouse.putObjects(bucket, new Map(objects));
  }
});

describe('the client', () => {
  test('reads results of many pages, with every type', async () => {
    const answer = valueOf(
      await client.query(
        "SELECT n, IF(n = 2, NULL, 'a,\"b\"') AS t, n / DOUBLE '3' AS d, X'00ff' AS b, n > 1 AS f, ARRAY[n, NULL] AS a, " +
          "MAP(ARRAY['k'], ARRAY[n]) AS m, CAST(ROW(n, 'x') AS row(p bigint, q varchar)) AS r FROM UNNEST(sequence(1, 2500)) AS u (n) ORDER BY n",
      ),
    );
    expect(answer.types).toEqual(['bigint', 'varchar', 'double', 'varbinary', 'boolean', 'array', 'map', 'row']);
    expect(answer.rows.map(([n]) => n)).toEqual(Array.from({ length: 2500 }, (_, index) => index + 1));
    expect(answer.rows.slice(0, 2)).toEqual([
      [1, 'a,"b"', 1 / 3, 'AP8=', false, '[1, null]', '{k=1}', '{p=1, q=x}'],
      [2, null, 2 / 3, 'AP8=', true, '[2, null]', '{k=2}', '{p=2, q=x}'],
    ]);
  });

  test('finds the same rows as CSV where the workgroup wants them', async () => {
    const sql = `SELECT * FROM (VALUES (1, 'a,"b"'), (2, NULL)) AS t (n, x) ORDER BY n`;
    const { queryId } = valueOf(await client.query(sql));
    const execution = athena.executions.find(({ id }) => id === queryId);
    expect(execution?.outputLocation).toBe(`s3://results-${bucket}/${queryId}.csv`);
    const { Body } = await s3Client({ endpoint: moto.endpoint, region, credentials: motoCredentials }).send(
      new GetObjectCommand({ Bucket: `results-${bucket}`, Key: `${queryId}.csv` }),
    );
    expect(await Body?.transformToString()).toBe('"n","x"\n"1","a,""b"""\n"2",\n');
  });

  test('says what Athena says of a query that fails, and of results that cannot be written', async () => {
    expect(await client.query('SELECT 1 / 0')).toMatchObject({
      error: [{ code: 'athena-query-failed', message: expect.stringMatching(/FAILED: .*Division by zero/) }],
    });
    const broken = athenaClient({ endpoint: athena.url, region, credentials: motoCredentials, workgroup: 'broken' });
    expect(await broken.query('SELECT 1')).toMatchObject({
      error: [{ code: 'athena-query-failed', message: expect.stringContaining('bucket does not exist') }],
    });
  });

  test('stops a query that is cancelled', async () => {
    const stop = new AbortController();
    const sql =
      'SELECT count(*) FROM UNNEST(sequence(1, 9999)) AS a (n), UNNEST(sequence(1, 9999)) AS b (m), UNNEST(sequence(1, 999)) AS c (k)';
    const answering = client.query(sql, { signal: stop.signal });
    const execution = await until(() => athena.executions.find((each) => each.sql === sql));
    stop.abort();
    expect(await answering).toMatchObject({ ok: false, error: [{ code: 'athena-cancelled' }] });
    expect(await until(() => (execution.state === 'RUNNING' ? undefined : execution.state))).toBe('CANCELLED');
  });
});
