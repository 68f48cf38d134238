import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { constructId } from '../../../constructs/common/index.js';

test('different keys get different ids, also when they differ in case or punctuation only', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 2, maxLength: 50 }), (keys) => {
      expect(new Set(keys.map((key) => constructId(key).toLowerCase())).size).toBe(keys.length);
    }),
  );
  expect(constructId('bucket:Raw')).not.toBe(constructId('bucket:raw'));
  expect(constructId('bucket:a-b')).not.toBe(constructId('bucket:a.b'));
});

test('an id is readable and safe in a construct path', () => {
  expect(constructId('bucket:acme.raw')).toMatch(/^bucket-acme-raw-[0-9a-f]{10}$/);
});
