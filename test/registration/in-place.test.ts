import { expect, test } from '@jest/globals';
import type { AssessedTable } from '../../assessments/index.js';
import { makeManifest, registrationTargetOf, tableJudge } from '../../registration/index.js';
import { bucket, serde, table, targetWith } from '../support/plan-builder.js';
import type { Target } from '../../mappings/template.js';

const partitions = {
  count: 1,
  byFormat: {},
  otherBuckets: [],
  outsideTableLocation: 0,
  irregularFolders: 0,
  differing: 0,
};

function judged(source: Partial<AssessedTable>, changes: Partial<Target> = {}): string | null {
  const target = registrationTargetOf({ target: targetWith(changes), buckets: [bucket('raw')] });
  const names = { catalog: 'iceberg', schema: 'sales', table: 't' };
  const result = tableJudge(target)({
    ...names,
    source: { ...table('sales.t').source, ...source },
    convert: true,
    inPlace: true,
  });
  return result.ok ? null : result.error;
}

const orc = { format: 'ORC', serde: serde('org.apache.hadoop.hive.ql.io.orc.OrcSerde') } as const;
const avro = { format: 'AVRO', serde: serde('org.apache.hadoop.hive.serde2.avro.AvroSerDe') } as const;
const csv = { format: 'CSV', serde: serde('org.apache.hadoop.hive.serde2.OpenCSVSerde') } as const;
const column = (type: string) => ({ columns: [{ name: 'c', type }] });
const key = (type: string) => ({ partitionKeys: [{ name: 'k', type }], partitions });

test.each<[string, Partial<AssessedTable>]>([
  ['Parquet', {}],
  ['ORC with timestamps', { ...orc, ...column('struct<at:timestamp>') }],
  ['nested Parquet', column('map<string,array<struct<a:decimal(9,2),b:date>>>')],
  ['text of a length', column('varchar(20)')],
  ['a key of int', key('int')],
  ['a key of date', key('date')],
])('%s becomes an Iceberg table in place', (_, source) => {
  expect(judged(source)).toBeNull();
});

test.each<[string, Partial<AssessedTable>, string]>([
  ['Avro', avro, 'its files are AVRO'],
  ['CSV', csv, 'its files are CSV'],
  ['Parquet with timestamps', column('timestamp'), "its column 'c' has timestamps, which in Parquet"],
  ['Parquet with nested timestamps', column('array<struct<at:timestamp>>'), "its column 'c' has timestamps"],
  ['a small integer', column('smallint'), "its column 'c' has the type smallint"],
  ['text of a fixed length', { ...orc, ...column('map<string,char(3)>') }, "its column 'c' has the type char(3)"],
  ['a key of decimal', key('decimal(6,2)'), "its partition key 'k' has the type DECIMAL(6, 2)"],
  ['a key of double', key('double'), "its partition key 'k' has the type DOUBLE"],
  [
    'partitions elsewhere',
    { ...key('int'), partitions: { ...partitions, outsideTableLocation: 1, irregularFolders: 1 } },
    '1 of its partitions lie in folders that are not named',
  ],
  [
    'projected partitions',
    { ...key('int'), projection: { 'projection.k.type': 'integer', 'projection.k.range': '1,9' } },
    'its partitions are projected',
  ],
])('%s is refused, with what to do', (_, source, reason) => {
  expect(judged(source)).toContain(`it cannot be converted in place: ${reason}`);
  expect(judged(source)).toContain('leave `inPlace` out of `convert`');
});

test('it must lie where the catalog server registers tables', () => {
  const catalogs = {
    ...targetWith().catalogs,
    iceberg: { type: 'iceberg-rest', server: 'lakekeeper', warehouse: 'lake-warehouse' },
  } as const;
  expect(judged({}, { catalogs })).toContain('Lakekeeper registers only tables in the bucket of the warehouse');
});

test('it is staged, migrated and registered where it lies, and its clean-up drops no table', () => {
  const placed = table('sales.orders', {
    catalog: 'iceberg',
    method: 'convert-in-place',
    source: { location: 's3://raw/sales/orders/' },
  });
  const manifest = makeManifest({ target: targetWith(), buckets: [bucket('raw')], databases: [], tables: [placed] });
  const entry = manifest.catalogs.get('iceberg')?.find(({ phase }) => phase === 'table');
  const staged = placed.helpers[0]?.schema ?? '';
  expect(entry?.target.location).toBe('s3://raw/sales/orders/');
  expect(entry?.statements[1]).toContain("external_location = 's3://raw/sales/orders'");
  expect(entry?.load).toEqual([
    `CALL "a2o_in_place".system.migrate(schema_name => '${staged}', table_name => 'orders', recursive_directory => 'true')`,
    `CALL "iceberg".system.register_table(schema_name => 'sales', table_name => 'orders', table_location => 's3://raw/sales/orders')`,
    `CALL "a2o_in_place".system.unregister_table(schema_name => '${staged}', table_name => 'orders')`,
  ]);
  expect(entry?.cleanup).toEqual([`DROP SCHEMA IF EXISTS "hive"."${staged}"`]);
  expect(entry?.remarks.map(({ text }) => text)).toContainEqual(expect.stringContaining('DROP TABLE deletes them'));
});
