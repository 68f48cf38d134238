import { expect, test } from '@jest/globals';
import { otherColumn } from '../../core/reads-alike.js';

const column = (type: string) => [{ name: 'v', type }];

test.each([
  ['int', 'int'],
  ['int', 'bigint'],
  ['tinyint', 'smallint'],
  ['integer', 'int'],
  ['float', 'double'],
  ['varchar(10)', 'string'],
  ['decimal(10,2)', 'decimal(12,2)'],
  ['struct<a:int>', 'struct<a:bigint,b:string>'],
  ['array<struct<A:int>>', 'array<struct<a:int>>'],
  ['map<string,int>', 'map<string,bigint>'],
  ['no type at all', 'int'],
])('%s is the same, read as %s', (written, read) => {
  expect(otherColumn(column(read), column(written), true)).toBeUndefined();
});

test.each([
  ['int', 'string'],
  ['string', 'int'],
  ['bigint', 'int'],
  ['double', 'float'],
  ['date', 'timestamp'],
  ['decimal(12,2)', 'decimal(10,2)'],
  ['decimal(10,2)', 'decimal(12,4)'],
  ['struct<a:int>', 'struct<a:string>'],
  ['array<int>', 'array<string>'],
  ['array<int>', 'string'],
])('%s is another one, read as %s', (written, read) => {
  expect(otherColumn(column(read), column(written), true)).toEqual({ name: 'v', type: written, typeInTable: read });
});

const table = [
  { name: 'id', type: 'bigint' },
  { name: 'v', type: 'string' },
];

test.each([
  ['in another order, by name', ['v:string', 'ID:bigint'], true, undefined],
  ['in another order, by place', ['v:string', 'id:bigint'], false, 'v'],
  ['fewer', ['id:int'], false, undefined],
  ['more at the end', ['id:bigint', 'v:string', 'w:int'], false, undefined],
  ['more in front, by place', ['w:date', 'id:bigint', 'v:string'], false, 'w'],
  ['more in front, by name', ['w:date', 'id:bigint', 'v:string'], true, undefined],
] as const)('columns %s', (_name, texts, byName, expected) => {
  const partition = texts.map((text) => ({ name: text.split(':')[0] ?? '', type: text.split(':')[1] ?? '' }));
  expect(otherColumn(table, partition, byName)?.name).toBe(expected);
});
