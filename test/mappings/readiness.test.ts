import type { Table } from '@aws-sdk/client-glue';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { completeCatalog } from '../../assessments/classification/complete-catalog.js';
import { draftTable } from '../../assessments/classification/draft-table.js';
import type { AssessedTable, Assessment } from '../../assessments/index.js';
import { findTemplateOnDisk, loadTemplate, resolve } from '../../mappings/index.js';
import type { MappingTemplate } from '../../mappings/index.js';
import { assessmentWith } from '../support/assessment-builder.js';

/** Of the target or of the mapping: the assessment cannot know them. */
const exempt: readonly RegExp[] = [
  // The store's names and the rule that renames buckets.
  /^it has data in the bucket \S+, which is not mapped$/,
  // The catalog's names and the rule that renames tables: characters that fold into one.
  /^it would become the same table /,
  /^its database is blocked: it would become the same schema /,
  /is reserved for the migration's own tables$/,
  // Depends on the version of the target's Hive Metastore.
  /^its location is the root of a bucket, /,
];

const library = 'org.apache.hadoop.hive.ql.io';
const stores = [
  [`${library}.parquet.serde.ParquetHiveSerDe`, `${library}.parquet.MapredParquetInputFormat`],
  [`${library}.orc.OrcSerde`, `${library}.orc.OrcInputFormat`],
  ['org.apache.hadoop.hive.serde2.avro.AvroSerDe', `${library}.avro.AvroContainerInputFormat`],
  ['org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe', 'org.apache.hadoop.mapred.TextInputFormat'],
  ['com.amazon.ionhiveserde.IonHiveSerDe', 'com.amazon.ionhiveserde.formats.IonInputFormat'],
  ['org.apache.hive.hcatalog.data.JsonSerDe', 'com.amazon.emr.cloudtrail.CloudTrailInputFormat'],
] as const;

/** A good value most of the time, so that most tables have one flaw at most. */
function mostly<T>(good: readonly T[], bad: readonly T[]): fc.Arbitrary<T> {
  return fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(...good) },
    { weight: 1, arbitrary: fc.constantFrom(...bad) },
  );
}

const type = mostly(
  ['bigint', 'string', 'timestamp', 'decimal(10,2)', 'array<struct<a:int,b:map<string,date>>>'],
  [
    'tinyint',
    'map<varchar(3),int>',
    '',
    'void',
    'uuid',
    'union<int>',
    'decimal(50)',
    'struct<`a-b`:int>',
    'array<',
    'map<string,struct<a:int,A:int>>',
  ],
);
const column = fc.record({ Name: mostly(['id', 'name', 'at', 'größe', 'a b'], ['Id', '', 'day', 'ID']), Type: type });
const key = fc.record({
  Name: mostly(['day', 'hour'], ['Day', 'id', '']),
  Type: mostly(['string', 'int', 'date'], ['array<int>', 'moment', 'timestamp', 'binary']),
});

