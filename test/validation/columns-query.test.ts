import { expect, test } from '@jest/globals';
import { columnsQuery, readColumns } from '../../validation/sql/columns-query.js';

test('the columns of a table are found, however the mapping writes its name', () => {
  expect(columnsQuery({ catalog: 'hive', schema: 'Sales', table: "O'Brien" })).toContain(
    `WHERE table_schema = 'sales' AND table_name = 'o''brien'`,
  );
});

test('a comment that is empty is none', () => {
  expect(readColumns([['id', 'bigint', 'NO', '', 'partition key']])).toEqual([
    { name: 'id', type: 'bigint', isNullable: false, comment: null, isPartitionKey: true },
  ]);
});
