import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isInRange } from '../../../clients/s3/listing/key-order.js';
import { copyOrders, divideBuckets, locationsOfEntry } from '../../../migration/work-order/index.js';
import type { TableLocations } from '../../../migration/work-order/index.js';
import { valueOf } from '../../support/pages.js';

const buckets = new Map([
  ['acme-raw', 'raw'],
  ['acme-lake', 'lake'],
]);
const table = (name: string, ...locations: string[]): TableLocations => ({ table: `table:${name}`, locations });

/** Whose an object is. */
const ownersOf = (tables: readonly TableLocations[], bucket: string, key: string): string[] =>
  valueOf(divideBuckets(tables, buckets))
    .regions.filter((region) => region.bucket === bucket && region.ranges.some((range) => isInRange(key, range)))
    .map(({ owner }) => owner);

describe('a key belongs to', () => {
  const tables = [
    table('a.outer', 's3://acme-raw/sales', 's3a://acme-lake/elsewhere/dt=1/'),
    table('a.inner', 's3://acme-raw/sales/orders/'),
    table('a.root', 's3://acme-lake'),
    table('a.twin', 's3://acme-raw/sales/'),
  ];

  test.each([
    ['the table around it', 'acme-raw', 'sales/customers/1', 'table:a.outer'],
    ['the folder marker’s table', 'acme-raw', 'sales/', 'table:a.outer'],
    ['the innermost table', 'acme-raw', 'sales/orders/1', 'table:a.inner'],
    ['the table around it, behind the inner one', 'acme-raw', 'sales/zebra', 'table:a.outer'],
    ['no table, but the bucket, when the folder only begins alike', 'acme-raw', 'sales_2/1', 'bucket:acme-raw'],
    ['no table, but the bucket, when it is named like the folder', 'acme-raw', 'sales', 'bucket:acme-raw'],
    ['the table of a partition elsewhere', 'acme-lake', 'elsewhere/dt=1/x', 'table:a.outer'],
    ['the table whose location is the bucket', 'acme-lake', '\u{10ffff}', 'table:a.root'],
  ])('%s', (_, bucket, key, owner) => {
    expect(ownersOf(tables, bucket, key)).toEqual([owner]);
  });

  test('tables wait for those that copy some of their data', () => {
    const { waitsFor } = valueOf(divideBuckets(tables, buckets));
    expect(Object.fromEntries(waitsFor)).toEqual({
      'table:a.outer': ['table:a.inner'],
      'table:a.root': ['table:a.outer'],
      'table:a.twin': ['table:a.inner', 'table:a.outer'],
    });
  });
});

test('any locations divide the bucket: each key has one owner, that of its longest location', () => {
  const folder = fc
    .array(fc.constantFrom('a', 'b', 'é', '😀', '', '\uffff'), { maxLength: 4 })
    .map((names) => names.join('/'));
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom('t1', 't2', 't3'), folder), { maxLength: 8 }),
      folder,
      fc.constantFrom('', '/', 'x', '/x', '0'),
      (claims, start, end) => {
        const tables = claims.map(([name, key]) => table(name, `s3://acme-raw/${key}`));
        const key = start + end;
        const folders = tables.flatMap(({ table: owner, locations }) =>
          locations.map((location) => {
            const path = location.slice('s3://acme-raw/'.length);
            return { owner, folder: path === '' || path.endsWith('/') ? path : `${path}/` };
          }),
        );
        const [longest] = folders
          .filter((each) => key.startsWith(each.folder))
          .sort((a, b) => b.folder.length - a.folder.length || (a.owner < b.owner ? -1 : 1));
        expect(ownersOf(tables, 'acme-raw', key)).toEqual([longest?.owner ?? 'bucket:acme-raw']);
      },
    ),
    { numRuns: 500 },
  );
});

test('every location that is in no mapped bucket is reported', () => {
  const divided = divideBuckets([table('a', 's3://other/x', 's3://acme-raw/y'), table('b', 'hdfs://nn/x')], buckets);
  expect(divided).toMatchObject({
    ok: false,
    error: [
      { code: 'location-not-mapped', path: 'table:a', message: expect.stringContaining("'other'") },
      { code: 'location-not-mapped', path: 'table:b', message: expect.stringContaining('not on S3') },
    ],
  });
});

describe('orders', () => {
  test('what belongs to no table is copied by the first table of its bucket, or the first of all', () => {
    const tables = [table('z', 's3://acme-raw/z'), table('b', 's3://acme-raw/b')];
    const orders = valueOf(copyOrders(tables, valueOf(divideBuckets(tables, buckets))));
    expect(
      Object.fromEntries([...orders].map(([name, { regions }]) => [name, regions.map(({ owner }) => owner)])),
    ).toEqual({
      'table:b': ['table:b', 'bucket:acme-raw', 'bucket:acme-lake'],
      'table:z': ['table:z'],
    });
  });

  test('without a table there is no job for a bucket', () => {
    expect(copyOrders([], valueOf(divideBuckets([], buckets)))).toMatchObject({
      error: [{ code: 'bucket-without-job' }, { code: 'bucket-without-job' }],
    });
  });
});

describe('the locations of an entry', () => {
  const source = { database: 'a', table: 't', format: 'PARQUET', bytes: null } as const;
  test.each([
    ['a Hive table', { location: 's3://b/t', metadataLocation: null }, ['s3://b/t']],
    ['a table without a location', { location: null, metadataLocation: null }, []],
    [
      'an Iceberg table',
      { location: 's3://b/t', metadataLocation: 's3://b/t/metadata/1.metadata.json' },
      ['s3://b/t', 's3://b/t/metadata/'],
    ],
    [
      'an Iceberg table without a location',
      { location: null, metadataLocation: 's3://b/t/metadata/1.metadata.json' },
      ['s3://b/t', 's3://b/t/metadata/'],
    ],
  ])('of %s', (_, places, expected) => {
    expect(locationsOfEntry({ phase: 'table', source: { ...source, ...places } })).toEqual(expected);
  });

  test('of a view or a schema there are none', () => {
    expect(
      locationsOfEntry({ phase: 'view', source: { ...source, location: 's3://b/v', metadataLocation: null } }),
    ).toEqual([]);
    expect(locationsOfEntry({ phase: 'schema', source: null })).toEqual([]);
  });
});
