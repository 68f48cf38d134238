import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseTrinoType, typeText } from '../../validation/values/trino-type.js';
import type { TrinoType } from '../../validation/values/trino-type.js';

test.each([
  ['integer', 'integer'],
  ['decimal(38, 2)', 'decimal(38,2)'],
  ['timestamp(6) with time zone', 'timestamp(6) with time zone'],
  ['timestamp with time zone', 'timestamp(3) with time zone'],
  ['array(row(a integer, "b c" varchar(3)))', 'array(row("a" integer, "b c" varchar(3)))'],
  ['row(integer, timestamp(3) with time zone)', 'row(integer, timestamp(3) with time zone)'],
  ['row("timestamp" time with time zone)', 'row("timestamp" time(3) with time zone)'],
  ['map(varchar, array(interval day to second))', 'map(varchar, array(interval day to second))'],
  ['HyperLogLog', 'hyperloglog'],
])('%s is read', (text, read) => {
  const type = parseTrinoType(text);
  expect(type.ok && typeText(type.value)).toBe(read);
});

test.each(['', 'array', 'array(', 'map(varchar)', 'row()', 'decimal', 'array(integer))', '('])(
  '%j is not a type',
  (text) => {
    expect(parseTrinoType(text)).toMatchObject({ ok: false });
  },
);

const { type } = fc.letrec<{ type: TrinoType }>((tie) => ({
  type: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom<TrinoType>(
      { kind: 'integer', name: 'bigint' },
      { kind: 'boolean' },
      { kind: 'decimal', precision: 18, scale: 3 },
      { kind: 'varchar', length: null },
      { kind: 'char', length: 4 },
      { kind: 'timestamp', precision: 6, isZoned: true },
      { kind: 'time', precision: 3, isZoned: false },
    ),
    tie('type').map((element): TrinoType => ({ kind: 'array', element })),
    fc.tuple(tie('type'), tie('type')).map(([key, value]): TrinoType => ({ kind: 'map', key, value })),
    fc
      .array(fc.record({ name: fc.option(fc.string({ minLength: 1 }), { nil: undefined }), type: tie('type') }), {
        minLength: 1,
      })
      .map((fields): TrinoType => ({ kind: 'row', fields })),
  ),
}));

test('what is written is read', () => {
  fc.assert(
    fc.property(type, (one) => {
      expect(parseTrinoType(typeText(one))).toEqual({ ok: true, value: one });
    }),
  );
});

test('no text makes it throw', () => {
  fc.assert(fc.property(fc.string(), (text) => typeof parseTrinoType(text).ok === 'boolean'));
});
