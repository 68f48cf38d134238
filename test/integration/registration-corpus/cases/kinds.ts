import type { CorpusCase, CorpusFile } from '../corpus-case.js';
import { glueTable } from '../glue-table.js';
import type { Columns, Kind } from '../glue-table.js';

const columns: Columns = { id: 'int', label: 'string' };
const rows = [
  [1, 'a'],
  [2, null],
];

/** A table whose kind shows in its classes, its parameters or its location, and which no file of text stands for. */
function odd(id: string, blocked: RegExp, more: Readonly<Record<string, unknown>>, kind: Kind = 'text'): CorpusCase {
  const { Parameters, library, input, location, ...table } = more;
  const parts = {
    columns,
    parameters: (Parameters ?? {}) as Readonly<Record<string, string>>,
    more: {
      ...(library === undefined ? {} : { SerdeInfo: { SerializationLibrary: library, Parameters: {} } }),
      ...(input === undefined ? {} : { InputFormat: input }),
    },
    table,
  };
  return {
    id: `odd_${id}`,
    table: (place) =>
      glueTable(kind, parts)({ ...place, location: typeof location === 'string' ? location : place.location }),
    expected: { blocked },
  };
}

/** One of each kind that no catalog of the target can hold. */
const refused: readonly CorpusCase[] = [
  odd('symlink_parquet', /list/, { input: 'org.apache.hadoop.hive.ql.io.SymlinkTextInputFormat' }, 'parquet'),
  odd('symlink_text', /list/, { input: 'org.apache.hadoop.hive.ql.io.SymlinkTextInputFormat' }),
  odd('symlink_csv', /list/, { input: 'org.apache.hadoop.hive.ql.io.SymlinkTextInputFormat' }, 'csv'),
  odd('delta', /Delta/, { Parameters: { 'spark.sql.sources.provider': 'delta' } }, 'parquet'),
  odd('hudi', /Hudi/, { input: 'org.apache.hudi.hadoop.HoodieParquetInputFormat' }, 'parquet'),
  odd('ion', /Ion/, { library: 'com.amazon.ionhiveserde.IonHiveSerDe' }),
  odd('grok', /[Gg]rok/, { library: 'com.amazonaws.glue.serde.GrokSerDe' }),
  odd('multi_delimit', /MultiDelimitSerDe|delimiter/, {
    library: 'org.apache.hadoop.hive.contrib.serde2.MultiDelimitSerDe',
  }),
  odd('cloudtrail', /CloudTrail/, { library: 'com.amazon.emr.hive.serde.CloudTrailSerde' }),
  odd('cloudtrail_input', /CloudTrail/, { input: 'com.amazon.emr.cloudtrail.CloudTrailInputFormat' }, 'json'),
  odd('sequence_file', /SequenceFile/, { input: 'org.apache.hadoop.mapred.SequenceFileInputFormat' }),
  odd('rc_file', /RCFile/, {
    library: 'org.apache.hadoop.hive.serde2.columnar.ColumnarSerDe',
    input: 'org.apache.hadoop.hive.ql.io.RCFileInputFormat',
  }),
  odd('xml', /XmlSerDe/, { library: 'com.ibm.spss.hive.serde2.xml.XmlSerDe' }),
  odd('own_json', /com\.acme/, { library: 'com.acme.serde.JsonSerDe' }),
  odd('own_input', /com\.acme/, { input: 'com.acme.MyInputFormat' }),
  odd('combine_input', /CombineFile|CombineTextInputFormat/, { input: 'com.acme.CombineTextInputFormat' }),
  odd('nline_input', /NLineInputFormat/, { input: 'org.apache.hadoop.mapred.lib.NLineInputFormat' }),
  odd('orc_in_parquet', /OrcInputFormat/, { input: 'org.apache.hadoop.hive.ql.io.orc.OrcInputFormat' }, 'parquet'),
  odd('hdfs', /not on S3/, { location: 'hdfs://namenode/warehouse/t' }, 'parquet'),
  odd('nowhere', /no location/, { location: '' }, 'parquet'),
  odd(
    'access_point',
    /not on S3|access point/,
    { location: 's3://arn:aws:s3:eu-central-1:123456789012:accesspoint/my-ap/t/' },
    'parquet',
  ),
  odd(
    'access_point_alias',
    /access point/,
    { location: 's3://my-ap-abcdefghijklmnopqrstuvwx12345-s3alias/t/' },
    'parquet',
  ),
  odd('s3_tables', /S3 Tables/, {
    TableType: 'customer',
    Parameters: {
      table_type: 'ICEBERG',
      metadata_location: 's3://63a8e430-6e0b-46f5--table-s3/metadata/00001-f.metadata.json',
    },
    location: 's3://63a8e430-6e0b-46f5--table-s3',
  }),
  odd('dynamodb', /not on S3|DynamoDB/, { location: 'arn:aws:dynamodb:eu-central-1:123456789012:table/Sessions' }),
  odd('link_gone', /link/, { TargetTable: { CatalogId: '123456789012', DatabaseName: 'nowhere', Name: 't' } }),
  odd('link_to_account', /link/, { TargetTable: { CatalogId: '999999999999', DatabaseName: 'theirs', Name: 't' } }),
  odd('link_to_region', /[Rr]egion|link/, {
    TargetTable: { CatalogId: '123456789012', DatabaseName: 'theirs', Name: 't', Region: 'us-west-2' },
  }),
  odd('hive_view', /dialect/, { TableType: 'VIRTUAL_VIEW', ViewOriginalText: 'select 1' }),
];

