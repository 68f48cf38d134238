import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import pg from 'pg';
import { trinoClient } from '../../../clients/trino/index.js';
import type { TrinoConnection } from '../../../clients/trino/index.js';
import { verifiedTls } from '../../../core/trust/index.js';
import { Lakehouse } from '../../../environments/lakehouse/lakehouse.js';
import { ObjectStore } from '../../../environments/lakehouse/object-store.js';
import type { ObjectStorePlace, ObjectStoreType } from '../../../environments/lakehouse/object-store.js';
import { fillWithDemo, registerDemo } from '../../../environments/lakehouse/sample.js';
import { olderJava, toolPath } from '../../../environments/lakehouse/tools.js';
import { valueOf } from '../../support/assess-run.js';
import { generatedRows, sortedRows } from '../../support/generated-rows.js';
import type { GeneratedRows, Rows } from '../../support/generated-rows.js';
import { combinations } from '../../support/matrix.js';
import { makeAuthority } from '../../support/private-authority.js';
import { sharedLakehouse } from '../../support/shared-lakehouse.js';
import type { SharedLakehouse } from '../../support/shared-lakehouse.js';
import { run } from '../../support/terraform.js';

let folder: string;
let lakehouse: Lakehouse;
let said: readonly string[];
let written: GeneratedRows;

async function boot(base: string, objectStore: ObjectStoreType): Promise<void> {
  folder = mkdtempSync(join(tmpdir(), 'a2o-lakehouse-'));
  lakehouse = await Lakehouse.open(folder, { isLasting: false, objectStore, startsFast: true });
  const lines: string[] = [];
  await fillWithDemo(lakehouse, { folder, base, say: (text) => lines.push(text) });
  said = lines;
  written = generatedRows(join(folder, 'testdata'));
}

async function remove(): Promise<void> {
  await lakehouse.stop();
  await lakehouse.removeDatabase();
  rmSync(folder, { recursive: true, force: true });
}

async function ask(sql: string, access: TrinoConnection = lakehouse.access()): Promise<Rows> {
  return valueOf(await trinoClient(access).query(sql)).rows;
}

