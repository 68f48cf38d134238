import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { setTimeout as delay } from 'node:timers/promises';
import { diagnostic } from '../../../../core/diagnostic.js';
import {
  allKeys,
  compareKeys,
  findObject,
  isInRange,
  listPages,
  listRanges,
  rangeOfPrefix,
  withoutRange,
} from '../../../../clients/s3/listing/index.js';
import type { BucketLister, KeyRange, ListingProgress, OldVersion } from '../../../../clients/s3/listing/index.js';
import { allOf, MemoryBuckets, objectRef, VersionedBucket } from '../../../support/memory-bucket.js';
import type { KeptVersion } from '../../../support/memory-bucket.js';

const signal = new AbortController().signal;
const whole = [{ bucket: 'acme-raw', ...allKeys }];

async function keysOf(pages: ReturnType<typeof listRanges>): Promise<string[]> {
  const keys: string[] = [];
  for await (const page of pages) {
    if (!page.ok) throw new Error(page.error.map(({ message }) => message).join());
    keys.push(...page.value.map(({ key }) => key));
  }
  return keys;
}

const key = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.string({ unit: fc.constantFrom('a', 'b', '/', '0', '1', '9', '\0', '+', '%', 'é', '\uffff', '😀'), maxLength: 8 }),
  fc.tuple(fc.integer({ min: 2019, max: 2026 }), fc.nat(99)).map(([year, part]) => `t/year=${year}/part-${part}`),
);

test('every key is listed once, whatever the keys, the pages, the width and the ranges', async () => {
  await fc.assert(
    fc.asyncProperty(
      // No store has an object without a name.
      fc.uniqueArray(
        key.filter((each) => each !== ''),
        { maxLength: 120 },
      ),
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 8 }),
      fc.uniqueArray(key, { maxLength: 4 }),
      async (keys, pageSize, width, bounds) => {
        const buckets = new MemoryBuckets(
          keys.map((each) => objectRef(each)),
          pageSize,
        );
        const sorted = bounds.filter((bound) => bound !== '').sort(compareKeys);
        const ranges = ['', ...sorted].map((from, index) => ({ bucket: 'acme-raw', from, to: sorted[index] ?? null }));
        const listed = await keysOf(listRanges(buckets, ranges, { width, signal }));
        expect(listed.sort(compareKeys)).toEqual([...keys].sort(compareKeys));
        expect(buckets.most).toBeLessThanOrEqual(width);
      },
    ),
  );
}, 120_000);

describe('an interrupted listing goes on where it was, and lists every key once', () => {
  /** Lists pages until one of them is the last, again and again. */
  async function keysWithStops(lister: BucketLister, width: number, stops: readonly number[]): Promise<string[]> {
    const keys: string[] = [];
    let left: readonly KeyRange[] = [allKeys];
    for (const pages of [...stops, Infinity]) {
      let listed = 0;
      const ranges = left.map((range) => ({ bucket: 'acme-raw', ...range }));
      if (pages === 0) continue;
      for await (const page of listPages(lister, ranges, { width, signal })) {
        if (!page.ok) throw new Error(page.error.map(({ message }) => message).join());
        keys.push(...page.value.objects.map((object) => object.key));
        if (page.value.done !== undefined) left = withoutRange(left, page.value.done);
        // Otherwise they would be listed again.
        for (const object of page.value.objects)
          expect(left.filter((range) => isInRange(object.key, range))).toEqual([]);
        if ((listed += 1) === pages) break;
      }
    }
    expect(left).toEqual([]);
    return keys;
  }
  const stops = fc.array(fc.nat(6), { maxLength: 6 });

  test('without versions', async () => {
    const names = fc.uniqueArray(
      key.filter((each) => each !== ''),
      { maxLength: 120 },
    );
    await fc.assert(
      fc.asyncProperty(
        names,
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 8 }),
        stops,
        async (keys, pageSize, width, at) => {
          const buckets = new MemoryBuckets(
            keys.map((each) => objectRef(each)),
            pageSize,
          );
          const listed = await keysWithStops(buckets, width, at);
          expect(listed.sort(compareKeys)).toEqual([...keys].sort(compareKeys));
        },
      ),
    );
  }, 120_000);

  test('with versions', async () => {
    const version = fc.record({
      key: fc.tuple(fc.nat(9), fc.nat(29)).map(([day, part]) => `t/day=${day}/part-${String(part).padStart(3, '0')}`),
      kind: fc.constantFrom<KeptVersion['kind'][]>('object', 'object', 'delete-marker'),
      size: fc.nat(9),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(version, { maxLength: 200 }),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 8 }),
        stops,
        async (versions, pageSize, width, at) => {
          const bucket = new VersionedBucket(versions, pageSize);
          const all = await keysOf(listRanges(bucket, whole, { width, signal }));
          expect((await keysWithStops(bucket, width, at)).sort(compareKeys)).toEqual(all.sort(compareKeys));
        },
      ),
    );
  }, 120_000);
});

