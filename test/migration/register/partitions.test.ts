import { expect, test } from '@jest/globals';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spoolPartitions } from '../../../migration/register/index.js';
import type { ListedPartition } from '../../../migration/register/index.js';
import { connectionLost } from './fake-trino.js';
import type { FakeTrino } from './fake-trino.js';
import { database, manifestOf, run, scene, statesOf, table, untilKilled } from './registration.js';

const sales = database('sales');
const name = 'hive.sales.t';

function partitioned(count: number, { irregular = 0, type = 'string' } = {}) {
  return table('sales.t', {
    source: {
      partitionKeys: [{ name: 'dt', type }],
      partitions: {
        count,
        byFormat: {},
        otherBuckets: irregular > 0 ? ['other'] : [],
        outsideTableLocation: irregular,
        irregularFolders: irregular,
        differing: 0,
      },
    },
  });
}

function listed(...values: readonly string[]): readonly ListedPartition[] {
  return values.map((value) => ({ values: [value], location: `s3://raw/sales/t/dt=${value}` }));
}

function valuesIn({ relations }: FakeTrino): readonly string[] {
  const { partitions } = relations.get(name) ?? { partitions: new Map<string, string>() };
  return [...partitions.keys()].map((text) => (JSON.parse(text) as string[]).join('/')).sort();
}

function outcomeOf({ outcomes }: Awaited<ReturnType<typeof run>>) {
  return outcomes.find(({ key }) => key === 'table:sales.t');
}

test('Trino gets the partitions that the source lists, and no others that have folders', async () => {
  const it = scene();
  it.trino.folders.set('t', [['1'], ['2'], ['not-listed'], ['__HIVE_DEFAULT_PARTITION__']]);
  it.partitions.set('sales.t', listed('1', '2', "it's", '__HIVE_DEFAULT_PARTITION__'));
  const report = await run(it, manifestOf([partitioned(4)], [sales]));
  expect(outcomeOf(report)).toMatchObject({
    state: 'registered',
    partitions: { registered: 1, moved: 0, removed: 1, unlisted: 0 },
  });
  expect(valuesIn(it.trino)).toEqual(['1', '2', '__HIVE_DEFAULT_PARTITION__', "it's"]);
  expect(it.trino.relation(name).partitions.get('["it\'s"]')).toBe("s3://raw-target/sales/t/dt=it''s");
});

test('folders that the source does not list stay visible by choice', async () => {
  const it = scene();
  it.trino.folders.set('t', [['1'], ['2']]);
  it.partitions.set('sales.t', listed('1'));
  const report = await run(it, manifestOf([partitioned(1)], [sales]), { keepUnlistedPartitions: true });
  expect(outcomeOf(report)?.partitions).toEqual({ registered: 0, moved: 0, removed: 0, unlisted: 1 });
  expect(valuesIn(it.trino)).toEqual(['1', '2']);
});

test('what is added at the target after the registration stays, with a warning', async () => {
  const it = scene();
  it.trino.folders.set('t', [['1']]);
  it.partitions.set('sales.t', listed('1'));
  const manifest = manifestOf([partitioned(1)], [sales]);
  await run(it, manifest);
  it.trino.relation(name).partitions.set('["new"]', 's3://raw-target/sales/t/dt=new');
  it.trino.relation(name).partitions.delete('["1"]');
  expect(statesOf(await run(it, manifest))['table:sales.t']).toBe('registered registration-partition-unlisted');
  expect(valuesIn(it.trino)).toEqual(['1', 'new']);
});

test('where Athena projects what Trino cannot, all folders are read, whatever the source lists', async () => {
  const it = scene();
  it.trino.folders.set('t', [['1'], ['2']]);
  const projection = { 'projection.enabled': 'true', 'projection.dt.type': 'integer', 'projection.dt.range': '1,2' };
  const byFolders = table('sales.t', {
    source: { partitionKeys: [{ name: 'dt', type: 'decimal(5,0)' }], projection },
  });
  const manifest = manifestOf([byFolders], [sales]);
  expect([...manifest.catalogs.values()].flat().map(({ partitionsBy }) => partitionsBy)).toContain('folders');
  await run(it, manifest);
  expect(valuesIn(it.trino)).toEqual(['1', '2']);
});

