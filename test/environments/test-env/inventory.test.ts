import { expect, test } from '@jest/globals';
import { assetsInState, keyOf, orphans, usersOwn } from '../../../environments/test-env/inventory.js';
import type { Asset } from '../../../environments/test-env/inventory.js';

const database: Asset = { kind: 'database', name: ['test_analytics'] };
const table: Asset = { kind: 'table', name: ['test_analytics', 'sales_data'] };
const partition: Asset = { kind: 'partition', name: ['test_analytics', 'sales_data', '2025', '01'] };
const bucket: Asset = { kind: 'bucket', name: ['aws2openstack-test-data-20260101-aaaa'] };
const everything = [bucket, database, table, partition];

function leftovers(inState: readonly Asset[], inAws: readonly Asset[] = everything): readonly string[] {
  return orphans(inAws, inState).map(keyOf);
}

test('what Terraform knows is left to Terraform', () => {
  expect(leftovers(everything)).toEqual([]);
});

test('what goes takes along what is inside', () => {
  expect(leftovers([])).toEqual(['bucket aws2openstack-test-data-20260101-aaaa', 'database test_analytics']);
  expect(leftovers([bucket, database])).toEqual(['table test_analytics/sales_data']);
  expect(leftovers([bucket, database, table])).toEqual(['partition test_analytics/sales_data/2025/01']);
});

test('what users made in the databases stays, and is named when a database goes', () => {
  const theirs: Asset[] = [
    { kind: 'table', name: ['test_analytics', 'mine'] },
    { kind: 'partition', name: ['test_analytics', 'sales_data', '2030', '12'] },
  ];
  expect(leftovers(everything, [...everything, ...theirs])).toEqual([]);
  const elsewhere: Asset = { kind: 'table', name: ['test_extra_3', 'copy_1'] };
  expect(usersOwn([...everything, ...theirs, elsewhere]).map(keyOf)).toEqual(['table test_analytics/mine']);
});

test('the state is read, without what it will replace', () => {
  const state = {
    resources: [
      { type: 'aws_s3_bucket', instances: [{ status: 'tainted', attributes: { bucket: 'b' } }] },
      { type: 'aws_glue_catalog_database', instances: [{ attributes: { name: 'test_analytics' } }] },
      {
        type: 'aws_glue_catalog_table',
        instances: [{ attributes: { database_name: 'test_analytics', name: 'sales_data' } }],
      },
      {
        type: 'aws_glue_partition',
        instances: [
          {
            attributes: {
              database_name: 'test_analytics',
              table_name: 'sales_data',
              partition_values: ['2025', '01'],
            },
          },
        ],
      },
      { type: 'aws_s3_bucket_lifecycle_configuration', instances: [{ attributes: { bucket: 'b' } }] },
    ],
  };
  expect(assetsInState(JSON.stringify(state))).toEqual([database, table, partition]);
  expect(assetsInState('')).toEqual([]);
});
