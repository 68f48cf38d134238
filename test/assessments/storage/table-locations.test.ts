import { expect, test } from '@jest/globals';
import { claimsOfTable } from '../../../assessments/storage/table-locations.js';
import { table } from '../../support/assessment-builder.js';

const foldersOf = (overrides: Parameters<typeof table>[1]): readonly string[] =>
  claimsOfTable(table('sales.orders', overrides)).map(({ bucket, folder }) => `${bucket}:${folder}`);

test.each([
  ['s3://lake/orders/', ['lake:orders/']],
  ['s3a://lake/orders', ['lake:orders/']],
  ['s3://lake', ['lake:']],
  ['s3://lake/', ['lake:']],
  ['s3://lake/a//b', ['lake:a//b/']],
  ['s3://point-abc-s3alias/orders', ['point-abc-s3alias:orders/']],
  ['s3://tables--table-s3/orders', []],
  ['s3://zone--x-s3/orders', []],
  ['hdfs://name/orders', []],
  [null, []],
])('the folder of %s', (location, folders) => {
  expect(foldersOf({ location })).toEqual(folders);
});

test('views, links and what lives in other systems have no folders', () => {
  const federation = { identifier: null, connectionName: 'aws:redshift', connectionType: null };
  for (const overrides of [{ format: 'VIEW' }, { format: 'RESOURCE_LINK' }, { federation }] as const)
    expect(foldersOf({ location: 's3://lake/x/', ...overrides })).toEqual([]);
});

test('data outside the table folder counts, and so does the folder that all projected partitions share', () => {
  expect(foldersOf({ format: 'ICEBERG', location: 's3://lake/t/', additionalLocations: ['s3://data/t'] })).toEqual([
    'lake:t/',
    'data:t/',
  ]);
  const template = { 'storage.location.template': 's3://raw/events/day=${day}/' };
  expect(foldersOf({ location: 's3://lake/t/', projection: template })).toEqual(['lake:t/', 'raw:events/']);
});