/** Tables with an oddity that changes no row. */
const accepted: readonly CorpusCase[] = [
  ...(['GOVERNED', 'MANAGED_TABLE', 'EXTERNAL', 'external_table'] as const).map((TableType, at): CorpusCase => ({
    id: `type_${at}`,
    table: glueTable('parquet', { columns, table: { TableType } }),
    files: [{ key: 'f', kind: 'parquet', columns, rows }],
    expected: { rows },
  })),
  {
    id: 'type_encrypted',
    table: glueTable('parquet', { columns, parameters: { has_encrypted_data: 'false' } }),
    files: [{ key: 'f', kind: 'parquet', columns, rows }],
    expected: { rows },
  },
];

const fields = [
  { name: 'id', type: 'integer', nullable: true, metadata: {} },
  { name: 'label', type: 'string', nullable: true, metadata: {} },
];

/** A table of `df.write.saveAsTable`: Hive gets a placeholder. Source: Spark, HiveExternalCatalog. */
function spark(
  provider: string,
  files: readonly CorpusFile[],
  options: Readonly<Record<string, string>> = {},
  placed = false,
): CorpusCase {
  return {
    id: `spark_${provider}${placed ? '_placed' : ''}_${Object.keys(options).join('_')}`.replace(/_$/, ''),
    table: ({ location }) => {
      const parameters = {
        'spark.sql.sources.provider': provider,
        'spark.sql.sources.schema.numParts': '2',
        'spark.sql.sources.schema.part.0': JSON.stringify({ type: 'struct', fields }).slice(0, 40),
        'spark.sql.sources.schema.part.1': JSON.stringify({ type: 'struct', fields }).slice(40),
        'spark.sql.create.version': '3.5.0',
        'spark.sql.partitionProvider': 'catalog',
      };
      const path = { path: location.replace(/\/$/, ''), 'serialization.format': '1' };
      return {
        TableType: 'MANAGED_TABLE',
        Parameters: parameters,
        StorageDescriptor: {
          Columns: [{ Name: 'col', Type: 'array<string>' }],
          Location: placed ? location : `${path.path}-__PLACEHOLDER__`,
          InputFormat: 'org.apache.hadoop.mapred.SequenceFileInputFormat',
          OutputFormat: 'org.apache.hadoop.hive.ql.io.HiveSequenceFileOutputFormat',
          SerdeInfo: {
            SerializationLibrary: 'org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe',
            Parameters: { ...path, ...options },
          },
        },
      };
    },
    files,
    expected: { rows, blocked: /[Ss]park/ },
  };
}

const part = (ending: string): string => `part-00000-8e9c.c000.${ending}`;
const sparkTables: readonly CorpusCase[] = [
  spark('parquet', [{ key: part('snappy.parquet'), kind: 'parquet', columns, rows }]),
  spark('parquet', [{ key: part('snappy.parquet'), kind: 'parquet', columns, rows }], {}, true),
  spark('orc', [{ key: part('snappy.orc'), kind: 'orc', columns, rows }]),
  spark('json', [{ key: part('json'), kind: 'text', text: '{"id":1,"label":"a"}\n{"id":2}\n' }]),
  spark('csv', [{ key: part('csv'), kind: 'text', text: '1,a\n2,\n' }]),
  spark('csv', [{ key: part('csv'), kind: 'text', text: 'id,label\n1,a\n2,\n' }], { header: 'true' }),
  spark('csv', [{ key: part('csv'), kind: 'text', text: '1|a\n2|\n' }], { sep: '|' }),
  spark('csv', [{ key: part('csv'), kind: 'text', text: '1,a\n2,NULL\n' }], { nullValue: 'NULL' }),
  {
    // RFC 4180: quotes are doubled, backslashes are content.
    ...spark('csv', [{ key: part('csv'), kind: 'text', text: '1,"C:\\temp"\n2,"a""b"\n3,c:\\x\n' }], { escape: '"' }),
    expected: {
      rows: [
        [1, 'C:\\temp'],
        [2, 'a"b'],
        [3, 'c:\\x'],
      ],
    },
  },
  {
    // A format that Hive reads, too: descriptor and parameters say the same.
    id: 'spark_beside_hive',
    table: glueTable('parquet', {
      columns,
      parameters: {
        'spark.sql.sources.provider': 'parquet',
        'spark.sql.sources.schema': JSON.stringify({ type: 'struct', fields }),
        'spark.sql.create.version': '3.5.0',
      },
    }),
    files: [{ key: part('snappy.parquet'), kind: 'parquet', columns, rows }],
    expected: { rows },
  },
  {
    id: 'spark_bucketed',
    table: glueTable('parquet', {
      columns,
      parameters: {
        'spark.sql.sources.provider': 'parquet',
        'spark.sql.sources.schema': JSON.stringify({ type: 'struct', fields }),
        'spark.sql.sources.schema.numBuckets': '4',
        'spark.sql.sources.schema.numBucketCols': '1',
        'spark.sql.sources.schema.bucketCol.0': 'id',
      },
    }),
    files: [
      {
        key: 'part-{spark}-8e9c_{spark}.c000.snappy.parquet',
        kind: 'parquet',
        columns,
        rows,
        buckets: { by: ['id'], count: 4, hash: 'spark' },
      },
    ],
    expected: {
      rows,
      queries: rows.map((row) => ({ sql: `SELECT * FROM TABLE WHERE id = ${String(row[0])}`, rows: [row] })),
    },
  },
];

export const kindCases: readonly CorpusCase[] = [...refused, ...accepted, ...sparkTables];
