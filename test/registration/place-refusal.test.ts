import { expect, test } from '@jest/globals';
import { columnsReader } from '../../registration/columns.js';
import { placeRefusal } from '../../registration/place-refusal.js';
import { table } from '../support/assessment-builder.js';

function refusalOf(type: string, keyType = 'string', isText = false): string | null {
  const source = table('sales.orders', {
    columns: [{ name: 'c', type }],
    partitionKeys: [{ name: 'k', type: keyType }],
  });
  const columns = columnsReader()(source, isText);
  return columns.ok ? null : columns.error;
}

test('text can be declared as any type, partition keys beside it cannot', () => {
  expect(refusalOf('uuid', 'int', true)).toBeNull();
  expect(refusalOf('int', 'uuid', true)).toContain("its column 'k' has the type uuid");
});

test.each([
  ['array<struct<a_b:int,größe:map<string,struct<c$d:int>>>>', 'varchar(3)'],
  ['timestamp', 'date'],
  ['binary', 'decimal(9,2)'],
])('a column of %s with a partition key of %s is accepted', (type, key) => {
  expect(refusalOf(type, key)).toBeNull();
});

test.each([
  ['array<map<string,struct<job-name:string>>>', 'int', "its column 'c' has a field 'job-name'"],
  ['struct<a:array<uuid>>', 'int', "its column 'c' has the type uuid"],
  ['time', 'int', "its column 'c' has the type time"],
  ['timestamp with time zone', 'int', "its column 'c' has the type timestamp with time zone"],
  ['int', 'timestamp', "its partition key 'k' has the type TIMESTAMP(6)"],
  ['int', 'binary', "its partition key 'k' has the type VARBINARY"],
  ['int', 'array<int>', "its partition key 'k' has the type ARRAY(INTEGER)"],
])('a column of %s with a partition key of %s is refused', (type, key, reason) => {
  expect(refusalOf(type, key)).toContain(reason);
});

test.each([
  ['s3://bucket/orders/', '4.0.1', null],
  ['s3a://bucket/a/b', '4.0.1', null],
  ['s3://bucket', '3.1.3', null],
  ['s3://bucket/', '4.0.1', 'its location is the root of a bucket'],
  ['s3://bucket/a//b', '3.1.3', 'has an empty folder name'],
  ['s3://bucket//a', '3.1.3', 'has an empty folder name'],
])('the place %s with Hive Metastore %s: %s', (location, version, reason) => {
  const refusal = placeRefusal(location, version);
  if (reason === null) expect(refusal).toBeNull();
  else expect(refusal).toContain(reason);
});
