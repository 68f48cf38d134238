import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { bytesOfKey, keyOfBytes } from '../../../../clients/s3/listing/key-bytes.js';
import {
  compareKeys,
  isInRange,
  prefixOfRange,
  rangeOfPrefix,
  shortlyBefore,
} from '../../../../clients/s3/listing/key-order.js';
import { splitRest } from '../../../../clients/s3/listing/split-range.js';

const nasty = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom('a', 'b', '/', '0', '9', '\0', '\x7f', 'é', '\ud7ff', '\ue000', '\uffff', '😀', '\u{10ffff}'),
  }),
);

describe('bytes of keys', () => {
  test('of any bytes, those that are not UTF-8 stay apart and come back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        expect(bytesOfKey(keyOfBytes(Buffer.from(bytes)))).toEqual(Buffer.from(bytes));
      }),
    );
    fc.assert(
      fc.property(nasty, (key) => {
        expect(keyOfBytes(bytesOfKey(key))).toBe(key);
      }),
    );
  });

  test.each([
    ['latin1', 'caf\xe9', 'caf\udce9'],
    ['a character cut off', 'x\xe2\x82', 'x\udce2\udc82'],
    ['a character after a stray byte', '\xff\xc3\xa9', '\udcffé'],
  ])('%s', (_, bytes, key) => {
    expect(keyOfBytes(Buffer.from(bytes, 'latin1'))).toBe(key);
    expect(key.isWellFormed()).toBe(false);
  });
});

describe('order of keys', () => {
  test('is that of their bytes', () => {
    fc.assert(
      fc.property(nasty, nasty, (a, b) => {
        expect(Math.sign(compareKeys(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
    );
  });

  test('a prefix is the range of the keys that begin with it', () => {
    fc.assert(
      fc.property(nasty, nasty, fc.boolean(), (prefix, rest, joined) => {
        const key = joined ? prefix + rest : rest;
        expect(isInRange(key, rangeOfPrefix(prefix))).toBe(key.startsWith(prefix));
      }),
    );
  });

  test('all keys of a range begin with its prefix', () => {
    fc.assert(
      fc.property(nasty, nasty, nasty, (a, b, key) => {
        const [from, to] = [a, b].sort(compareKeys) as [string, string];
        for (const range of [{ from, to }, { from, to: null }, rangeOfPrefix(a)])
          if (isInRange(key, range)) expect(key.startsWith(prefixOfRange(range))).toBe(true);
      }),
    );
    expect(prefixOfRange(rangeOfPrefix('sales/orders/'))).toBe('sales/orders/');
    expect(prefixOfRange({ from: 'sales/orders/b', to: 'sales/orders0' })).toBe('sales/orders/');
  });

  test('what lies shortly before a key is before it, and behind what ends like its neighbours', () => {
    fc.assert(
      fc.property(
        nasty.filter((key) => key !== ''),
        (key) => {
          expect(compareKeys(shortlyBefore(key), key)).toBeLessThan(0);
        },
      ),
    );
    expect(compareKeys('sales/orders/zzz', shortlyBefore('sales/orders0'))).toBeLessThan(0);
  });

  test.each([1, 1019, 1020, 1021, 1024])('what is before a key of %i bytes can be one itself', (bytes) => {
    const before = shortlyBefore('b'.repeat(bytes));
    expect(Buffer.byteLength(before)).toBeLessThanOrEqual(1024);
    expect(compareKeys(before, 'b'.repeat(bytes))).toBeLessThan(0);
  });

  test('a range is divided into parts that lie side by side', () => {
    fc.assert(
      fc.property(nasty, nasty, fc.option(nasty, { nil: null }), fc.integer({ min: 1, max: 9 }), (a, b, end, parts) => {
        const [first, last] = [a, b].sort(compareKeys) as [string, string];
        fc.pre(end === null || compareKeys(last, end) < 0);
        const ranges = splitRest(first, last, end, parts);
        expect(ranges.length).toBeLessThanOrEqual(parts);
        expect(ranges[0]?.from).toBe(last);
        expect(ranges.at(-1)?.to).toBe(end);
        for (const [index, { from, to }] of ranges.entries()) {
          if (to !== null) expect(compareKeys(from, to)).toBeLessThan(0);
          if (index > 0) expect(ranges[index - 1]?.to).toBe(from);
        }
      }),
    );
  });
});
