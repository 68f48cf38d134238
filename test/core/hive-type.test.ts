import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseHiveType, trinoTypeOf } from '../../core/hive-type.js';

describe('a Hive type becomes the Trino type that holds its values', () => {
  test.each([
    ['int', 'INTEGER'],
    ['STRING', 'VARCHAR'],
    [' bigint ', 'BIGINT'],
    ['float', 'REAL'],
    ['decimal', 'DECIMAL(10, 0)'],
    ['decimal(7,2)', 'DECIMAL(7, 2)'],
    ['decimal(38)', 'DECIMAL(38, 0)'],
    ['char(3)', 'CHAR(3)'],
    ['varchar(20)', 'VARCHAR(20)'],
    ['varchar', 'VARCHAR'],
    ['timestamp', 'TIMESTAMP(6)'],
    ['timestamp with local time zone', 'TIMESTAMP(6) WITH TIME ZONE'],
    ['array<string>', 'ARRAY(VARCHAR)'],
    ['map<string,array<int>>', 'MAP(VARCHAR, ARRAY(INTEGER))'],
    ['struct<a:int,b:struct<c:string>>', 'ROW("a" INTEGER, "b" ROW("c" VARCHAR))'],
    ['struct<`odd:name`:int, with space : string>', 'ROW("odd:name" INTEGER, "with space" VARCHAR)'],
    ['struct<q"q:int>', 'ROW("q""q" INTEGER)'],
    ["struct<a:int comment 'the a, of b'>", 'ROW("a" INTEGER)'],
    ['array<struct<first:string,second:decimal(5,1)>>', 'ARRAY(ROW("first" VARCHAR, "second" DECIMAL(5, 1)))'],
  ])('%s → %s', (hive, trino) => {
    expect(trinoTypeOf(hive)).toEqual({ ok: true, value: trino });
  });

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
    ['int int', "'int' follows the type"],
    ['array<'.repeat(5000), 'deeper than 100 levels'],
  ])('%.40s is refused with the place', (hive, reason) => {
    const result = trinoTypeOf(hive);
    expect(result).toMatchObject({ ok: false, error: expect.stringContaining(reason) });
    expect(result).toMatchObject({ error: expect.stringMatching(/at character \d+/) });
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
