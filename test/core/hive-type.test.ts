import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseHiveType } from '../../core/hive-type.js';

describe('a Hive type is read', () => {
  test.each([
    ['', 'a type is missing'],
    ['uniontype<int,string>', "the type 'uniontype' has no counterpart"],
    ['array<int', "'>' is missing"],
    ['array<>', 'a type is missing'],
    ['map<string>', "',' is missing"],
    ['struct<a>', "':' is missing"],
    ['struct<x:int,X:string>', "two fields are named 'x'"],
    ['decimal(40,2)', 'outside decimal(1..38'],
    ['char(0)', 'outside char(1..255)'],
    ['int int', "unexpected 'int' after the type"],
    ['struct<xsi:type:string,value:string>', "the field 'xsi:type' has a colon in its name"],
    ['struct<amount(usd):double>', "the field 'amount(usd)' has a parenthesis in its name"],
    ['struct<>', 'a field name is missing'],
    ['array<void>', "the type 'void' has no counterpart"],
    ['interval_day_time', "the type 'interval_day_time' has no counterpart"],
    ['map<string,struct<a:uniontype<int,string>>>', "the type 'uniontype' has no counterpart"],
    ['array<'.repeat(5000), 'deeper than 400 levels'],
  ])('%.40s is refused with the place', (hive, reason) => {
    const result = parseHiveType(hive);
    expect(result).toMatchObject({ ok: false, error: expect.stringContaining(reason) });
    expect(result).toMatchObject({ error: expect.stringMatching(/at character \d+/) });
  });

  test('a struct of 100,000 fields is read at once, and a message stays short', () => {
    const fields = Array.from({ length: 100_000 }, (_, index) => `f${index}:int`).join(',');
    expect(parseHiveType(`struct<${fields}>`).ok).toBe(true);
    for (const wrong of [
      `struct<${fields},F7:int>`,
      `struct<${fields}`,
      'x'.repeat(99_999),
      'struct<a:'.repeat(20_000),
    ]) {
      const result = parseHiveType(wrong);
      expect(result.ok ? '' : result.error).toMatch(/^.{20,500}$/);
    }
  });

  test('no text makes the parser throw', () => {
    const soup = fc.array(
      fc.constantFrom(
        'array<',
        'map<',
        'struct<',
        '>',
        ',',
        ':',
        'a',
        'int',
        '(',
        ')',
        '9',
        '`',
        ' ',
        'decimal',
        '\u0000',
      ),
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          soup.map((parts) => parts.join('')),
        ),
        (text) => {
          expect(typeof parseHiveType(text).ok).toBe('boolean');
        },
      ),
      { numRuns: 5000 },
    );
  });
});
