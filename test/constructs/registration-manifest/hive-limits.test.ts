import { expect, test } from '@jest/globals';
import { columnsOf } from '../../../constructs/registration-manifest/columns.js';
import { hiveRefusal } from '../../../constructs/registration-manifest/hive-limits.js';
import { table } from '../../support/plan-builder.js';

function refusal(name: string, location: string, type: string): string | undefined {
  const columns = columnsOf(table('sales.orders', { source: { columns: [{ name: 'c', type }] } }).source);
  if (!columns.ok) throw new Error(columns.error);
  return hiveRefusal(name, location, columns.value);
}

test.each([
  ['x'.repeat(128), 's3://bucket/orders/', 'array<struct<a_b:int,größe:map<string,struct<c$d:int>>>>'],
  ['orders', 's3a://bucket/a/b', 'string'],
])('%s at %s with %s is no problem', (name, location, type) => {
  expect(refusal(name, location, type)).toBeUndefined();
});

test.each([
  ['x'.repeat(129), 's3://bucket/orders/', 'int', '129 characters'],
  ['orders', 's3://bucket/a//b', 'int', 'empty folder name'],
  ['orders', 's3://bucket/a', 'array<map<string,struct<job-name:string>>>', "a field 'job-name'"],
])('%s at %s with %s is refused', (name, location, type, reason) => {
  expect(refusal(name, location, type)).toContain(reason);
});
