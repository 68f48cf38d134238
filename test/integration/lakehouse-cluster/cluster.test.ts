import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { renderDashboard } from '../../../constructs/metrics/render-dashboard.js';
import { ObjectStore } from '../../../environments/lakehouse/object-store.js';
import type { ObjectStoreType } from '../../../environments/lakehouse/object-store.js';
import { combinations } from '../../support/matrix.js';
import { metricsPassword, startCluster } from '../../support/rendered-cluster.js';
import type { RenderedCluster } from '../../support/rendered-cluster.js';
import { startMonitoring } from './prometheus.js';

const exchangeBuckets = ['lake-exchange-1', 'lake-exchange-2'];
const dataBucket = 'lake-data';
type Combination = readonly [version: string, type: ObjectStoreType];

describe.each(
  combinations<Combination>(
    // The other way round than in lakehouse/boot.test.ts.
    [
      ['476', 'swift'],
      ['483', 'ceph-rgw'],
    ],
    [
      ['476', 'ceph-rgw'],
      ['483', 'swift'],
    ],
  ),
)('a coordinator and a worker of the fault-tolerant cluster, Trino %s on %s', (version, type) => {
  const place = { type, folder: mkdtempSync(join(tmpdir(), 'a2o-exchange-')) };
  let store: ObjectStore;
  let cluster: RenderedCluster;
  let stop = (): Promise<void> => Promise.resolve();
  const ask = (sql: string): ReturnType<RenderedCluster['query']> => cluster.query('admin', sql);

  beforeAll(async () => {
    store = await ObjectStore.start(place);
    await store.createBuckets([...exchangeBuckets, dataBucket]);
    const takesAll = type !== 'swift';
    const { endpoint } = store;
    cluster = await startCluster(
      {
        cluster: 'trino-batch',
        version,
        workers: 1,
        objectStore: {
          endpoint,
          region: 'us-east-1',
          credentialsSecret: 's',
          trailingChecksums: takesAll,
          conditionalPut: takesAll,
        },
        exchangeBuckets,
      },
      { users: [], store },
    );
    stop = () => cluster.stop();
    await untilTrue(async () => (await nodes()).length === 2);
    expect(await ask('CREATE SCHEMA hive.lab')).toEqual([]);
    const numbers =
      'SELECT x FROM UNNEST(sequence(1, 1000)) a(i) CROSS JOIN UNNEST(sequence(i * 1000 - 999, i * 1000)) b(x)';
    expect(await ask(`CREATE TABLE hive.lab.numbers AS ${numbers}`)).toEqual([[1_000_000]]);
  }, 600_000);

  afterAll(async () => {
    await stop();
    await ObjectStore.stop(place);
    rmSync(place.folder, { recursive: true });
  }, 600_000);

  const nodes = async (): Promise<readonly (readonly unknown[])[]> => {
    const found = await ask("SELECT node_id, http_uri FROM system.runtime.nodes WHERE state = 'active' ORDER BY 1");
    return typeof found === 'string' ? [] : found;
  };

  test('nodes know each other by address over TLS, with certificates that they make of their secret', async () => {
    expect(await nodes()).toEqual([
      ['coordinator', `https://127.0.0.1:${cluster.ports.coordinator}`],
      ['worker', `https://127.0.0.1:${cluster.ports.worker}`],
    ]);
    const { subject, subjectAltName } = await cluster.certificateFor('127-0-0-1.ip', 'worker');
    expect([subject, subjectAltName]).toEqual(['CN=lake', expect.stringContaining('DNS:127-0-0-1.ip')]);
  });

  test('who does not know the nodes’ secret is let in nowhere, and plain HTTP is not spoken', async () => {
    for (const path of ['/v1/task', '/v1/memory'])
      for (const user of [undefined, 'admin'])
        expect(await cluster.get(user, path, 'worker')).toMatchObject({ status: 403 });
    for (const port of Object.values(cluster.ports))
      await expect(fetch(`http://127.0.0.1:${port}/v1/info`)).rejects.toThrow('fetch failed');
  });

  test('whoever reaches a worker can neither see what it does nor shut it down; figures are told', async () => {
    // It asks for no password, so every name can be given.
    for (const user of ['anna', 'admin', 'metrics'])
      expect(await cluster.put(user, '/v1/info/state', 'SHUTTING_DOWN', 'worker')).toMatchObject({ status: 403 });
    expect(await cluster.get('admin', '/v1/thread', 'worker')).toMatchObject({ status: 403 });
    expect(await cluster.get('metrics', '/metrics', 'worker')).toMatchObject({ status: 200 });
    expect(await nodes()).toHaveLength(2);
  });

  test('tables are written to the object store, and read from it', async () => {
    const table = 'stored.kept.numbers';
    const rows = 'SELECT x, x % 3 AS part FROM hive.lab.numbers WHERE x';
    const partitioned = "WITH (partitioning = ARRAY['part'])";
    expect(await ask(`CREATE SCHEMA stored.kept WITH (location = 's3://${dataBucket}/kept')`)).toEqual([]);
    expect(await ask(`CREATE TABLE ${table} ${partitioned} AS ${rows} <= 3000`)).toEqual([[3000]]);
    expect(await ask(`INSERT INTO ${table} ${rows} BETWEEN 3001 AND 3003`)).toEqual([[3]]);
    expect(await ask(`SELECT part, count(*), sum(x) FROM ${table} GROUP BY 1 ORDER BY 1`)).toEqual([
      [0, 1001, 1_504_503],
      [1, 1001, 1_502_501],
      [2, 1001, 1_503_502],
    ]);
    expect(await store.count(dataBucket)).toBeGreaterThan(3);
    expect(await ask(`DROP TABLE ${table}`)).toEqual([]);
  }, 600_000);

  const heavy =
    'SELECT count(*), sum(a.x) FROM hive.lab.numbers a JOIN hive.lab.numbers b ON a.x = b.x JOIN hive.lab.numbers c ON c.x = 1000001 - b.x';
  const answer = [[1_000_000, 500_000_500_000]];
  const exchanged = async (): Promise<number> => {
    const counts = await Promise.all(exchangeBuckets.map((bucket) => store.count(bucket)));
    return counts.reduce((sum, count) => sum + count, 0);
  };

  test('stages exchange data through the buckets, and leave nothing there', async () => {
    const running = ask(heavy);
    await untilTrue(async () => (await exchanged()) > 0);
    expect(await running).toEqual(answer);
    await untilTrue(async () => (await exchanged()) === 0);
  }, 600_000);

  test('a worker that dies in the middle of a query does not end it', async () => {
    const running = ask(heavy);
    await untilTrue(async () => (await exchanged()) > 0);
    await cluster.killWorker();
    await cluster.startWorker();
    expect(await running).toEqual(answer);
  }, 600_000);

  test('a real Prometheus finds the nodes and the machine where prometheus.yml says, and understands the dashboard', async () => {
    const monitoring = await startMonitoring(
      {
        coordinators: [`127.0.0.1:${cluster.ports.coordinator}`],
        workers: [`127.0.0.1:${cluster.ports.worker}`],
        gateways: [],
        icebergCatalogs: [],
        icebergCatalogPath: '/metrics',
      },
      { certificate: cluster.certificateFile, password: metricsPassword },
    );
    try {
      const up = async (): Promise<readonly string[]> =>
        (await monitoring.ask('up == 1')).map(({ metric }) => metric['job'] ?? '').sort();
      await untilTrue(async () => (await up()).length === 3);
      expect(await up()).toEqual(['machines', 'trino', 'trino-workers']);
      const { panels } = JSON.parse(renderDashboard('lake')) as { panels: { targets: { expr: string }[] }[] };
      const queries = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
      // Neither systemd nor a catalog runs here, and the data volume is not a separate disk.
      const answered = queries.filter((query) => !/systemd|http_|filesystem/.test(query));
      const silent = async (): Promise<string[]> => {
        const found = await Promise.all(queries.map((query) => monitoring.ask(query)));
        return queries.filter((query, index) => answered.includes(query) && found[index]?.length === 0);
      };
      // A rate takes two samples.
      await untilTrue(async () => (await silent()).length === 0);
      expect((await monitoring.ask('sum(up{job=~"trino|trino-workers"})'))[0]?.value[1]).toBe('2');
    } finally {
      await monitoring.stop();
    }
  }, 600_000);
});

/** Throws when it is not true within a minute. */
async function untilTrue(holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`within a minute this was never true: ${holds.toString()}`);
    await delay(100);
  }
}