const table: fc.Arbitrary<Table> = fc
  .record({
    Name: mostly(['orders', 'Orders', 'a b', 'a.b', 'ä'], ['n'.repeat(200), 'x__a2o_raw', 'ORDERS']),
    location: mostly(
      ['s3://lake/sales/t', 's3://lake/sales/t/', 's3a://lake/t', 'S3://lake/t/'],
      [
        '',
        'hdfs://n/t',
        's3://lake/a//t',
        's3://UPPER_bucket/t',
        's3://lake',
        'crm.public.t',
        's3://lake/t-__PLACEHOLDER__',
      ],
    ),
    columns: fc.uniqueArray(column, { maxLength: 3, selector: ({ Name }) => Name }),
    keys: fc.uniqueArray(key, { maxLength: 2, selector: ({ Name }) => Name }),
    store: fc.tuple(fc.constantFrom(...stores), fc.constantFrom(...stores), mostly([false], [true])),
    bucketColumns: mostly<string[]>([[], ['id']], [['gone']]),
    parameters: fc
      .uniqueArray(
        mostly<[string, string]>(
          [
            ['EXTERNAL', 'TRUE'],
            ['classification', 'parquet'],
            ['totalSize', '7'],
          ],
          [
            ['classification', 'kinesis'],
            ['typeOfData', 'kafka'],
            ['spark.sql.sources.provider', 'parquet'],
            ['spark.sql.sources.provider', 'delta'],
            ['table_type', 'HUDI'],
            ['encryption.key-id', 'k1'],
            ['write.data.path', 's3://a-s3alias/x'],
            ['write.metadata.path', 'hdfs://n/x'],
          ],
        ),
        { selector: ([name]) => name },
      )
      .map((entries) => Object.fromEntries(entries)),
    iceberg: mostly(
      ['no', 'no', 'metadata'],
      ['without', 'elsewhere', 'misnamed', 'hdfs://n/metadata/1.metadata.json'],
    ),
    projection: mostly<Record<string, string>>(
      [{}],
      [
        {
          'projection.enabled': 'true',
          'projection.day.type': 'date',
          'storage.location.template': 's3://lake/${day}',
        },
        { 'projection.enabled': 'true', 'storage.location.template': 'hdfs://n/${day}' },
      ],
    ),
    hasDescriptor: mostly([true], [false]),
  })
  .map(
    ({
      Name,
      location,
      columns,
      keys,
      store: [one, other, mixed],
      bucketColumns,
      parameters,
      iceberg,
      projection,
      hasDescriptor,
    }) => {
      const metadata = {
        no: {},
        without: { table_type: 'ICEBERG' },
        metadata: {
          table_type: 'ICEBERG',
          metadata_location: `${location.replace(/\/$/, '')}/metadata/1.metadata.json`,
        },
        misnamed: { table_type: 'ICEBERG', metadata_location: `${location.replace(/\/$/, '')}/metadata/1.json` },
        elsewhere: { table_type: 'ICEBERG', metadata_location: 's3://other/1.metadata.json' },
      }[iceberg] ?? { table_type: 'ICEBERG', metadata_location: iceberg };
      return {
        Name,
        TableType: 'EXTERNAL_TABLE',
        PartitionKeys: keys,
        Parameters: { ...parameters, ...projection, ...metadata },
        ...(hasDescriptor && {
          StorageDescriptor: {
            Columns: columns,
            Location: location,
            InputFormat: mixed ? other[1] : one[1],
            SerdeInfo: { SerializationLibrary: one[0] },
            BucketColumns: bucketColumns,
            NumberOfBuckets: bucketColumns.length,
          },
        }),
      };
    },
  );

/** As the collector does once everything is listed. */
function assessed(tables: readonly Table[]): Assessment {
  const drafts = tables.map((one, index) => draftTable(index % 3 === 2 ? 'Sales' : 'sales', one));
  const siblings = Map.groupBy(drafts, ({ database }) => database);
  const names = {
    accountId: null,
    databases: new Map(),
    tables: new Map([...siblings].map(([name, own]) => [name, new Map(own.map((each) => [each.name, each]))])),
  };
  const distinct = [...names.tables.values()].flatMap((own) => [...own.values()]);
  return assessmentWith(completeCatalog(names, { databases: [], tables: distinct }).tables);
}

function defaultTemplate(): MappingTemplate {
  const loaded = loadTemplate('default', { find: findTemplateOnDisk });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.error));
  return loaded.value;
}

test('what the assessment calls ready the default mapping maps, for every reason that the assessment can know', () => {
  const template = defaultTemplate();
  const outcomes = { ready: 0, unknown: 0 };
  fc.assert(
    fc.property(fc.array(table, { minLength: 1, maxLength: 3 }), (tables) => {
      const assessment = assessed(tables);
      const isReady = ({ readiness }: AssessedTable): boolean => readiness !== 'UNKNOWN';
      const ready = new Set(assessment.tables.filter(isReady).map(({ database, name }) => `${database}.${name}`));
      outcomes.ready += ready.size;
      outcomes.unknown += assessment.tables.length - ready.size;
      const plan = resolve(assessment, template);
      const contradicted = plan.blocked.filter(
        ({ key: asset, reason }) => ready.has(nameOf(asset)) && !exempt.some((pattern) => pattern.test(reason)),
      );
      expect(contradicted).toEqual([]);
    }),
    { numRuns: 1500 },
  );
  // Both happen often, or this would prove nothing.
  expect(Math.min(outcomes.ready, outcomes.unknown)).toBeGreaterThan(300);
});

function nameOf(key: string): string {
  return key.replace(/^table:/, '').replaceAll('"', '');
}