/** What holds for every version. */
function theDemoAnswers(): void {
  test.each([
    ['test_analytics.sales_data', 3000, ['2025/01', '2025/02', '2025/03']],
    ['test_analytics.events_raw', 3000, ['2025-01-01', '2025-01-02', '2025-01-03']],
    ['test_logs.metrics_orc', 1000, undefined],
    ['test_logs.access_logs', 2000, ['2025-01-01', '2025-01-02']],
  ])(
    '%s has the rows that the generator wrote, and all partitions',
    async (name, count, partitions) => {
      expect(await ask(`SELECT count(*) FROM hive.${name}`)).toEqual([[count]]);
      expect(sortedRows(await ask(`SELECT * FROM hive.${name}`))).toEqual(sortedRows(written.tables[name]));
      if (partitions === undefined) return;
      const [schema = '', table = ''] = name.split('.');
      const found = await ask(`SELECT * FROM hive.${schema}."${table}$partitions"`);
      expect(found.map((values) => values.join('/')).sort()).toEqual(partitions);
    },
    120_000,
  );

  test('the registered Iceberg table keeps its history: 1000 rows, then 900', async () => {
    const table = 'iceberg.test_analytics.customer_data';
    const [before, now] = written.snapshots;
    expect(sortedRows(await ask(`SELECT * FROM ${table}`))).toEqual(sortedRows(now));
    const asOf = "TIMESTAMP '2025-01-01 01:30:00 UTC'";
    expect(sortedRows(await ask(`SELECT * FROM ${table} FOR TIMESTAMP AS OF ${asOf}`))).toEqual(sortedRows(before));
    const snapshots = await ask(
      'SELECT cast(snapshot_id AS varchar) FROM iceberg.test_analytics."customer_data$snapshots" ORDER BY committed_at',
    );
    const counts = await Promise.all(
      snapshots.map(([id]) => ask(`SELECT count(*) FROM ${table} FOR VERSION AS OF ${String(id)}`)),
    );
    expect(counts).toEqual([[[1000]], [[900]]]);
  }, 120_000);

  test('a Hive table becomes an Iceberg table in the warehouse, and is written to', async () => {
    const table = 'iceberg.test_analytics.sales_by_region';
    await ask(
      `CREATE TABLE ${table} AS SELECT region, sum(amount) total FROM hive.test_analytics.sales_data GROUP BY 1`,
    );
    await ask(`DELETE FROM ${table} WHERE region = 'eu-west'`);
    expect(await ask(`SELECT count(*) FROM ${table}`)).toEqual([[4]]);
    const [[path] = []] = await ask(`SELECT "$path" FROM ${table} LIMIT 1`);
    expect(path).toMatch(/^s3:\/\/lakehouse-warehouse\//);
    await ask(`DROP TABLE ${table}`);
  }, 120_000);

  test('history is not to be expired, unless an administrator means it', async () => {
    const expire = `ALTER TABLE iceberg.test_analytics.customer_data EXECUTE expire_snapshots(retention_threshold => '7d')`;
    await expect(ask(expire)).rejects.toThrow('shorter than the minimum retention configured in the system (3650.00d)');
    expect(await ask('SELECT count(*) FROM iceberg.test_analytics."customer_data$snapshots"')).toEqual([[2]]);
    expect(await ask("SHOW SESSION LIKE 'iceberg.%min_retention'")).toHaveLength(2);
  }, 60_000);

  test('Hive tables are written to', async () => {
    await ask('CREATE TABLE hive.test_logs.copied AS SELECT * FROM hive.test_logs.access_logs');
    await ask("INSERT INTO hive.test_logs.copied SELECT * FROM hive.test_logs.access_logs WHERE date = '2025-01-01'");
    expect(await ask('SELECT count(*) FROM hive.test_logs.copied')).toEqual([[3000]]);
    await ask('DROP TABLE hive.test_logs.copied');
  }, 120_000);

  test('Trino asks for the password, and speaks TLS only', async () => {
    expect(await ask('SELECT current_user')).toEqual([['admin']]);
    await expect(ask('SELECT 1', { ...lakehouse.access(), password: 'wrong' })).rejects.toThrow('trino-refused');
    const plain = lakehouse.access().url.replace('https:', 'http:');
    await expect(ask('SELECT 1', { url: plain, user: 'admin' })).rejects.toThrow('trino-unreachable');
  }, 60_000);
}

describe('the files that cdktf synth writes boot Trino 476, Hive Metastore 3.1.3 and an Iceberg REST catalog on Ceph', () => {
  let shared: SharedLakehouse;
  beforeAll(async () => {
    shared = await sharedLakehouse();
    ({ lakehouse, folder, said } = shared);
    written = generatedRows(join(folder, 'testdata'));
  }, 600_000);
  theDemoAnswers();

  test('every schema, table and view that the Plan maps is registered', async () => {
    expect(said.at(-1)).toMatch(/^registered \d{3} schemas, tables and views$/);
    const [[tables] = []] = await ask('SELECT count(*) FROM hive.information_schema.tables');
    expect(Number(tables)).toBeGreaterThan(140);
  }, 120_000);

  test('registering again does nothing and fails at nothing', async () => {
    expect(await registerDemo(lakehouse, folder, shared.terraform)).toMatchObject({ failed: 0, problems: '' });
  }, 120_000);

  test('the user of migration workers, who registered it all, sees its own queries only and administers nothing', async () => {
    const worker = lakehouse.access('migration');
    const table = 'hive.test_analytics.sales_data';
    const [[query] = []] = await ask(`SELECT query_id FROM system.runtime.queries WHERE "user" = 'admin' LIMIT 1`);
    expect(await ask('SELECT DISTINCT "user" FROM system.runtime.queries', worker)).toEqual([['migration']]);
    for (const sql of [
      `UPDATE ${table} SET amount = 0`,
      `CALL system.runtime.kill_query('${String(query)}', 'x')`,
      'CALL hive.system.flush_metadata_cache()',
      "CALL iceberg.system.unregister_table('test_analytics', 'customer_data')",
      'SELECT * FROM system.runtime.nodes',
      "SET SESSION query_max_run_time = '1h'",
      `GRANT SELECT ON ${table} TO USER ana`,
      `ALTER TABLE ${table} SET AUTHORIZATION ana`,
    ])
      await expect(ask(sql, worker)).rejects.toThrow(/Access Denied|does not support|not allowed/);
    await expect(trinoClient(worker).query('SELECT 1', { sessionUser: 'admin' }).then(valueOf)).rejects.toThrow(
      'cannot impersonate',
    );
  }, 120_000);

  describe('PostgreSQL', () => {
    const user = { user: 'postgres', database: 'postgres' };
    async function asked(sql: string, tls: 'verified' | 'none'): Promise<Record<string, unknown>[]> {
      const { ca, serverName, ...server } = lakehouse.databaseAccess();
      const ssl = tls === 'verified' && verifiedTls({ ca, serverName });
      const client = new pg.Client({ ...server, ...user, ssl });
      await client.connect();
      try {
        return (await client.query<Record<string, unknown>>(sql)).rows;
      } finally {
        await client.end();
      }
    }

    test('is reached by the Hive Metastore and the Iceberg catalog over TLS', async () => {
      await ask('SELECT count(*) FROM hive.test_analytics.sales_data');
      await ask('SELECT count(*) FROM iceberg.test_analytics.customer_data');
      const clients = `SELECT usename, bool_and(ssl) AS ssl FROM pg_stat_activity JOIN pg_stat_ssl USING (pid)
        WHERE backend_type = 'client backend' AND usename <> 'postgres' GROUP BY 1 ORDER BY 1`;
      expect(await asked(clients, 'verified')).toEqual([
        { usename: 'metastore', ssl: true },
        { usename: 'polaris', ssl: true },
      ]);
    }, 60_000);

    test('refuses a connection without TLS', async () => {
      await expect(asked('SELECT 1', 'none')).rejects.toThrow(/no pg_hba\.conf entry .* no encryption/);
    });

    test('is verified by the address that they are given: by another authority’s certificate it is refused', async () => {
      const site = join(folder, 'machine/etc/aws2openstack/hive-metastore/conf/metastore-site.xml');
      const url = /<value>(jdbc:postgresql:.*?)<\/value>/
        .exec(readFileSync(site, 'utf8'))?.[1]
        ?.replaceAll('&amp;', '&');
      const { password } = lakehouse.databaseAccess();
      const scratch = mkdtempSync(join(tmpdir(), 'a2o-jdbc-'));
      const [program, other] = [join(scratch, 'Connect.java'), join(scratch, 'other.pem')];
      writeFileSync(other, makeAuthority({ name: 'Other' }).certificate);
      writeFileSync(
        program,
        `public class Connect { public static void main(String[] args) throws Exception {
  try (var connection = java.sql.DriverManager.getConnection(args[0], "postgres", System.getenv("PGPASSWORD"))) {
    System.out.println(connection.isValid(5));
  }
} }`,
      );
      const classPath = join(toolPath('hive-metastore.sh'), 'client', '*');
      const connect = (address = '') =>
        run(olderJava(), ['-XX:TieredStopAtLevel=1', '-cp', classPath, program, address], {
          env: { PGPASSWORD: password },
        });
      expect(await connect(url)).toMatchObject({ code: 0, output: expect.stringMatching(/true\n$/) });
      expect(await connect(url?.replace(/(?<=sslrootcert=).*/, other))).toMatchObject({
        code: 1,
        output: expect.stringMatching(/PKIX path|certificate/),
      });
      rmSync(scratch, { recursive: true });
    }, 120_000);
  });

  test('nothing listens on another address than 127.0.0.1', () => {
    const { ports } = { ports: JSON.parse(readFileSync(join(folder, 'ports.json'), 'utf8')) as Record<string, number> };
    const wanted = new Set(Object.values(ports));
    const listening = ['tcp', 'tcp6']
      .flatMap((file) => readFileSync(`/proc/net/${file}`, 'utf8').trim().split('\n').slice(1))
      .map((line) => line.trim().split(/\s+/))
      .filter(([, local = '', , state]) => state === '0A' && wanted.has(parseInt(local.split(':')[1] ?? '', 16)))
      .map(([, local = '']) => local.split(':')[0] ?? '');
    expect(listening).toHaveLength(wanted.size);
    // Java's sockets are of IPv6: there 127.0.0.1 is ::ffff:127.0.0.1.
    const loopback = ['0100007F', '0000000000000000FFFF00000100007F'];
    expect(listening.filter((address) => !loopback.includes(address))).toEqual([]);
  });
});

type Combination = readonly [trino: string, metastore: string, store: ObjectStoreType];

describe.each(
  combinations<Combination>(
    [['483', '4.0.1', 'swift']],
    // Swift is what a mapping has unless it says otherwise.
    [
      ['476', '3.1.3', 'swift'],
      ['483', '4.0.1', 'ceph-rgw'],
    ],
  ),
)('Trino %s and Hive Metastore %s, which a mapping can choose, on %s', (trino, metastore, store) => {
  const mapping = join(mkdtempSync(join(tmpdir(), 'a2o-mapping-')), 'versions.yaml');
  beforeAll(async () => {
    writeFileSync(
      mapping,
      `apiVersion: aws2openstack/v1
kind: MappingTemplate
metadata: { name: versions, description: These versions. }
extends: default
target: { versions: { trino: '${trino}', hiveMetastore: ${metastore} } }
`,
    );
    await boot(mapping, store);
  }, 900_000);
  afterAll(remove, 120_000);
  theDemoAnswers();

  test('every table is registered, by the versions that were named', async () => {
    expect(said.at(-1)).toMatch(/^registered \d{3} schemas, tables and views$/);
    expect(await ask('SELECT node_version FROM system.runtime.nodes')).toEqual([[trino]]);
    const [[tables] = []] = await ask('SELECT count(*) FROM hive.information_schema.tables');
    expect(Number(tables)).toBeGreaterThan(140);
  }, 120_000);

  test('files of another mapping are not put below programs that run', async () => {
    const base = join(folder, '..', `${basename(folder)}-other.yaml`);
    writeFileSync(
      base,
      `apiVersion: aws2openstack/v1
kind: MappingTemplate
metadata: { name: other }
extends: ${mapping}
target: { access: { groups: { analysts: [ana] } } }
`,
    );
    await expect(fillWithDemo(lakehouse, { folder, base, say: () => undefined })).rejects.toThrow(
      'The lakehouse runs from other files than this mapping gives.',
    );
    rmSync(base);
    expect(await ask('SELECT count(*) FROM hive.test_analytics.sales_data')).toEqual([[3000]]);
  }, 120_000);

  test('what is stopped is down, and its data is there when it starts again', async () => {
    await lakehouse.stop();
    expect(Object.values(await lakehouse.status())).toEqual([false, false, false, false, false]);
    await fillWithDemo(lakehouse, { folder, base: mapping, say: () => undefined });
    expect(await ask('SELECT count(*) FROM iceberg.test_analytics.customer_data')).toEqual([[900]]);
    expect(await ask('SELECT count(*) FROM hive.test_analytics.sales_data')).toEqual([[3000]]);
  }, 400_000);
});

test('Ceph keeps its objects while it is stopped', async () => {
  const scratch = mkdtempSync(join(tmpdir(), 'a2o-ceph-'));
  const place: ObjectStorePlace = { type: 'ceph-rgw', folder: join(scratch, 'ceph') };
  try {
    const files = join(scratch, 'files');
    mkdirSync(files);
    writeFileSync(join(files, 'a'), 'content');
    const store = await ObjectStore.start(place);
    await store.createBuckets(['kept']);
    expect(await store.upload(files, 'kept')).toBe(1);
    await ObjectStore.stop(place);
    expect(await ObjectStore.isRunning(place)).toBe(false);
    expect(await (await ObjectStore.start(place)).count('kept')).toBe(1);
  } finally {
    await ObjectStore.stop(place);
    rmSync(scratch, { recursive: true });
  }
}, 300_000);
