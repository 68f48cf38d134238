import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createHash, randomBytes } from 'node:crypto';
import { keyOfBytes } from '../../../clients/s3/listing/index.js';
import type { ObjectRef } from '../../../clients/s3/listing/index.js';
import { ByteReader, ByteWriter } from '../../../migration/work-order/bytes.js';
import {
  countOutcomes,
  decodeObjects,
  decodeOutcomes,
  encodeObjects,
  encodeOutcomes,
  ObjectGrouper,
} from '../../../migration/work-order/index.js';
import type { ObjectOutcome, ObjectState } from '../../../migration/work-order/index.js';
import { objectRef } from '../../support/memory-bucket.js';

const hex = (bytes: number): fc.Arbitrary<string> =>
  fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((value) => Buffer.from(value).toString('hex'));
const etag = fc.oneof(
  hex(16),
  fc.tuple(hex(16), fc.integer({ min: 1, max: 10_000 })).map(([hash, parts]) => `${hash}-${parts}`),
  hex(16).map((hash) => hash.toUpperCase()),
  hex(32),
  fc.constantFrom('', '-', '-1', 'x-0', '00000000000000000000000000000000-01', `${'0'.repeat(32)}-9007199254740993`),
  fc.string(),
);
const size = fc.oneof(
  fc.nat(1000),
  fc.integer({ min: 0, max: 5 * 1024 ** 4 }),
  fc.constantFrom(0, 2 ** 32, Number.MAX_SAFE_INTEGER),
);
const time = fc.oneof(
  fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
  fc.integer({ min: 0, max: 2e9 }).map((seconds) => new Date(1000 * seconds).toISOString()),
  fc.constantFrom('', '2026-01-02T03:04:05Z', '2026-01-02', 'not a time'),
);
const object: fc.Arbitrary<ObjectRef> = fc.record({
  bucket: fc.constant('acme-raw'),
  key: fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.uint8Array({ maxLength: 30 }).map((bytes) => keyOfBytes(Buffer.from(bytes))),
    fc.string({ unit: fc.constantFrom('a', '/', '\0', '\n', '%', '+'), maxLength: 1024 }),
  ),
  versionId: fc.oneof(fc.constant(null), fc.constant('null'), fc.constant(''), fc.string()),
  etag,
  size,
  lastModified: time,
  storageClass: fc.constantFrom('STANDARD', 'GLACIER', '', 'STANDARD_IA'),
});

describe('the objects of a chunk', () => {
  test('come back as they were, whatever they are', () => {
    fc.assert(
      fc.property(fc.array(object, { maxLength: 30 }), (objects) => {
        expect(decodeObjects(encodeObjects(objects))).toEqual(objects);
      }),
      { numRuns: 500 },
    );
  });

  test('take 12 bytes a key or less, and their ETags 16', () => {
    const objects = Array.from({ length: 1000 }, (_, n) => {
      const name = `lake/sales/orders/year=2026/month=11/day=${String(1 + (n % 28)).padStart(2, '0')}/part-${String(n).padStart(5, '0')}-${randomBytes(4).toString('hex')}.snappy.parquet`;
      return objectRef(name, { size: 1_000_000 + ((n * 7919) % 9999) });
    }).sort((a, b) => (a.key < b.key ? -1 : 1));
    const alike = objects.map((each) => ({ ...each, etag: '0'.repeat(32), size: 0 }));
    expect(encodeObjects(alike).length / 1000).toBeLessThan(12);
    expect(encodeObjects(objects).length / 1000).toBeLessThan(12 + 16 + 4);
  });

  test('of two buckets are a mistake', () => {
    expect(() => encodeObjects([objectRef('a'), objectRef('b', { bucket: 'other' })])).toThrow('two buckets');
  });

  test('of a newer version and cut off bytes are refused', () => {
    const packed = encodeObjects([objectRef('a')]);
    expect(() => decodeObjects(Buffer.concat([Buffer.from([2]), packed.subarray(1)]))).toThrow('newer');
    expect(() => decodeObjects(packed.subarray(0, packed.length - 2))).toThrow();
    expect(() => decodeObjects(Buffer.alloc(0))).toThrow('newer');
  });
});

const reason = fc.record({
  code: fc.constantFrom('source-denied', 'object-archived'),
  severity: fc.constantFrom('error' as const, 'warning' as const),
  message: fc.string({ unit: 'grapheme' }),
  fix: fc.string(),
});
const sha256 = fc.oneof(
  hex(32),
  fc.tuple(hex(32), fc.integer({ min: 1, max: 10_000 })).map(([hash, n]) => `${hash}-${n}`),
);
const states: ObjectState[] = ['open', 'recheck', 'copied', 'verified', 'failed', 'gone', 'refused'];
const outcome = fc.record(
  {
    state: fc.constantFrom(...states),
    sha256,
    partBytes: fc.nat(),
    targetVersion: fc.string(),
    resume: fc.record({
      uploadId: fc.string(),
      partBytes: fc.nat(),
      parts: fc.array(fc.record({ number: fc.nat(), bytes: fc.nat(), sha256: hex(32), etag: hex(16) }), {
        maxLength: 3,
      }),
    }),
    found: object,
    reason,
    notes: fc.array(reason, { maxLength: 2 }),
  },
  { requiredKeys: ['state'] },
);

