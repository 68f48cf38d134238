import { expect, test } from '@jest/globals';
import { connectionLost, trinoError } from './fake-trino.js';
import { database, manifestOf, run, scene, statesOf, table, untilKilled } from './registration.js';
import type { Scene } from './registration.js';

const lake = database('lake', { catalog: 'iceberg', schema: 'sales' });
const manifest = manifestOf([table('sales.placed', { catalog: 'iceberg', method: 'convert-in-place' })], [lake]);
const target = 'iceberg.sales.placed';

function unmigrated(): Scene {
  const it = scene();
  it.empty.add('s3://raw/sales/placed/metadata/');
  return it;
}

const calls = ({ trino }: Scene): readonly string[] =>
  trino.statements.flatMap((sql) => /^CALL .*?\.system\.(\w+)/.exec(sql)?.[1] ?? []);

test('the staged table is migrated, registered from its metadata file, and forgotten by the Hive Metastore', async () => {
  const it = unmigrated();
  expect((await run(it, manifest)).outcomes[1]).toMatchObject({ state: 'registered', rowsLoaded: 3, diagnostics: [] });
  expect(calls(it)).toEqual(['migrate', 'register_table', 'unregister_table']);
  expect([...it.trino.relations.keys()]).toEqual([target]);
  expect(it.trino.relation(target).metadata).toEqual([
    expect.stringMatching(/^s3:\/\/raw\/sales\/placed\/metadata\/00001-.*\.metadata\.json$/),
  ]);
  it.trino.statements.length = 0;
  expect((await run(it, manifest)).counts).toMatchObject({ unchanged: 2 });
  expect(calls(it)).toEqual([]);
});

test('killed after any statement and run again, the table is there once', async () => {
  const whole = unmigrated();
  await run(whole, manifest);
  const count = whole.trino.statements.length;
  for (let left = 0; left <= count; left += 1) {
    const it = unmigrated();
    it.trino.left = left;
    await untilKilled(it.trino, run(it, manifest, { entriesAtOnce: 1 }));
    it.trino.left = Number.POSITIVE_INFINITY;
    expect([left, (await run(it, manifest)).counts]).toMatchObject([left, { failed: 0, blocked: 0 }]);
    expect([left, [...it.trino.relations.keys()], calls(it)]).toEqual([
      left,
      [target],
      ['migrate', 'register_table', 'unregister_table'],
    ]);
  }
});

test.each(['migrate', 'register_table', 'unregister_table'])(
  'where the answer of %s is lost, the next attempt goes on behind it',
  async (procedure) => {
    const it = unmigrated();
    it.trino.trouble(new RegExp(`system.${procedure}`), connectionLost, { after: true });
    expect((await run(it, manifest)).outcomes[1]).toMatchObject({ state: 'registered', rowsLoaded: 3 });
    expect([...it.trino.relations.keys()]).toEqual([target]);
    expect(calls(it).filter((call) => call === 'migrate')).toHaveLength(1);
  },
);

test('a migration that an earlier attempt left running is ended first', async () => {
  const it = unmigrated();
  it.trino.trouble(/system\.migrate/, connectionLost, { times: 3 });
  expect((await run(it, manifest)).counts).toMatchObject({ failed: 1 });
  it.trino.running = ['20260101_1'];
  expect((await run(it, manifest)).counts).toMatchObject({ failed: 0 });
  expect(it.trino.running).toEqual([]);
});

test('a table that reads otherwise as Iceberg never reaches the catalog', async () => {
  const it = unmigrated();
  it.trino.otherwise.add('note');
  // The second when it is resumed.
  for (const report of [await run(it, manifest), await run(it, manifest)]) {
    expect(statesOf(report)['table:sales.placed']).toBe('blocked registration-in-place-differs');
    expect(report.outcomes[1]?.diagnostics[0]).toMatchObject({
      message: expect.stringContaining('other values in the column note'),
      fix: expect.stringMatching(/unregister_table\('a2o_staging_sales_.*s3:\/\/raw\/sales\/placed\/metadata\//),
    });
  }
  expect([...it.trino.relations.keys()]).not.toContain(target);
  expect(calls(it)).toEqual(['migrate']);
});

test('files that Trino cannot take are told with the reason that it hides', async () => {
  const it = unmigrated();
  const { trino, ...error } = trinoError('ICEBERG_COMMIT_ERROR', 'Failed to migrate table', 'EXTERNAL');
  const cause = { type: 'java.io.UncheckedIOException', message: 'Failed to read file footer: s3://raw/x' };
  const failureInfo = { message: 'Failed to migrate table', cause: { message: 'between', cause } };
  it.trino.trouble(/system\.migrate/, { ...error, ...(trino && { trino: { ...trino, failureInfo } }) }, { times: 3 });
  expect((await run(it, manifest)).outcomes[1]).toMatchObject({
    state: 'failed',
    failure: 'retry',
    diagnostics: [
      {
        code: 'registration-in-place-failed',
        message: expect.stringContaining('java.io.UncheckedIOException: Failed to read file footer: s3://raw/x'),
      },
    ],
  });
  expect((await run(it, manifest)).outcomes[1]).toMatchObject({ state: 'registered' });
});

test('objects where its metadata would lie are not taken for data', async () => {
  const it = unmigrated();
  it.empty.clear();
  expect(statesOf(await run(it, manifest))['table:sales.placed']).toBe('blocked registration-in-place-metadata');
  expect(calls(it)).toEqual([]);
});

test.each([
  ['plain', 'registered'],
  ['größe 1', 'registered'],
  ['__HIVE_DEFAULT_PARTITION__', 'registered'],
  ['x/y', 'blocked registration-in-place-partition'],
  ["it's", 'blocked registration-in-place-partition'],
  ['50%', 'blocked registration-in-place-partition'],
])('of a table with the partition %s: %s', async (value, state) => {
  const it = scene();
  const partitions = { ...manifestParts, count: 1 };
  it.partitions.set('sales.placed', [{ values: [value], location: null }]);
  it.trino.folders.set('placed', [[value]]);
  const source = { partitionKeys: [{ name: 'k', type: 'string' }], partitions };
  const placed = table('sales.placed', { catalog: 'iceberg', method: 'convert-in-place', source });
  expect(statesOf(await run(it, manifestOf([placed], [lake])))['table:sales.placed']).toBe(state);
  expect(calls(it).includes('migrate')).toBe(state === 'registered');
});

const manifestParts = { byFormat: {}, otherBuckets: [], outsideTableLocation: 0, irregularFolders: 0, differing: 0 };

test('a migration that broke off in the Hive Metastore waits for a person, and is made again after it', async () => {
  const it = unmigrated();
  // Trino makes an Iceberg table of it first, and commits its metadata afterwards.
  const error = trinoError('ICEBERG_COMMIT_ERROR', 'Failed to migrate table', 'EXTERNAL');
  it.trino.trouble(/system\.migrate/, error, { after: true });
  it.trino.trouble(/^SELECT file FROM "a2o_in_place"/, trinoError('TABLE_NOT_FOUND', 'not there'));
  it.trino.trouble(/^SELECT file FROM "a2o_in_place"/, trinoError('ICEBERG_INVALID_METADATA', 'no file', 'EXTERNAL'));
  const report = await run(it, manifest);
  expect(statesOf(report)['table:sales.placed']).toBe('blocked registration-in-place-broken');
  for (const name of it.trino.relations.keys()) it.trino.relations.delete(name);
  expect((await run(it, manifest)).outcomes[1]).toMatchObject({ state: 'registered', rowsLoaded: 3 });
});
