import { accountId, database, parquetDescriptor, parquetTable, partition } from './glue-catalogs.js';
import { partitionsKey } from './glue-stub.js';
import type { GlueJson, StubCatalog } from './glue-stub.js';

const text = 'org.apache.hadoop.mapred.TextInputFormat';

/** A table of text files behind a SerDe. */
function serdeTable(
  name: string,
  library: string | undefined,
  more: {
    parameters?: GlueJson;
    serde?: GlueJson;
    input?: string;
    keys?: readonly GlueJson[];
    columns?: readonly GlueJson[];
  } = {},
): GlueJson {
  return parquetTable('traps', name, {
    StorageDescriptor: {
      Columns: more.columns ?? [{ Name: 'line', Type: 'string' }],
      Location: `s3://lake/traps/${name}/`,
      InputFormat: more.input ?? text,
      OutputFormat: 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat',
      SerdeInfo: { SerializationLibrary: library, Parameters: more.serde ?? {} },
    },
    Parameters: more.parameters ?? {},
    PartitionKeys: more.keys ?? [],
  });
}

const lazy = 'org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe';

/** A table that Glue's console makes of a stream: what it reads stands in the descriptor's own parameters. */
function streamTable(name: string, location: string, parameters: GlueJson): GlueJson {
  return parquetTable('traps', name, {
    StorageDescriptor: {
      Columns: [{ Name: 'id', Type: 'string' }],
      Location: location,
      InputFormat: text,
      OutputFormat: 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat',
      SerdeInfo: { SerializationLibrary: 'org.apache.hive.hcatalog.data.JsonSerDe', Parameters: {} },
      Parameters: parameters,
    },
    Parameters: { classification: 'json' },
  });
}

const presto = {
  originalSql: 'SELECT "a" FROM orders',
  catalog: 'awsdatacatalog',
  schema: 'sales',
  columns: [{ name: 'a', type: 'varchar' }],
};

