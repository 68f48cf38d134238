import { expect, test } from '@jest/globals';
import { isHiveFolder } from '../../assessments/classification/location.js';

test.each<[string, string[], string[], boolean]>([
  ['s3://lake/t/year=2026/month=01', ['year', 'month'], ['2026', '01'], true],
  ['s3a://lake/t/Year=2026/month=01/', ['year', 'month'], ['2026', '01'], true],
  ['s3://lake/t/at=10%3A30', ['at'], ['10:30'], true],
  ['s3://lake/t/p=__HIVE_DEFAULT_PARTITION__', ['p'], [''], true],
  ['s3://lake/t/2026/01', ['year', 'month'], ['2026', '01'], false],
  ['s3://lake/t/month=01/year=2026', ['year', 'month'], ['2026', '01'], false],
  ['s3://lake/t/year=2025', ['year'], ['2026'], false],
  ['s3://lake/t', ['year'], ['2026'], false],
  ['s3://lake/other/year=2026', ['year'], ['2026'], false],
])('%s of %j = %j', (location, keys, values, expected) => {
  expect(isHiveFolder(location, 's3://lake/t/', keys, values)).toBe(expected);
});