test('of a bucket that keeps versions, every version is seen once, however the listing is divided', async () => {
  const version = fc.record({
    key: fc.tuple(fc.nat(9), fc.nat(99)).map(([day, part]) => `t/day=${day}/part-${String(part).padStart(3, '0')}`),
    kind: fc.constantFrom<KeptVersion['kind'][]>('object', 'object', 'delete-marker'),
    size: fc.nat(9),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(version, { maxLength: 200 }),
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 8 }),
      async (versions, pageSize, width) => {
        const old: OldVersion[] = [];
        const progress: ListingProgress[] = [];
        const listed = await keysOf(
          listRanges(new VersionedBucket(versions, pageSize), whole, {
            width,
            signal,
            onOldVersions: (found) => old.push(...found),
            onProgress: (now) => progress.push(now),
          }),
        );
        const newest = [...new Map(versions.toReversed().map((each) => [each.key, each])).values()];
        const objects = newest.filter(({ kind }) => kind === 'object').map((each) => each.key);
        expect(listed.sort()).toEqual(objects.sort());
        const seen = [...listed, ...old.map((each) => each.key)];
        expect(seen.sort()).toEqual(versions.map((each) => each.key).sort());
        expect(progress.at(-1)?.deleted ?? 0).toBe(newest.length - objects.length);
      },
    ),
  );
}, 120_000);

test('a range that cannot be listed is left out, and the others are listed', async () => {
  const keys = Array.from({ length: 40 }, (_unused, n) => `${n % 4}/part-${n}`);
  const buckets = new MemoryBuckets(
    keys.map((each) => objectRef(each)),
    3,
  );
  const denied = diagnostic({ code: 'source-listing-denied', message: 'No.', fix: '' });
  buckets.failure = (_request, { prefix }) => (prefix.startsWith('2') ? denied : undefined);
  const ranges = ['0/', '1/', '2/', '3/'].map((prefix) => ({ bucket: 'acme-raw', ...rangeOfPrefix(prefix) }));
  const skipped: unknown[] = [];
  const skips = (range: unknown, failure: unknown): boolean => skipped.push([range, failure]) > 0;
  const listed = await keysOf(listRanges(buckets, ranges, { width: 3, signal, skips }));
  expect(listed.sort()).toEqual(keys.filter((each) => !each.startsWith('2')).sort());
  expect(skipped).toEqual([[ranges[2], [denied]]]);
});

test('a prefix does not list its neighbours', async () => {
  const keys = ['a', 'a/', 'a/1', 'a/2', 'a0', 'a//', 'a.x', 'A/1'];
  const buckets = new MemoryBuckets(keys.map((each) => objectRef(each)));
  const ranges = [{ bucket: 'acme-raw', ...rangeOfPrefix('a/') }];
  expect(await keysOf(listRanges(buckets, ranges, { width: 2, signal }))).toEqual(['a/', 'a//', 'a/1', 'a/2']);
});

