import { expect, test } from '@jest/globals';
import type { SampledRow } from '../../validation/checks/sample.js';
import { bucketsToRead, partitionsToRead } from '../../validation/locate/locate.js';
import { showRows } from '../../validation/locate/show-rows.js';
import { comparedColumn } from '../support/forms.js';

const columns = [comparedColumn('id', 'bigint'), { ...comparedColumn('name', 'varchar'), isMasked: true }];
const row = (id: string, name: string | null, copies = 1n): SampledRow => ({
  partition: [],
  hash: 0n,
  copies,
  texts: [id, name],
});
const byId = { keyColumns: ['ID'] };

test('without a key, a changed row is missing and extra', () => {
  expect(showRows([row('1', 'a')], [row('1', 'b')], { columns }, {}).totals).toEqual({
    missing: 1,
    extra: 1,
    changed: 0,
  });
});

test('with a key, the two are one, with the columns that changed; masked values are shown as hashes, NULL as NULL', () => {
  const shown = showRows([row('1', 'secret')], [row('1', null)], { columns }, byId);
  expect(shown.columns).toEqual(['id', 'name']);
  expect(shown.changed).toEqual([
    {
      source: { partition: [], copies: '1', values: { id: '1', name: expect.stringMatching(/^sha256:[0-9a-f]{16}$/) } },
      target: { partition: [], copies: '1', values: { id: '1', name: null } },
      columns: ['name'],
    },
  ]);
});

test.each([
  ['twice at the source', [row('1', 'a'), row('1', 'b')], [row('1', 'c')]],
  ['a duplicate at the target', [row('1', 'a')], [row('1', 'c', 2n)]],
])('a key that is not unique pairs nothing, and is counted: %s', (_, missing, extra) => {
  expect(showRows(missing, extra, { columns }, byId)).toMatchObject({ changed: [], ambiguousKeys: 1 });
});

test('a key that is not compared is no key', () => {
  expect(showRows([row('1', 'a')], [row('1', 'b')], { columns }, { keyColumns: ['other'] }).changed).toEqual([]);
});

test('all rows are counted, and some are shown', () => {
  const many = Array.from({ length: 20 }, (_, id) => row(String(id), 'a'));
  const shown = showRows(many, [], { columns }, { shownRows: 3 });
  expect([shown.missing.length, shown.totals.missing]).toEqual([3, 20]);
});

test('buckets are read smallest first, up to a number of rows; at least one', () => {
  const buckets = [900_000n, 5n, 300_000n, 200_000n].map((rows, bucket) => ({ bucket, rows }));
  expect(bucketsToRead(buckets)).toEqual([1, 3]);
  expect(bucketsToRead(buckets.slice(0, 1))).toEqual([0]);
  expect(bucketsToRead(Array.from({ length: 100 }, (_, bucket) => ({ bucket, rows: 1n })))).toHaveLength(64);
  expect(bucketsToRead([])).toEqual([]);
});

test('of many large partitions, as many are read as leave room for the rows of one bucket', () => {
  const partitions = (rows: bigint, count: number) =>
    Array.from({ length: count }, (_, day) => ({ values: [String(day)], rows }));
  expect(partitionsToRead(partitions(1_000n, 300))).toHaveLength(200);
  const large = partitionsToRead(partitions(100_000_000n, 200));
  // Each has 2^17 / 16 buckets at least.
  expect(large).toHaveLength(16);
  expect((BigInt(large.length) * 100_000_000n) / (2n ** 17n / 16n)).toBeLessThan(400_000n);
  expect(partitionsToRead(partitions(10n ** 15n, 3))).toEqual([['0']]);
  const small = [...partitions(10n ** 9n, 2), ...partitions(1n, 2)];
  expect(partitionsToRead(small)).toEqual([['0'], ['1'], ['0'], ['1']]);
  expect(partitionsToRead([...partitions(10n ** 15n, 2), ...partitions(1n, 1)])).toEqual([['0']]);
  expect(partitionsToRead([])).toEqual([]);
});