test('a table with partition projection is not read, for Trino would look into every folder', async () => {
  const projection = { 'projection.enabled': 'true', 'projection.dt.type': 'integer', 'projection.dt.range': '1,2' };
  const read: boolean[] = [];
  for (const source of [{ projection }, {}]) {
    const it = scene();
    const manifest = manifestOf(
      [table('sales.t', { source: { partitionKeys: [{ name: 'dt', type: 'int' }], ...source } })],
      [sales],
    );
    expect(statesOf(await run(it, manifest))['table:sales.t']).toBe('registered');
    read.push(it.trino.statements.some((sql) => sql.startsWith('SELECT 1 FROM')));
  }
  expect(read).toEqual([false, true]);
});

test('each partition of the partition file is registered where its files lie at the target', async () => {
  const it = scene();
  it.partitions.set('sales.t', [
    { values: ['1'], location: 's3a://raw/moved/1' },
    { values: ['2'], location: 's3://other/t/2/' },
    { values: ['3'], location: null },
  ]);
  await run(it, manifestOf([partitioned(3, { irregular: 3 })], [sales]));
  expect(Object.fromEntries(it.trino.relation(name).partitions)).toEqual({
    '["1"]': 's3://raw-target/moved/1',
    '["2"]': 's3://other/t/2/',
    '["3"]': 'its own',
  });
});

test('a partition that is registered elsewhere is moved, in a first run and when the source moved it', async () => {
  const it = scene();
  const manifest = manifestOf([partitioned(2, { irregular: 2 })], [sales]);
  it.partitions.set('sales.t', [
    { values: ['1'], location: 's3://raw/a' },
    { values: ['2'], location: 's3://raw/b' },
  ]);
  await run(it, manifest);
  it.partitions.set('sales.t', [
    { values: ['1'], location: 's3://raw/a' },
    { values: ['2'], location: 's3://raw/c' },
  ]);
  expect(outcomeOf(await run(it, manifest))).toMatchObject({ state: 'registered', partitions: { moved: 1 } });
  expect(it.trino.relation(name).partitions.get('["2"]')).toBe('s3://raw-target/c');

  it.trino.relation(name).partitions.set('["1"]', 's3://raw-target/wrong');
  const other = { ...scene(), trino: it.trino, partitions: it.partitions };
  expect(outcomeOf(await run(other, manifest))).toMatchObject({ partitions: { registered: 0, moved: 1 } });
  expect(it.trino.relation(name).partitions.get('["1"]')).toBe('s3://raw-target/a');
});

test('a bucket without a target blocks the table', async () => {
  const it = scene();
  it.partitions.set('sales.t', [
    { values: ['1'], location: 's3://raw/a' },
    { values: ['2'], location: 's3://nobodys/b' },
  ]);
  const report = await run(it, manifestOf([partitioned(2, { irregular: 2 })], [sales]));
  expect(statesOf(report)['table:sales.t']).toBe('blocked registration-partition-bucket');
  expect(outcomeOf(report)?.diagnostics[0]?.message).toContain('s3://nobodys/b');
});

test('with the partition file of another assessment, nothing is removed', async () => {
  const it = scene();
  it.trino.folders.set('t', [['1'], ['2']]);
  expect(statesOf(await run(it, manifestOf([partitioned(2)], [sales])))['table:sales.t']).toBe(
    'blocked registration-partition-count',
  );
  expect(valuesIn(it.trino)).toEqual(['1', '2']);
});

test('numbers are compared as numbers; of two that are written differently, the listed one stays', async () => {
  const it = scene();
  it.trino.types.set('dt', 'integer');
  it.trino.folders.set('t', [['01'], ['2'], ['02'], ['7']]);
  it.partitions.set('sales.t', listed('01', '02', '3'));
  await run(it, manifestOf([partitioned(3, { type: 'int' })], [sales]));
  expect(valuesIn(it.trino)).toEqual(['01', '02', '3']);
});

