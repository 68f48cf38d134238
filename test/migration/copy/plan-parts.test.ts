import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { partBytesFor, partsOf, s3PartRules } from '../../../migration/copy/stream/plan-parts.js';

const MiB = 1024 ** 2;
const TiB = 1024 ** 4;

describe('the size of parts', () => {
  test.each([
    { size: 17 * MiB, partBytes: 16 * MiB },
    { size: 6 * 1024 * MiB, partBytes: 16 * MiB },
    { size: 10_000 * 16 * MiB, partBytes: 16 * MiB },
    { size: 10_000 * 16 * MiB + 1, partBytes: 32 * MiB },
    { size: 5 * TiB, partBytes: 1024 * MiB },
    { size: 10_000 * 5 * 1024 * MiB, partBytes: 5 * 1024 * MiB },
    { size: 10_000 * 5 * 1024 * MiB + 1, partBytes: undefined },
  ])('of an object of $size bytes is $partBytes', ({ size, partBytes }) => {
    expect(partBytesFor(size, s3PartRules)).toBe(partBytes);
  });

  test("follows Swift's limit of 1,000 segments", () => {
    const swift = { ...s3PartRules, maxParts: 1000, maxPartBytes: 5_368_709_122 };
    expect(partBytesFor(5e12, swift)).toBe(5_368_709_122);
    expect(partBytesFor(5 * TiB, swift)).toBeUndefined();
  });
});

test('parts cover the object, in order, without gap or overlap, and are at most as many as the target allows', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1_000_000 }),
      fc.integer({ min: 1, max: 5_000 }),
      fc.integer({ min: 1, max: 300 }),
      (size, partBytes, maxParts) => {
        const rules = { wholeBytes: 0, partBytes, maxParts, maxPartBytes: 100_000 };
        const planned = partBytesFor(size, rules);
        if (planned === undefined) return size > maxParts * 100_000;
        const parts = [...partsOf(size, planned)];
        let offset = 0;
        for (const [index, part] of parts.entries()) {
          expect(part).toEqual({ number: index + 1, offset, bytes: Math.min(planned, size - offset) });
          offset += part.bytes;
        }
        expect(offset).toBe(size);
        return parts.length <= maxParts;
      },
    ),
  );
});
