import { expect, test } from '@jest/globals';
import { keyOfListed, keyOfRow, valuesOfName } from '../../../migration/register/partition-values.js';

test.each([
  ['varchar', 'a b', 'a b'],
  ['varchar', '01', '01'],
  ['varchar(5)', 'x/y', 'x/y'],
  ['varchar', '__HIVE_DEFAULT_PARTITION__', null],
  ['integer', '__HIVE_DEFAULT_PARTITION__', null],
  ['integer', '01', 1],
  ['tinyint', '-09', -9],
  ['bigint', '9223372036854775807', 9223372036854775807n],
  ['boolean', 'TRUE', true],
  ['date', '2024-02-29', '2024-02-29'],
  ['decimal(6,2)', '12.5', '12.50'],
  ['decimal(6,2)', '-1', '-1.00'],
  ['decimal(38,0)', '0012345678901234567890', '12345678901234567890'],
  ['double', '1.50', 1.5],
  ['double', '1e3', 1000],
  ['real', '0.1', 0.1],
  ['char(3)', 'ab', 'ab '],
  ['timestamp(6)', '2024-01-01 00:00:00', '2024-01-01 00:00:00.000000'],
  ['timestamp(6)', '2024-01-01 00:00:00.1', '2024-01-01 00:00:00.100000'],
])('of %s, %s in the catalog is %s in Trino', (type, listed, shown) => {
  expect(keyOfListed([listed], [type])).toEqual(keyOfRow([shown], [type]));
});

test.each([
  ['varchar', '1', '01'],
  ['varchar', 'A', 'a'],
  ['varchar', 'x', null],
  ['integer', '1', 10],
  ['decimal(6,2)', '1', '10.00'],
  ['decimal(6,2)', '-1', '1.00'],
])('of %s, %s in the catalog is not %s in Trino', (type, listed, shown) => {
  expect(keyOfListed([listed], [type])).not.toEqual(keyOfRow([shown], [type]));
});

test('values are read from the name of a partition', () => {
  expect(valuesOfName('year=2024/city=a%2Fb%3D/at=10%3A30')).toEqual(['2024', 'a/b=', '10:30']);
});
