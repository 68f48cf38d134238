import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { checkClosure, rewriteTable, scanForSource } from '../../../migration/iceberg/index.js';
import type { RewrittenTable } from '../../../migration/iceberg/index.js';
import { valueOf } from '../../support/assess-run.js';
import { sharedLakehouse } from '../../support/shared-lakehouse.js';
import { commitEqualityDeletes } from './iceberg/equality-deletes.js';
import { sampleTables, withEqualityDeletes } from './iceberg/sample-tables.js';
import { TableCopies } from './iceberg/table-copies.js';
import type { Answers } from './iceberg/table-copies.js';

const schema = 'iceberg_room';
const buckets = {
  from: 'iceberg-room-source',
  to: 'iceberg-room-renamed-target',
  fromElsewhere: 'iceberg-room-elsewhere',
  toElsewhere: 'iceberg-room-e',
};
const rules = [
  { from: `s3://${buckets.from}`, to: `s3://${buckets.to}` },
  { from: `s3://${buckets.fromElsewhere}`, to: `s3://${buckets.toElsewhere}` },
];
const minutes = 60_000;

let copies: TableCopies;
const original = new Map<string, Answers>();
const metadata = new Map<string, string>();
const rewritten = new Map<string, RewrittenTable>();
const names = sampleTables.map(({ name }) => name);

function request(name: string) {
  return { table: `table:${schema}.${name}`, metadata: metadata.get(name) ?? '', rules, trinoVersion: 476 };
}

async function dropSchema(): Promise<void> {
  await copies.query(`CREATE SCHEMA IF NOT EXISTS iceberg.${schema}`);
  for (const [table] of await copies.query(`SHOW TABLES FROM iceberg.${schema}`))
    await copies.unregister(String(table));
  await copies.query(`DROP SCHEMA iceberg.${schema}`);
}

beforeAll(async () => {
  copies = await TableCopies.open(await sharedLakehouse(), schema);
  // What a run that was stopped has left.
  await dropSchema();
  await copies.emptyBuckets(Object.values(buckets));
  await copies.query(`CREATE SCHEMA iceberg.${schema}`);
  for (const { name, create, statements } of sampleTables) {
    const place = { location: `s3://${buckets.from}/lake/${name}`, elsewhere: `s3://${buckets.fromElsewhere}/${name}` };
    for (const sql of [create(place), ...statements])
      await copies.query(sql.replaceAll('<t>', `iceberg.${schema}.${name}`));
    if (name === withEqualityDeletes) {
      const file = await commitEqualityDeletes(copies.files, await copies.metadataOf(name), [2n, 5n]);
      await copies.unregister(name);
      await copies.register(name, place.location, file);
      metadata.set(name, file);
    } else metadata.set(name, await copies.metadataOf(name));
    original.set(name, await copies.answers(name));
  }
  await copies.copyBucket(buckets.from, buckets.to);
  await copies.copyBucket(buckets.fromElsewhere, buckets.toElsewhere);
}, 30 * minutes);

afterAll(async () => {
  await dropSchema();
  await copies.removeBuckets(Object.values(buckets));
  copies.client.destroy();
}, 5 * minutes);

test('the hand-made snapshot, branch and tag are read as they should be', async () => {
  const ids = async (version: string) =>
    (await copies.query(`SELECT id FROM iceberg.${schema}.${withEqualityDeletes} ${version} ORDER BY id`)).flat();
  expect(await ids('')).toEqual([3, 4]);
  expect(await ids(`FOR VERSION AS OF 'audit'`)).toEqual([1, 2, 3, 4]);
  expect(original.get(withEqualityDeletes)?.snapshots.size).toBe(5);
});

describe('names of buckets are kept', () => {
  test.each(names)('%s is complete where it is', async (name) => {
    const report = await checkClosure(request(name), { files: copies.files, target: copies.files });
    expect(report.problems).toEqual([]);
  });

  test('a copy under another name, before the rewrite, names the old files', async () => {
    const moved = (metadata.get('v2_parquet') ?? '').replace(buckets.from, buckets.to);
    const scan = valueOf(await scanForSource({ metadata: moved, rules }, copies.files));
    expect(scan.paths.length).toBeGreaterThan(0);
  });
});

describe('names of buckets differ', () => {
  test.each(names)(
    '%s is rewritten, complete, and without a path of the source',
    async (name) => {
      const report = valueOf(await rewriteTable(request(name), { source: copies.files, target: copies.files }));
      rewritten.set(name, report);
      const there = { ...request(name), metadata: report.metadata };
      const closure = await checkClosure(there, { files: copies.files, target: copies.files });
      expect(closure.problems).toEqual([]);
      const scan = valueOf(await scanForSource({ metadata: report.metadata, rules }, copies.files));
      expect(scan.paths).toEqual([]);
      expect(scan.mentions).toEqual([]);
      console.info(
        name,
        report.files,
        `${report.entries} entries, ${report.snapshots} snapshots, ${scan.files} files scanned`,
      );
    },
    5 * minutes,
  );

  test.each(names)(
    '%s answers the same in every snapshot',
    async (name) => {
      const { metadata: file, location } = rewritten.get(name) ?? { metadata: '', location: '' };
      await copies.register(`${name}_moved`, location, file);
      expect(await copies.answers(`${name}_moved`)).toEqual(original.get(name));
    },
    10 * minutes,
  );

  test.each(['audit', 'first'])('the branch or tag %s is there', async (ref) => {
    const table = `iceberg.${schema}.${withEqualityDeletes}_moved`;
    expect(await copies.query(`SELECT id FROM ${table} FOR VERSION AS OF '${ref}' ORDER BY id`)).toEqual([
      [1],
      [2],
      [3],
      [4],
    ]);
  });

  test(
    'and still does when the objects of the source are gone',
    async () => {
      for (const name of names) await copies.unregister(name);
      await copies.emptyBucket(buckets.from);
      await copies.emptyBucket(buckets.fromElsewhere);
      // Under another name, so that nothing is answered from a cache of the first.
      for (const name of names) {
        const { metadata: file, location } = rewritten.get(name) ?? { metadata: '', location: '' };
        await copies.register(`${name}_again`, location, file);
        // The files of earlier snapshots were all counted by the closure check.
        expect([name, await copies.read(`${name}_again`, '')]).toEqual([name, original.get(name)?.current]);
        await copies.unregister(`${name}_again`);
      }
    },
    20 * minutes,
  );

  test(
    'and it can be changed',
    async () => {
      const table = `iceberg.${schema}.v2_parquet_moved`;
      await copies.query(`INSERT INTO ${table} (id, note) VALUES (900, 'new')`);
      await copies.query(`UPDATE ${table} SET note = 'newer' WHERE id >= 7`);
      await copies.query(`DELETE FROM ${table} WHERE id = 8`);
      const before = await copies.read('v2_parquet_moved', '');
      await copies.query(`ALTER TABLE ${table} EXECUTE optimize`);
      expect(await copies.read('v2_parquet_moved', '')).toBe(before);
      expect(await copies.query(`SELECT note FROM ${table} WHERE id = 900`)).toEqual([['newer']]);
    },
    5 * minutes,
  );
});