/** Tables as AWS's own documentation and services make them, with what each must be taken for. */
export const trapTables: readonly (readonly [string, GlueJson, string, readonly string[]])[] = [
  [
    'Iceberg',
    parquetTable('traps', 'iceberg', {
      Parameters: { table_type: 'Iceberg', metadata_location: 's3://lake/i/metadata/1.metadata.json' },
      StorageDescriptor: parquetDescriptor('s3://lake/i'),
    }),
    'ICEBERG',
    [],
  ],
  [
    'Iceberg by its metadata only',
    parquetTable('traps', 'iceberg2', { Parameters: { metadata_location: 's3://lake/i/metadata/1.metadata.json' } }),
    'ICEBERG',
    [],
  ],
  [
    'Delta by Spark provider',
    serdeTable('delta', lazy, {
      parameters: { 'spark.sql.sources.provider': 'delta' },
      input: 'org.apache.hadoop.mapred.SequenceFileInputFormat',
    }),
    'DELTA',
    [],
  ],
  [
    'Delta by crawler, Iceberg metadata beside it',
    parquetTable('traps', 'uniform', {
      Parameters: { classification: 'delta', metadata_location: 's3://lake/u/1.json' },
    }),
    'DELTA',
    [],
  ],
  [
    'Delta by symlink manifest',
    parquetTable('traps', 'symlink', {
      StorageDescriptor: {
        ...parquetDescriptor('s3://lake/d/_symlink_format_manifest/'),
        InputFormat: 'org.apache.hadoop.hive.ql.io.SymlinkTextInputFormat',
      },
    }),
    'DELTA',
    [],
  ],
  [
    'Hudi by input format',
    parquetTable('traps', 'hudi', {
      StorageDescriptor: {
        ...parquetDescriptor('s3://lake/h/'),
        InputFormat: 'org.apache.hudi.hadoop.HoodieParquetInputFormat',
      },
    }),
    'HUDI',
    [],
  ],
  [
    'Hudi by its columns',
    parquetTable('traps', 'hudi2', {
      StorageDescriptor: parquetDescriptor('s3://lake/h/', [{ Name: '_hoodie_commit_time', Type: 'string' }]),
    }),
    'HUDI',
    [],
  ],
  [
    'ORC',
    serdeTable('orc', 'org.apache.hadoop.hive.ql.io.orc.OrcSerde', {
      input: 'org.apache.hadoop.hive.ql.io.orc.OrcInputFormat',
    }),
    'ORC',
    [],
  ],
  [
    'Avro',
    serdeTable('avro', 'org.apache.hadoop.hive.serde2.avro.AvroSerDe', {
      input: 'org.apache.hadoop.hive.ql.io.avro.AvroContainerInputFormat',
    }),
    'AVRO',
    [],
  ],
  [
    'a Spark table with a placeholder descriptor',
    serdeTable('spark_csv', lazy, {
      parameters: {
        'spark.sql.sources.provider': 'csv',
        'spark.sql.sources.schema': '{"type":"struct","fields":[{"name":"id","type":"long"}]}',
      },
      input: 'org.apache.hadoop.mapred.SequenceFileInputFormat',
    }),
    'CSV',
    ['spark-source'],
  ],
  [
    'CSV by OpenCSVSerde',
    serdeTable('opencsv', 'org.apache.hadoop.hive.serde2.OpenCSVSerde', { serde: { separatorChar: ',' } }),
    'CSV',
    ['opencsv-serde'],
  ],
  ['CSV by delimiter', serdeTable('tabs', lazy, { serde: { 'field.delim': '\t' } }), 'CSV', []],
  [
    'text by Hive’s default delimiter',
    serdeTable('ctrl_a', lazy, { serde: { 'serialization.format': '1' } }),
    'TEXT',
    [],
  ],
  ['JSON by Hive', serdeTable('json', 'org.apache.hive.hcatalog.data.JsonSerDe'), 'JSON', ['hive-json-serde']],
  [
    'JSON by OpenX',
    serdeTable('openx', 'org.openx.data.jsonserde.JsonSerDe', { serde: { 'ignore.malformed.json': 'true' } }),
    'JSON',
    ['openx-json-serde'],
  ],
  ['Ion', serdeTable('ion', 'com.amazon.ionhiveserde.IonHiveSerDe'), 'UNKNOWN', ['ion-serde']],
  [
    'CloudTrail',
    serdeTable('cloudtrail', 'com.amazon.emr.hive.serde.CloudTrailSerde', {
      input: 'com.amazon.emr.cloudtrail.CloudTrailInputFormat',
    }),
    'UNKNOWN',
    ['custom-serde'],
  ],
  [
    'CloudTrail by the JSON SerDe, as Athena’s guide has it',
    serdeTable('cloudtrail_json', 'org.apache.hive.hcatalog.data.JsonSerDe', {
      input: 'com.amazon.emr.cloudtrail.CloudTrailInputFormat',
    }),
    'UNKNOWN',
    ['hive-json-serde'],
  ],
  [
    'a JSON SerDe that only is called like Hive’s',
    serdeTable('json_of_acme', 'com.acme.serde.JsonSerDe'),
    'UNKNOWN',
    ['custom-serde'],
  ],
  [
    'text behind a delimiter of several characters',
    serdeTable('multi_delimit', 'org.apache.hadoop.hive.contrib.serde2.MultiDelimitSerDe', {
      serde: { 'field.delim': '||' },
    }),
    'TEXT',
    ['custom-serde'],
  ],
  [
    'S3 Inventory, whose files list the files',
    serdeTable('inventory', 'org.apache.hadoop.hive.ql.io.orc.OrcSerde', {
      input: 'org.apache.hadoop.hive.ql.io.SymlinkTextInputFormat',
    }),
    'UNKNOWN',
    [],
  ],
  [
    'text over Parquet files',
    serdeTable('wrong_serde', lazy, { input: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat' }),
    'UNKNOWN',
    [],
  ],
  [
    'Parquet over ORC files',
    serdeTable('wrong_input', 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe', {
      input: 'org.apache.hadoop.hive.ql.io.orc.OrcInputFormat',
    }),
    'UNKNOWN',
    [],
  ],
  [
    'Parquet over lines of text, which some writers leave',
    serdeTable('text_input', 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe'),
    'PARQUET',
    [],
  ],
  ['a Kinesis stream', streamTable('kinesis', 'clicks', { typeOfData: 'kinesis' }), 'UNKNOWN', ['not-on-s3']],
  [
    'a Kinesis stream by its name only',
    streamTable('kinesis_name', 'clicks', {
      streamName: 'clicks',
      endpointUrl: 'https://kinesis.eu-central-1.amazonaws.com',
    }),
    'UNKNOWN',
    ['not-on-s3'],
  ],
  [
    'files that say which stream they came from',
    streamTable('from_stream', 's3://lake/traps/from_stream/', { streamName: 'clicks' }),
    'JSON',
    ['hive-json-serde'],
  ],
  [
    'a Kafka topic',
    streamTable('kafka', 'clicks', { typeOfData: 'kafka', topicName: 'clicks' }),
    'UNKNOWN',
    ['not-on-s3'],
  ],
  ['EMR’s Kinesis connector', serdeTable('kinesis_emr', 'com.amazon.emr.kinesis.hive.KinesisSerDe'), 'UNKNOWN', []],
  [
    'a crawled DynamoDB table',
    parquetTable('traps', 'dynamo', {
      StorageDescriptor: {
        Columns: [{ Name: 'id', Type: 'string' }],
        Location: 'arn:aws:dynamodb:eu-central-1:123456789012:table/Sessions',
        InputFormat: text,
        SerdeInfo: { SerializationLibrary: lazy },
      },
      Parameters: { classification: 'dynamodb' },
    }),
    'UNKNOWN',
    ['not-on-s3'],
  ],
  [
    'ALB logs',
    serdeTable('alb', 'org.apache.hadoop.hive.serde2.RegexSerDe', { serde: { 'input.regex': '([^ ]*) ([^ ]*)' } }),
    'TEXT',
    ['regex-serde'],
  ],
  ['a Grok crawler', serdeTable('grok', 'com.amazonaws.glue.serde.GrokSerDe'), 'TEXT', ['grok-serde']],
  [
    'VPC flow logs with projection',
    serdeTable('vpc_flow', lazy, {
      serde: { 'field.delim': ' ' },
      parameters: {
        'projection.enabled': 'TRUE',
        'projection.day.type': 'date',
        'storage.location.template': 's3://lake/${day}',
        'skip.header.line.count': '1',
      },
      keys: [{ Name: 'day', Type: 'string' }],
    }),
    'CSV',
    ['partition-projection'],
  ],
  [
    'cost and usage report',
    parquetTable('traps', 'cur', {
      PartitionKeys: [
        { Name: 'year', Type: 'string' },
        { Name: 'month', Type: 'string' },
      ],
    }),
    'PARQUET',
    [],
  ],
  ['an XML SerDe', serdeTable('xml', 'com.ibm.spss.hive.serde2.xml.XmlSerDe'), 'UNKNOWN', ['custom-serde']],
  [
    'RCFile',
    serdeTable('rc', 'org.apache.hadoop.hive.serde2.columnar.ColumnarSerDe', {
      input: 'org.apache.hadoop.hive.ql.io.RCFileInputFormat',
    }),
    'UNKNOWN',
    [],
  ],
  [
    'a crawler’s classification without SerDe',
    serdeTable('crawled', undefined, { parameters: { classification: 'avro' } }),
    'AVRO',
    [],
  ],
  [
    'a Presto view',
    {
      Name: 'presto_view',
      TableType: 'VIRTUAL_VIEW',
      Parameters: { presto_view: 'true' },
      ViewOriginalText: `/* Presto View: ${Buffer.from(JSON.stringify(presto)).toString('base64')} */`,
      ViewExpandedText: '/* Presto View */',
      StorageDescriptor: { Columns: [{ Name: 'a', Type: 'string' }] },
    },
    'VIEW',
    ['presto-view'],
  ],
  [
    'a broken Presto view',
    { Name: 'broken_view', TableType: 'VIRTUAL_VIEW', ViewOriginalText: '/* Presto View: bm90IGpzb24= */' },
    'VIEW',
    ['presto-view'],
  ],
  [
    'a Hive view',
    { Name: 'hive_view', TableType: 'VIRTUAL_VIEW', ViewOriginalText: 'select 1', StorageDescriptor: {} },
    'VIEW',
    ['hive-view'],
  ],
  [
    'a Spark view',
    {
      Name: 'spark_view',
      TableType: 'VIRTUAL_VIEW',
      ViewOriginalText: 'SELECT 1',
      Parameters: { 'spark.sql.create.version': '3.5.0', 'view.query.out.numCols': '1' },
    },
    'VIEW',
    ['spark-view'],
  ],
  [
    'a link',
    { Name: 'link', TargetTable: { CatalogId: accountId, DatabaseName: 'traps', Name: 'orc' } },
    'RESOURCE_LINK',
    [],
  ],
  [
    'a link through a database link',
    { Name: 'link_far', TargetTable: { CatalogId: accountId, DatabaseName: 'linked', Name: 'link' } },
    'RESOURCE_LINK',
    [],
  ],
  [
    'a link to nothing',
    { Name: 'link_gone', TargetTable: { CatalogId: accountId, DatabaseName: 'traps', Name: 'none' } },
    'RESOURCE_LINK',
    ['link-missing'],
  ],
  [
    'a link in a circle',
    { Name: 'link_a', TargetTable: { CatalogId: accountId, DatabaseName: 'traps', Name: 'link_b' } },
    'RESOURCE_LINK',
    ['link-cycle'],
  ],
  [
    'its other half',
    { Name: 'link_b', TargetTable: { CatalogId: accountId, DatabaseName: 'traps', Name: 'link_a' } },
    'RESOURCE_LINK',
    ['link-cycle'],
  ],
  [
    'a link to another account',
    { Name: 'link_out', TargetTable: { CatalogId: '999999999999', DatabaseName: 'x', Name: 'y' } },
    'RESOURCE_LINK',
    ['link-cross-account'],
  ],
  ['no storage descriptor', { Name: 'bare', TableType: 'EXTERNAL_TABLE' }, 'UNKNOWN', ['no-storage-descriptor']],
  [
    'no location',
    parquetTable('traps', 'nowhere', { StorageDescriptor: parquetDescriptor('') }),
    'PARQUET',
    ['no-location'],
  ],
  [
    'a JDBC crawler',
    parquetTable('traps', 'jdbc', {
      StorageDescriptor: { Columns: [], Location: 'shop.orders' },
      Parameters: { classification: 'mysql' },
    }),
    'UNKNOWN',
    ['not-on-s3'],
  ],
  [
    'HDFS',
    parquetTable('traps', 'hdfs', { StorageDescriptor: parquetDescriptor('hdfs://namenode/warehouse/t') }),
    'PARQUET',
    ['not-on-s3'],
  ],
  [
    'names of mixed case that collide',
    parquetTable('traps', 'Orders'),
    'PARQUET',
    ['mixed-case-name', 'name-collision'],
  ],
  ['and the other', parquetTable('traps', 'orders'), 'PARQUET', ['name-collision']],
  [
    'a column twice',
    parquetTable('traps', 'twice', {
      StorageDescriptor: parquetDescriptor('s3://lake/t/', [
        { Name: 'Id', Type: 'int' },
        { Name: 'id', Type: 'int' },
      ]),
    }),
    'PARQUET',
    ['duplicate-column', 'mixed-case-name'],
  ],
  [
    'governed, encrypted, bucketed',
    parquetTable('traps', 'all_three', {
      TableType: 'GOVERNED',
      Parameters: { has_encrypted_data: 'true' },
      StorageDescriptor: { ...parquetDescriptor('s3://lake/b/'), NumberOfBuckets: 8, BucketColumns: ['id'] },
    }),
    'PARQUET',
    ['bucketed', 'encrypted', 'governed'],
  ],
  [
    'partitions that differ',
    parquetTable('traps', 'mixed', { PartitionKeys: [{ Name: 'day', Type: 'string' }] }),
    'PARQUET',
    ['foreign-partition-location', 'mixed-partition-schema', 'mixed-partition-serde'],
  ],
  ['a name of every character', parquetTable('traps', 'a.b "c" | `d`\n\u0007é\u2028/<script>'), 'PARQUET', []],
];

const csvDescriptor = {
  Columns: [{ Name: 'id', Type: 'string' }],
  InputFormat: text,
  SerdeInfo: { SerializationLibrary: lazy, Parameters: { 'field.delim': ',' } },
};

export const trapCatalog: StubCatalog = {
  databases: [
    database('traps'),
    database('linked', { TargetDatabase: { CatalogId: accountId, DatabaseName: 'traps' } }),
    database('loop', { TargetDatabase: { CatalogId: accountId, DatabaseName: 'loop' } }),
    database('abroad', { TargetDatabase: { CatalogId: '999999999999', DatabaseName: 'theirs' } }),
    database('empty'),
  ],
  tables: { traps: trapTables.map(([, table]) => table), empty: [] },
  partitions: {
    [partitionsKey('traps', 'mixed')]: [
      partition('traps', 'mixed', ['b'], { StorageDescriptor: { ...csvDescriptor, Location: 's3://archive/old/b/' } }),
      partition('traps', 'mixed', ['a'], { StorageDescriptor: parquetDescriptor('s3://lake/traps/mixed/a/') }),
    ],
    [partitionsKey('traps', 'cur')]: ['2', '1'].map((month) =>
      partition('traps', 'cur', ['2026', month], {
        StorageDescriptor: parquetDescriptor(`s3a://lake/traps/cur/${month}/`),
        Parameters: { totalSize: '100', numRows: month },
      }),
    ),
  },
};