test('a run that was killed in the middle of many partitions goes on behind the last batch', async () => {
  const it = scene();
  const many = Array.from({ length: 1_000 }, (_, at) => ({ values: [`${at}`], location: `s3://raw/p/${at}` }));
  it.partitions.set('sales.t', many);
  const manifest = manifestOf([partitioned(1_000, { irregular: 1_000 })], [sales]);
  it.trino.left = 730;
  await untilKilled(it.trino, run(it, manifest, { partitionsAtOnce: 4 }));
  it.trino.left = Number.POSITIVE_INFINITY;
  it.trino.statements.length = 0;
  const report = await run(it, manifest);
  expect(outcomeOf(report)).toMatchObject({ state: 'registered' });
  expect(valuesIn(it.trino)).toHaveLength(1_000);
  const calls = it.trino.statements.filter((sql) => sql.includes('register_partition'));
  expect(calls.length).toBeLessThanOrEqual(400);
});

test('a list that begins otherwise starts over', async () => {
  const it = scene();
  const many = Array.from({ length: 500 }, (_, at) => ({ values: [`${at}`], location: `s3://raw/p/${at}` }));
  it.partitions.set('sales.t', many);
  const manifest = manifestOf([partitioned(500, { irregular: 500 })], [sales]);
  it.trino.left = 350;
  await untilKilled(it.trino, run(it, manifest, { partitionsAtOnce: 1 }));
  it.trino.left = Number.POSITIVE_INFINITY;
  it.partitions.set('sales.t', [{ values: ['0'], location: 's3://raw/elsewhere' }, ...many.slice(1)]);
  await run(it, manifest);
  expect(it.trino.relation(name).partitions.get('["0"]')).toBe('s3://raw-target/elsewhere');
  expect(valuesIn(it.trino)).toHaveLength(500);
});

test('a list is read no faster than its partitions are registered', async () => {
  const it = scene();
  const manifest = manifestOf([partitioned(2_000, { irregular: 2_000 })], [sales]);
  let ahead = 0;
  const ports = it.partitions;
  ports.get = () =>
    (function* () {
      for (let at = 0; at < 2_000; at += 1) {
        const done = it.trino.statements.filter((sql) => sql.includes('register_partition')).length;
        if (done < 2_000) ahead = Math.max(ahead, at - done);
        yield { values: [`${at}`], location: `s3://raw/p/${at}` };
      }
    })() as unknown as readonly ListedPartition[];
  expect(outcomeOf(await run(it, manifest))).toMatchObject({ state: 'registered', partitions: { registered: 2_000 } });
  expect(ahead).toBeLessThanOrEqual(200);
});

test('the table fails when Trino is lost, and is completed by the next run', async () => {
  const it = scene();
  it.partitions.set('sales.t', listed('1', '2', '3'));
  const manifest = manifestOf([partitioned(3)], [sales]);
  it.trino.trouble(/register_partition/, connectionLost, { times: 100 });
  expect(outcomeOf(await run(it, manifest))).toMatchObject({ state: 'failed', failure: 'retry' });
  const later = { ...it, trino: Object.assign(it.trino, { troubles: [] }) };
  expect(outcomeOf(await run(later, manifest))).toMatchObject({ state: 'registered' });
  expect(valuesIn(it.trino)).toEqual(['1', '2', '3']);
});

test('the partition file is split by table, each list can be read again, and other tables are left out', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'spool-'));
  try {
    const entries = [...manifestOf([partitioned(2)], [sales]).catalogs.values()].flat();
    const odd = { values: ['\u2028\r\n"x"'], location: 's3://raw/\u2028' };
    const spool = await spoolPartitions(lines(), entries, folder);
    for (let time = 0; time < 2; time += 1)
      expect(await all(spool.list({ database: 'sales', table: 't' }))).toEqual([
        odd,
        { values: ['2'], location: null },
      ]);
    expect(await all(spool.list({ database: 'sales', table: 'u' }))).toEqual([]);
    await spool.remove();
    expect(readdirSync(folder)).toEqual([]);

    async function* lines() {
      yield await Promise.resolve({ database: 'sales', table: 't', ...odd });
      yield { database: 'sales', table: 'u', values: ['1'], location: null };
      yield { database: 'sales', table: 't', values: ['2'], location: null };
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

async function all<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}
