import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { countAndHash } from '../../../validation/sql/row-hash-queries.js';
import type { Scan } from '../../../validation/sql/scan.js';
import { comparedColumn } from '../../support/forms.js';
import { sharedLakehouse } from '../../support/shared-lakehouse.js';
import type { SharedLakehouse } from '../../support/shared-lakehouse.js';
import { generatedColumns, linesOf, randomNumbers, TableGenerator } from './generated-tables.js';
import { askIn, createTables, scansOf } from './sheet-tables.js';
import type { Ask } from './sheet-tables.js';
import { sheets } from './sheets.js';

const schema = `validation_${randomBytes(3).toString('hex')}`;
const bucket = schema.replace('_', '-');

let lakehouse: SharedLakehouse;
let ask: Ask;

beforeAll(async () => {
  lakehouse = await sharedLakehouse();
  ask = askIn(lakehouse);
  await lakehouse.putObjects(bucket, new Map());
  await lakehouse.query(`CREATE SCHEMA hive.${schema} WITH (location = 's3://${bucket}/hive/')`);
  await lakehouse.query(`CREATE SCHEMA iceberg.${schema}`);
}, 1_200_000);

afterAll(async () => {
  for (const catalog of ['hive', 'iceberg'])
    await lakehouse.query(`DROP SCHEMA IF EXISTS ${catalog}.${schema} CASCADE`);
  await lakehouse.removeBucket(bucket);
}, 300_000);

/** Rows and hash by case. */
async function hashes(scan: Scan): Promise<ReadonlyMap<string, string>> {
  const rows = await ask(countAndHash(scan));
  return new Map(rows.map(([id, count, hash]) => [String(id), `${String(count)} ${String(hash)}`]));
}

describe.each(sheets.map((sheet) => [sheet.name, sheet] as const))('%s', (_, sheet) => {
  let verdicts: ReadonlyMap<string, boolean>;
  beforeAll(async () => {
    await createTables(ask, schema, sheet);
    const scans = await scansOf({ source: ask, target: ask }, schema, sheet);
    const [source, target] = await Promise.all([hashes(scans.source), hashes(scans.target)]);
    verdicts = new Map(sheet.cases.map(({ id }) => [id, source.get(id) === target.get(id)]));
  }, 300_000);

  test.each(sheet.cases.map((one) => [one.id, one.isEqual ? 'equal' : 'different', one] as const))(
    '%s: %s',
    (id, _verdict, { isEqual }) => {
      expect(verdicts.get(id)).toBe(isEqual);
    },
  );
});

describe('10,000 small tables', () => {
  const count = 10_000;
  const generator = new TableGenerator(randomNumbers(16));
  const tables = Array.from({ length: count }, (_, id) => generator.table(id));
  const mutants = tables.map((table) => generator.mutated(table));
  const columns = Object.entries(generatedColumns);
  let source: ReadonlyMap<string, string>;

  async function fromFiles(name: string, files: Readonly<Record<string, Uint8Array>>): Promise<void> {
    const objects = Object.entries(files).map(([file, content]) => [`${name}/${file}`, content] as const);
    await lakehouse.putObjects(bucket, new Map(objects));
    await ask(
      `CREATE TABLE hive.${schema}.${name} (${columns.map(([column, type]) => `${column} ${type}`).join(', ')}) ` +
        `WITH (format = 'JSON', external_location = 's3://${bucket}/${name}/')`,
    );
  }

  async function hashesOf(catalog: string, table: string): Promise<ReadonlyMap<string, string>> {
    const [id, ...others] = columns.map(([name, type]) => comparedColumn(name, type));
    const scan = { side: 'source', table: { catalog, schema, table }, columns: others } as const;
    return hashes({ ...scan, partitionColumns: id === undefined ? [] : [id] });
  }

  beforeAll(async () => {
    await fromFiles('generated', { 'all.json': linesOf(tables.flat()) });
    source = await hashesOf('hive', 'generated');
  }, 300_000);

  test('one random mutation each: none is missed', async () => {
    await fromFiles('mutated', { 'all.json': linesOf(mutants.flatMap(({ rows }) => rows)) });
    const target = await hashesOf('hive', 'mutated');
    const missed = mutants.filter((_, id) => source.get(String(id)) === target.get(String(id)));
    const kinds = Map.groupBy(mutants, ({ kind }) => kind);
    console.log(
      `${count} mutations, ${missed.length} missed: ${[...kinds].map(([kind, all]) => `${kind} ${all.length}`).join(', ')}`,
    );
    expect(source.size).toBe(count);
    expect(missed).toEqual([]);
  }, 300_000);

  const stored: Readonly<Record<string, () => Promise<readonly [catalog: string, table: string]>>> = {
    'in another order, in compressed files': async () => {
      const rows = tables.flat().reverse();
      const part = (of: number): Uint8Array => gzipSync(linesOf(rows.filter((_, index) => index % 3 === of)));
      await fromFiles('reordered', { 'a.json.gz': part(0), 'b.json.gz': part(1), 'c.json.gz': part(2) });
      return ['hive', 'reordered'];
    },
    'as Parquet': () => copy('hive', 'as_parquet', "format = 'PARQUET'"),
    'as ORC': () => copy('hive', 'as_orc', "format = 'ORC'"),
    'as Iceberg, in partitions': () =>
      copy('iceberg', 'as_iceberg', "format = 'PARQUET', partitioning = ARRAY['bucket(table_id, 3)']"),
  };

  async function copy(catalog: string, table: string, properties: string): Promise<readonly [string, string]> {
    const from = `SELECT * FROM hive.${schema}.generated ORDER BY xxhash64(to_utf8(coalesce(name, ''))), table_id DESC`;
    await ask(`CREATE TABLE ${catalog}.${schema}.${table} WITH (${properties}) AS ${from}`);
    return [catalog, table];
  }

  test.each(Object.entries(stored))(
    'stored otherwise, %s: no alarm',
    async (_, store) => {
      const target = await hashesOf(...(await store()));
      const alarms = [...source].filter(([id, hash]) => target.get(id) !== hash);
      expect(target.size).toBe(count);
      expect(alarms).toEqual([]);
    },
    300_000,
  );
});