describe('outcomes', () => {
  test('come back as they were, with the place of their object', () => {
    fc.assert(
      fc.property(fc.array(outcome, { maxLength: 20 }), (outcomes) => {
        const objects = outcomes.map((_, n) => objectRef(`key ${n}`));
        const placed = outcomes.map((each, n) => ({
          ...each,
          ...(each.reason && { reason: { ...each.reason, path: `s3://acme-raw/key ${n}` } }),
          ...(each.notes && { notes: each.notes.map((note) => ({ ...note, path: `s3://acme-raw/key ${n}` })) }),
        })) as unknown as ObjectOutcome[];
        expect(decodeOutcomes(encodeOutcomes(placed), objects)).toEqual(placed);
      }),
      { numRuns: 300 },
    );
  });

  test('of a thousand copies take 35 bytes each, and a thousand equal reasons nearly nothing', () => {
    const copied = Array.from({ length: 1000 }, (_, n) => ({
      state: 'copied' as const,
      sha256: createHash('sha256').update(String(n)).digest('hex'),
    }));
    expect(encodeOutcomes(copied).length).toBeLessThan(35_500);
    const denied = copied.map((_, n) => ({
      state: 'refused' as const,
      reason: { code: 'source-denied', severity: 'error' as const, path: `s3://b/${n}`, message: 'No.', fix: 'Ask.' },
    }));
    expect(encodeOutcomes(denied).length).toBeLessThan(300);
  });

  test('of another number of objects are refused', () => {
    expect(() => decodeOutcomes(encodeOutcomes([{ state: 'open' }]), [])).toThrow('0 objects and 1 outcomes');
  });

  test('are counted, with the size of what was copied', () => {
    const objects = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((key) => objectRef(key));
    const counts = countOutcomes(objects, [
      { state: 'copied' },
      { state: 'verified', found: objectRef('b', { size: 7 }) },
      { state: 'failed' },
      { state: 'gone' },
      { state: 'refused' },
      { state: 'open' },
      { state: 'recheck' },
    ]);
    expect(counts).toEqual({ copied: 1, verified: 1, failed: 1, gone: 1, refused: 1, bytes_copied: 17 });
  });
});

test('numbers of any size come back', () => {
  fc.assert(
    fc.property(fc.array(fc.maxSafeNat()), (numbers) => {
      const writer = new ByteWriter();
      for (const each of numbers) writer.number(each).signed(-Math.floor(each / 2));
      const reader = new ByteReader(writer.done());
      expect(numbers.map(() => [reader.number(), reader.signed()])).toEqual(
        numbers.map((each) => [each, 0 - Math.floor(each / 2)]),
      );
    }),
  );
  expect(() => new ByteWriter().number(-1)).toThrow('Bug');
});

describe('chunks', () => {
  const grouped = (sizes: readonly number[]): number[][] => {
    const grouper = new ObjectGrouper({ objects: 4, bytes: 100 });
    const chunks: (readonly ObjectRef[])[] = [];
    for (let at = 0; at < sizes.length; at += 3)
      chunks.push(...grouper.add(sizes.slice(at, at + 3).map((size, n) => objectRef(`${at + n}`, { size }))));
    chunks.push(...grouper.end());
    return chunks.map((chunk) => chunk.map(({ size }) => size));
  };

  test.each([
    ['by count', [1, 1, 1, 1, 1], [[1, 1, 1, 1], [1]]],
    ['by bytes', [60, 40, 1], [[60, 40], [1]]],
    ['a large object alone', [1, 100, 2, 500], [[100], [500], [1, 2]]],
    ['nothing of nothing', [], []],
    ['empty objects', [0, 0, 0, 0, 0], [[0, 0, 0, 0], [0]]],
  ])('%s', (_, sizes, chunks) => {
    expect(grouped(sizes)).toEqual(chunks);
  });

  test('keep every object, within the limits', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(150), { maxLength: 60 }), (sizes) => {
        const chunks = grouped(sizes);
        expect(chunks.flat().sort()).toEqual([...sizes].sort());
        for (const chunk of chunks) {
          expect(chunk.length).toBeLessThanOrEqual(4);
          if (chunk.length > 1) expect(chunk.reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(100);
        }
      }),
    );
  });
});