test.each([
  ['numbers in a row', (n: number) => `data/part-${String(n).padStart(5, '0')}.parquet`],
  ['hexadecimal names', (n: number) => `data/${((n * 2654435761) >>> 0).toString(16).padStart(8, '0')}`],
  ['days and hours', (n: number) => `t/year=${2020 + (n % 5)}/month=${String(1 + (n % 12)).padStart(2, '0')}/${n}`],
])('a folder of %s is listed side by side, without many requests in vain', async (_, name) => {
  const keys = Array.from({ length: 20_000 }, (_unused, n) => name(n));
  const buckets = new MemoryBuckets(
    keys.map((each) => objectRef(each)),
    100,
  );
  const progress: ListingProgress[] = [];
  const listed = await keysOf(
    listRanges(buckets, whole, { width: 8, signal, onProgress: (now) => progress.push(now) }),
  );
  expect(listed.sort()).toEqual(keys.sort());
  expect(buckets.most).toBe(8);
  expect(buckets.requests).toBeLessThan(3 * 200);
  expect(progress.at(-1)).toEqual({ objects: 20_000, bytes: 200_000, deleted: 0, requests: buckets.requests });
});

test('nobody lists on while the pages are not taken', async () => {
  const buckets = new MemoryBuckets(
    Array.from({ length: 5000 }, (_unused, n) => objectRef(`part-${n}`)),
    10,
  );
  const pages = listRanges(buckets, whole, { width: 2, signal });
  await pages.next();
  await delay(200);
  expect(buckets.requests).toBeLessThan(20);
  await pages.return(undefined);
  const asked = buckets.requests;
  await delay(50);
  expect(buckets.requests).toBe(asked);
});

describe('a listing that ends early', () => {
  const many = (): MemoryBuckets =>
    new MemoryBuckets(
      Array.from({ length: 1000 }, (_unused, n) => objectRef(`part-${n}`)),
      10,
    );

  test('yields the reason last', async () => {
    const buckets = many();
    buckets.failure = (request) =>
      request === 7 ? diagnostic({ code: 'source-failed', message: 'No.', fix: '' }) : undefined;
    const pages = await allOf(listRanges(buckets, whole, { width: 3, signal }));
    expect(pages.map(({ ok }) => ok)).toEqual([...pages.slice(1).map(() => true), false]);
  });

  test('throws the reason of an abort', async () => {
    const controller = new AbortController();
    const buckets = many();
    const pages = listRanges(buckets, whole, { width: 3, signal: controller.signal });
    await pages.next();
    controller.abort(new Error('paused'));
    await expect(allOf(pages)).rejects.toThrow('paused');
  });
});

test('one object is found again, not one whose key begins with its own', async () => {
  const buckets = new MemoryBuckets([objectRef('a', { etag: 'new' }), objectRef('ab'), objectRef('b/x')]);
  expect(await findObject(buckets, objectRef('a', { etag: 'old' }), signal)).toEqual({
    ok: true,
    value: objectRef('a', { etag: 'new' }),
  });
  expect(await findObject(buckets, objectRef('b'), signal)).toEqual({ ok: true, value: null });
});

test('one object is found behind pages without objects, and where its key is not UTF-8', async () => {
  const odd = objectRef('t/\udcff');
  const pages = [
    { objects: [], oldVersions: [], next: { 'continuation-token': '1' } },
    { objects: [objectRef('t/a'), odd], oldVersions: [], next: { 'continuation-token': '2' } },
    { objects: [objectRef('t\u{10000}')], oldVersions: [], next: { 'continuation-token': '3' } },
  ];
  const asked: unknown[] = [];
  const lister = {
    page: ({ prefix, next }: { readonly prefix: string; readonly next: unknown }) => {
      asked.push([prefix, next]);
      const page = pages[asked.length - 1];
      if (page === undefined) throw new Error('it was asked for more than it needs');
      return Promise.resolve({ ok: true as const, value: page });
    },
    pinFor: () => Promise.reject(new Error('nobody asks')),
  };
  expect(await findObject(lister, odd, signal)).toEqual({ ok: true, value: odd });
  expect(asked).toEqual([
    ['t/', null],
    ['t/', { 'continuation-token': '1' }],
  ]);
  asked.length = 0;
  expect(await findObject(lister, objectRef('t/\udcfe'), signal)).toEqual({ ok: true, value: null });
});
