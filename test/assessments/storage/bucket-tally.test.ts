import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { BucketTally, outermost } from '../../../assessments/storage/bucket-tally.js';
import type { CountedObject } from '../../../assessments/storage/object-figures.js';

const claim = (table: string, folder: string) => ({ table, bucket: 'lake', folder });
const object = (key: string, more: Partial<CountedObject> = {}): CountedObject => ({
  key,
  size: 10,
  storageClass: 'STANDARD',
  lastModified: '2026-11-01T00:00:00.000Z',
  ...more,
});

function tallied(claims: ReturnType<typeof claim>[], objects: readonly CountedObject[]): BucketTally {
  const tally = new BucketTally(claims);
  for (const each of objects) tally.add(each);
  return tally;
}

test('a table has what lies in its folder, and nothing of a neighbour with a longer name', () => {
  const tally = tallied(
    [claim('orders', 'orders/')],
    [object('orders/a'), object('orders/x/b'), object('orders_old/c')],
  );
  expect(tally.tableFiles().get('orders')).toMatchObject({ objects: 2, bytes: 20 });
});

test('a file in the folders of two tables counts for both, and once in the bucket', () => {
  const tally = tallied([claim('all', ''), claim('sales', 'sales/')], [object('sales/a'), object('logs/b')]);
  expect([...tally.tableFiles()].map(([table, { objects }]) => [table, objects])).toEqual([
    ['all', 2],
    ['sales', 1],
  ]);
  expect(tally.figures()).toMatchObject({ objects: 2, bytes: 20 });
  expect(tally.sharedBytes).toBe(10);
});

test('two tables in one folder both have its files', () => {
  const tally = tallied([claim('a', 't/'), claim('b', 't/')], [object('t/1')]);
  expect([...tally.tableFiles().values()].map(({ bytes }) => bytes)).toEqual([10, 10]);
  expect(tally.sharedBytes).toBe(10);
});

test('a partition inside the folder of its own table does not count twice', () => {
  const tally = tallied(
    [claim('t', 't/'), claim('t', 't/day=1/'), claim('t', 'old/day=0/')],
    [object('t/day=1/a'), object('old/day=0/b')],
  );
  expect(tally.tableFiles().get('t')).toMatchObject({ objects: 2 });
  expect(tally.sharedBytes).toBe(0);
});

test.each([
  ['t/_SUCCESS', true],
  ['t/.part.crc', true],
  ['t/_temporary/0/part', true],
  ['t/day=1/.hive-staging/part', true],
  ['t/part-0', false],
  ['t/day=_x/part_0', false],
])('%s is hidden from Hive and Trino: %s', (key, isHidden) => {
  const { hidden, objects } =
    tallied([claim('t', 't/')], [object(key)])
      .tableFiles()
      .get('t') ?? {};
  expect([objects, hidden]).toEqual([1, isHidden ? { objects: 1, bytes: 10 } : { objects: 0, bytes: 0 }]);
});

test('what is above the folder of a table does not hide its files', () => {
  const files = tallied([claim('t', '_landing/.raw/t/')], [object('_landing/.raw/t/part-0')]).tableFiles();
  expect(files.get('t')).toMatchObject({ hidden: { objects: 0 } });
});

test('storage classes and the newest change are counted', () => {
  const figures = tallied(
    [],
    [
      object('a', { storageClass: 'GLACIER', lastModified: '2026-01-01T00:00:00.000Z' }),
      object('b', { lastModified: '2026-11-02T00:00:00.000Z', size: 5 }),
      object('c', { storageClass: 'GLACIER', size: 7 }),
    ],
  ).figures();
  expect(figures).toEqual({
    objects: 3,
    bytes: 22,
    storageClasses: { GLACIER: { objects: 2, bytes: 17 }, STANDARD: { objects: 1, bytes: 5 } },
    lastModified: '2026-11-02T00:00:00.000Z',
  });
});

test('the outermost folders hold every key of all, each once', () => {
  const folder = fc
    .array(fc.constantFrom('a', 'b', 'a-', 'é'), { maxLength: 3 })
    .map((steps) => steps.map((step) => `${step}/`).join(''));
  fc.assert(
    fc.property(fc.array(folder, { maxLength: 8 }), folder, (folders, key) => {
      const holding = (of: readonly string[]): number => of.filter((each) => `${key}file`.startsWith(each)).length;
      expect(holding(outermost(folders))).toBe(Math.min(1, holding(folders)));
    }),
  );
});
