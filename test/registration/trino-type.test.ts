import { describe, expect, test } from '@jest/globals';
import { parseHiveType } from '../../core/hive-type.js';
import { trinoType } from '../../registration/trino-type.js';

function trinoTypeOf(text: string): string {
  const type = parseHiveType(text);
  return type.ok ? trinoType(type.value) : type.error;
}

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
    expect(trinoTypeOf(hive)).toBe(trino);
  });
});
