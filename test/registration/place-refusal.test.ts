import { expect, test } from '@jest/globals';
import { columnsReader } from '../../registration/columns.js';
import { nameRefusal } from '../../registration/names.js';
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
  ['struct<😀:int>', "has a field '😀'"],
  ['struct<a²:int>', "has a field 'a²'"],
  ['struct<𝒜:int>', "has a field '𝒜'"],
  ['timestamp with local time zone', 'has the type timestamp with local time zone'],
  ['varchar(65536)', 'varchar(65536) is outside varchar(1..65535)'],
])('a column of %s: %s', (type, reason) => {
  expect(refusalOf(type)).toContain(reason);
});

test.each([
  ['last name, first name', [], 0, "its column 'last name, first name' has a comma in its name"],
  [' a', [], 0, 'begins or ends with a blank'],
  ['tail ', [], 0, 'begins or ends with a blank'],
  ['$path', [], 0, "its column '$path' has the name of a hidden column"],
  ['$FILE_SIZE', [], 0, 'the name of a hidden column'],
  ['$partition', ['k'], 0, 'the name of a hidden column'],
  ['$bucket', [], 2, 'the name of a hidden column'],
  ['$bucket', ['k'], 0, null],
  ['$partition', [], 0, null],
  ['a b.c:d(e)😀"/=\t', [], 0, null],
  ['x'.repeat(768), [], 0, 'a name of 768 characters; Hive Metastore allows 767'],
  ['id', ['k'.repeat(129)], 0, 'a name of 129 characters; Hive Metastore allows 128'],
])('a column named %.30j beside the keys %.3j in %i buckets: %s', (name, keys, numberOfBuckets, reason) => {
  const source = table('sales.orders', { columns: [{ name, type: 'int' }] });
  const read = columnsReader()(
    {
      ...source,
      partitionKeys: keys.map((key) => ({ name: key, type: 'string' })),
      serde: source.serde && { ...source.serde, numberOfBuckets, bucketColumns: [name] },
    },
    false,
  );
  expect(read.ok ? null : read.error).toEqual(reason === null ? null : expect.stringContaining(reason));
});

test.each([
  ['sys', 'orders', true, "the schema name sys is Trino's own"],
  ['Information_Schema', 'orders', true, "the schema name Information_Schema is Trino's own"],
  ['system', 'orders', true, null],
  ['system', 'orders', false, "the schema name system is Trino's own"],
  ['sys', 'orders', false, null],
  ['a.b', 'orders', false, "its schema name 'a.b' has a dot"],
  ['a b', "it's 😀/%.", false, null],
  ['sales', 't$snapshots', false, "its table name 't$snapshots' has a '$' or '@'"],
  ['sales', 'a@b', false, "its table name 'a@b' has a '$' or '@'"],
])('the name %s.%s with Hive Metastore %s: %s', (schema, name, inHive, reason) => {
  const refusal = nameRefusal(schema, name, { inHive, isTypedCsv: false });
  expect(refusal).toEqual(reason === null ? null : expect.stringContaining(reason));
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
