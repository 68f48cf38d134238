import { expect, test } from '@jest/globals';
import { App, TerraformStack } from 'cdktf';
import { failedRules } from '../../../../constructs/common/index.js';
import { ExpiringBucket } from '../../../../constructs/aws/expiring-bucket/index.js';
import { GlueDatabase, GlueTable } from '../../../../constructs/aws/glue-catalog/index.js';
import {
  partitionLocation,
  renderParameters,
  renderStorage,
} from '../../../../constructs/aws/glue-catalog/render-table.js';

test.each([
  ['parquet', 'ParquetHiveSerDe'],
  ['orc', 'OrcSerde'],
  ['csv', 'LazySimpleSerDe'],
] as const)('%s names the classes that Hive reads it with', (format, serDe) => {
  const { inputFormat, outputFormat, serDeInfo } = renderStorage(format);
  expect(serDeInfo?.serializationLibrary).toMatch(new RegExp(`\\.${serDe}$`));
  expect(inputFormat).toMatch(/InputFormat$/);
  expect(outputFormat).toMatch(/OutputFormat$/);
});

test('an Iceberg table is identified by its parameters, and has no classes', () => {
  expect(renderStorage('iceberg')).toEqual({});
  expect(renderParameters({ format: 'iceberg', location: 's3://b/t', metadata: 'metadata/1.json' })).toEqual({
    table_type: 'ICEBERG',
    metadata_location: 's3://b/t/metadata/1.json',
  });
});

test('a partition is stored where Hive looks for it', () => {
  const keys = [
    { name: 'year', type: 'string' },
    { name: 'month', type: 'string' },
  ];
  expect(partitionLocation('s3://b/t', keys, ['2025', '01'])).toBe('s3://b/t/year=2025/month=01');
});

test('a table that cannot be is refused with all that is wrong', () => {
  const app = new App();
  const stack = new TerraformStack(app, 'stack');
  const location = 's3://b/t';
  new GlueTable(stack, 'table', {
    bucket: new ExpiringBucket(stack, 'bucket', { bucketName: 'b', expireAfterDays: 1 }),
    database: new GlueDatabase(stack, 'database', { name: 'd', description: '', location, parameters: {} }),
    databaseName: 'd',
    name: 't',
    format: 'iceberg',
    columns: [],
    partitions: [['2025']],
    location,
  });
  expect(failedRules(app).map(({ code, message }) => [code, message])).toEqual([
    ['iceberg-without-metadata', expect.stringContaining("'t' has the format iceberg")],
    ['partition-values-count', expect.stringContaining('has 0 partition keys, but its partitions have 1 values')],
  ]);
});
