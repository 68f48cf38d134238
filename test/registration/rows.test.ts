import { beforeAll, describe, expect, test } from '@jest/globals';
import { outcomesOf } from '../support/glue-outcomes.js';
import type { GlueTable, Outcome } from '../support/glue-outcomes.js';
import type { GlueJson } from '../support/glue-stub.js';

const lazy = 'org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe';
const openCsv = 'org.apache.hadoop.hive.serde2.OpenCSVSerde';
const regex = 'org.apache.hadoop.hive.serde2.RegexSerDe';
const hiveJson = 'org.apache.hive.hcatalog.data.JsonSerDe';
const openX = 'org.openx.data.jsonserde.JsonSerDe';
const orc = 'org.apache.hadoop.hive.ql.io.orc.OrcSerde';
const parquet = 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe';
const avro = 'org.apache.hadoop.hive.serde2.avro.AvroSerDe';

const text = 'org.apache.hadoop.mapred.TextInputFormat';
const orcInput = 'org.apache.hadoop.hive.ql.io.orc.OrcInputFormat';
const parquetInput = 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat';
const avroInput = 'org.apache.hadoop.hive.ql.io.avro.AvroContainerInputFormat';
const sequenceInput = 'org.apache.hadoop.mapred.SequenceFileInputFormat';

interface Parts {
  readonly serde?: Readonly<Record<string, string>>;
  readonly table?: Readonly<Record<string, string>>;
  readonly input?: string;
  readonly columns?: Readonly<Record<string, string>>;
  readonly more?: GlueJson;
  readonly keys?: readonly GlueJson[];
}

function descriptor(library: string | undefined, parts: Parts, location: string): GlueJson {
  const { serde = {}, input = text, columns = { id: 'int', v: 'string' }, more = {} } = parts;
  return {
    Columns: Object.entries(columns).map(([Name, Type]) => ({ Name, Type })),
    Location: location,
    InputFormat: input,
    SerdeInfo: { SerializationLibrary: library, Parameters: serde },
    ...more,
  };
}

function glueTable(library: string | undefined, parts: Parts): GlueJson {
  return {
    TableType: 'EXTERNAL_TABLE',
    Parameters: parts.table ?? {},
    PartitionKeys: parts.keys ?? [],
    StorageDescriptor: descriptor(library, parts, 's3://lake/d/t/'),
  };
}

const bucketed = { BucketColumns: ['v'], NumberOfBuckets: 8 };

/** What the table becomes: parts of its SQL, of the reason why it is blocked, or of its remarks. */
interface Expected {
  readonly sql?: readonly string[];
  readonly not?: readonly string[];
  readonly blocked?: string;
  /** Source of a remark. */
  readonly remark?: string;
  /** In no text of a remark. */
  readonly noRemark?: string;
}

type Case = readonly [what: string, library: string | undefined, parts: Parts, expected: Expected];

const utf16 = { 'field.delim': ',', 'serialization.encoding': 'UTF-16LE' };

const parameters: readonly Case[] = [
  // Tables and SerDes are one map.
  [
    'header lines in the SerDe’s map',
    openCsv,
    { serde: { 'skip.header.line.count': '1' } },
    { sql: ['skip_header_line_count = 1'] },
  ],
  [
    'NULL text among the table’s parameters',
    lazy,
    { serde: { 'field.delim': ',' }, table: { 'serialization.null.format': '' } },
    { sql: ["null_format = ''"] },
  ],
  [
    'a table’s parameter before the SerDe’s',
    lazy,
    {
      serde: { 'field.delim': ',', 'skip.header.line.count': '1' },
      table: { 'field.delim': ';', 'skip.header.line.count': '2' },
    },
    { sql: ["textfile_field_separator = ';'", 'skip_header_line_count = 2'] },
  ],
  [
    'header lines of JSON',
    openX,
    { table: { 'skip.header.line.count': '1' } },
    { sql: ["ARRAY['skip.header.line.count'], ARRAY['1']"] },
  ],
  [
    'header lines of a pattern',
    regex,
    { serde: { 'input.regex': '(.*)', 'skip.header.line.count': '1' }, columns: { v: 'string' } },
    { sql: ["ARRAY['skip.header.line.count'], ARRAY['1']"] },
  ],
  [
    'header lines that are not a number',
    openCsv,
    { table: { 'skip.header.line.count': 'one' } },
    { blocked: "skip.header.line.count is 'one'" },
  ],
  // Carried under their own names.
  [
    'timestamp formats of JSON',
    hiveJson,
    { serde: { 'timestamp.formats': "yyyy-MM-dd'T'HH:mm:ss.SSS'Z'" }, columns: { at: 'timestamp' } },
    { sql: ["MAP(ARRAY['timestamp.formats'], ARRAY['yyyy-MM-dd''T''HH:mm:ss.SSS''Z'''])"] },
  ],
  [
    'options of the OpenX SerDe',
    openX,
    {
      serde: {
        'ignore.malformed.json': 'true',
        'dots.in.keys': 'true',
        'mapping.v': 'V-1',
        'case.insensitive': 'false',
      },
    },
    {
      sql: [
        "ARRAY['case.insensitive', 'dots.in.keys', 'ignore.malformed.json', 'mapping.v'], ARRAY['false', 'true', 'true', 'V-1']",
      ],
    },
  ],
  [
    'delimiters of nested text, and a last column that takes the rest',
    lazy,
    {
      serde: {
        'field.delim': ',',
        'colelction.delim': '\u0002',
        'mapkey.delim': ':',
        'serialization.last.column.takes.rest': 'true',
      },
    },
    {
      sql: [
        "ARRAY['colelction.delim', 'mapkey.delim', 'serialization.last.column.takes.rest'], ARRAY[U&'\\0002', ':', 'true']",
      ],
    },
  ],
  // Remarks and blocks.
  [
    'malformed lines under Hive’s JSON SerDe',
    hiveJson,
    { serde: { 'ignore.malformed.json': 'true' } },
    { remark: 'SerDe parameter ignore.malformed.json' },
  ],
  [
    'another encoding',
    lazy,
    { serde: { 'field.delim': ';', 'serialization.encoding': 'ISO-8859-1' } },
    { blocked: 'serialization.encoding=ISO-8859-1' },
  ],
  ['another encoding of OpenCSV', openCsv, { serde: utf16 }, { blocked: 'serialization.encoding=UTF-16LE' }],
  ['UTF-8, said in words', lazy, { serde: { 'serialization.encoding': 'utf8' } }, { sql: ["format = 'TEXTFILE'"] }],
  [
    'rows that end otherwise',
    lazy,
    { table: { 'textinputformat.record.delimiter': '|' } },
    { blocked: 'textinputformat.record.delimiter=|' },
  ],
  [
    'ORC by name',
    orc,
    { input: orcInput, serde: { 'orc.column.index.access': 'FALSE' } },
    { blocked: 'orc.column.index.access=FALSE reads columns by name' },
  ],
  [
    'ORC by position, as Trino does',
    orc,
    { input: orcInput, serde: { 'orc.column.index.access': 'true' } },
    { sql: ["format = 'ORC'"] },
  ],
  [
    'Parquet by position',
    parquet,
    { input: parquetInput, table: { 'parquet.column.index.access': 'true' } },
    { blocked: 'parquet.column.index.access=true' },
  ],
  [
    'an ACID table',
    orc,
    { input: orcInput, table: { transactional: 'TRUE' } },
    { blocked: 'transactional=TRUE makes it a Hive ACID table' },
  ],
  [
    'an insert-only ACID table',
    parquet,
    { input: parquetInput, table: { transactional: 'true', transactional_properties: 'insert_only' } },
    { blocked: 'ACID' },
  ],
  [
    'a storage handler',
    lazy,
    { table: { storage_handler: 'org.apache.hadoop.hive.dynamodb.DynamoDBStorageHandler' } },
    { blocked: 'storage handler' },
  ],
  [
    'Avro names in upper case',
    avro,
    {
      input: avroInput,
      serde: {
        'avro.schema.literal': '{"type":"record","name":"r","fields":[{"name":"userId","type":["null","string"]}]}',
      },
    },
    { blocked: "has the field 'userId'" },
  ],
  [
    'an enum of Avro',
    avro,
    {
      input: avroInput,
      table: {
        'avro.schema.literal':
          '{"type":"record","name":"r","fields":[{"name":"v","type":{"type":"enum","name":"E","symbols":["A"]}}]}',
      },
    },
    { blocked: 'has the type enum' },
  ],
  [
    'an alias of Avro',
    avro,
    {
      input: avroInput,
      serde: {
        'avro.schema.literal': '{"type":"record","name":"r","fields":[{"name":"id","aliases":["x"],"type":"int"}]}',
      },
    },
    { blocked: "gives the field 'id' the alias 'x'" },
  ],
  ...[
    ['tinyint', "column 'v' has the type tinyint"],
    ['array<struct<a:short>>', "column 'v' has the type short"],
    ['map<varchar(3),int>', "column 'v' has a map whose keys are not strings"],
    ['map<string,map<int,int>>', "column 'v' has a map whose keys"],
  ].map(([type = '', blocked = '']): Case => [
    `Avro’s ${type}`,
    avro,
    { input: avroInput, columns: { v: type } },
    { blocked },
  ]),
  ...['map< string,int>', "struct<a:int comment 'a short note'>", 'struct<short:int>'].map((type): Case => [
    `Avro’s ${type}`,
    avro,
    { input: avroInput, columns: { v: type } },
    { sql: ["format = 'AVRO'"] },
  ]),
  [
    'an Avro schema elsewhere',
    avro,
    { input: avroInput, serde: { 'avro.schema.url': 's3://lake/schema.avsc' } },
    { blocked: 'avro.schema.url' },
  ],
  [
    'an Avro schema elsewhere, and here',
    avro,
    {
      input: avroInput,
      serde: { 'avro.schema.url': 's3://lake/schema.avsc' },
      table: { 'avro.schema.literal': '{"type":"record","name":"r","fields":[{"name":"id","type":"int"}]}' },
    },
    { sql: ["format = 'AVRO'"] },
  ],
  [
    'an Avro schema of none',
    avro,
    { input: avroInput, serde: { 'avro.schema.literal': 'none' } },
    { sql: ["format = 'AVRO'"] },
  ],
  [
    'an Avro schema of none, and elsewhere',
    avro,
    { input: avroInput, serde: { 'avro.schema.literal': 'none', 'avro.schema.url': 's3://lake/schema.avsc' } },
    { blocked: 'avro.schema.url' },
  ],
  ...['parquet.compress', 'comment'].map((name): Case => [
    `${name}, which changes no row`,
    parquet,
    { input: parquetInput, table: { [name]: 'snappy' } },
    { sql: ["format = 'PARQUET'"], noRemark: 'not known here' },
  ]),
  [
    'a comment among the parameters',
    parquet,
    { input: parquetInput, table: { comment: 'of the day' } },
    { sql: ["COMMENT 'of the day'"] },
  ],
  [
    'comments and nested types of CSV',
    openCsv,
    {
      table: { comment: 'of the day' },
      columns: { id: 'int', tags: 'array<int>' },
      more: {
        Columns: [
          { Name: 'id', Type: 'int', Comment: "the client's" },
          { Name: 'tags', Type: 'array<int>' },
        ],
      },
    },
    {
      sql: ["COMMENT 'of the day' SECURITY DEFINER AS", `IS 'the client''s'`, 'COMMENT ON COLUMN "hive"."d".'],
      remark: 'StorageDescriptor.Columns',
    },
  ],
  [
    'header lines of Parquet, which its reader does not look at',
    parquet,
    { input: parquetInput, table: { 'skip.header.line.count': 'one' } },
    { sql: ["format = 'PARQUET'"] },
  ],
  [
    'an Avro schema of plain fields',
    avro,
    {
      input: avroInput,
      serde: { 'avro.schema.literal': '{"type":"record","name":"r","fields":[{"name":"id","type":"int"}]}' },
    },
    { sql: ["format = 'AVRO'"] },
  ],
  [
    'defaults of an Avro schema',
    avro,
    {
      input: avroInput,
      serde: {
        'avro.schema.literal':
          '{"type":"record","name":"r","fields":[{"name":"id","type":"int"},{"name":"v","type":"string","default":"none"}]}',
      },
    },
    { sql: ["format = 'AVRO'"], remark: 'parameter avro.schema.literal' },
  ],
  ...[
    ...['(a', 'a)b', '[z-a]', '*a', 'a(?<>b)', '{"a":"([^"]*)"}', '(a{,3})', '(a{1)', '(?<remote_ip>.*)', '(?P<ip>.*)'],
    ...['([^[]*)', '(\\y.*)', '(\\i+)', '(\\p{Foo}+)', '(\\pX)', '(\\x4)', '([\\b])', '(?q:a)'],
  ].map((pattern): Case => [
    `${pattern}, which Java does not take`,
    regex,
    { serde: { 'input.regex': pattern } },
    { blocked: 'is not a regular expression of Java' },
  ]),
  ...[
    '(?<day>\\d++)\\Q.(\\E(.*)',
    '(?i)(?>a|b)(?=c)(.*)',
    '^(\\S+) (?:"((?:[^"]|\\\\")*)")?$',
    '(.*)\\p{Alnum}+',
    '([]a[b]]{2,}+)',
    '(\\{\\x41\\p{IsLatin}\\Q{[\\E)',
  ].map((pattern): Case => [
    `${pattern}, which Java takes`,
    regex,
    { serde: { 'input.regex': pattern }, columns: { a: 'string', b: 'string' } },
    { sql: ["format = 'REGEX'"] },
  ]),
];

const buckets: readonly Case[] = [
  [
    'Hive 3 hashes',
    parquet,
    { input: parquetInput, table: { bucketing_version: '2' }, more: bucketed },
    { sql: ['bucketing_version = 2', 'bucket_count = 8'] },
  ],
  [
    'Hive 1 hashes',
    parquet,
    { input: parquetInput, more: bucketed },
    { sql: ['bucket_count = 8'], not: ['bucketing_version'] },
  ],
  [
    'Spark hashes, said to Athena',
    parquet,
    { input: parquetInput, table: { bucketing_format: 'Spark' }, more: bucketed },
    { not: ['bucket'], remark: 'table parameter bucketing_format' },
  ],
  [
    'Hive hashes, said to Athena',
    parquet,
    { input: parquetInput, table: { bucketing_format: 'hive' }, more: bucketed },
    { sql: ['bucket_count = 8'] },
  ],
  [
    'a version from the future',
    parquet,
    { input: parquetInput, table: { bucketing_version: '3' }, more: bucketed },
    { not: ['bucket'], remark: 'table parameter bucketing_version' },
  ],
  [
    'a type that Trino does not hash',
    parquet,
    { input: parquetInput, columns: { v: 'decimal(9,2)' }, more: bucketed },
    { not: ['bucket'], remark: 'StorageDescriptor.BucketColumns' },
  ],
  [
    'numbers in CSV, which Trino has as text',
    openCsv,
    { columns: { v: 'int' }, more: bucketed },
    { not: ['bucket'], remark: 'StorageDescriptor.BucketColumns' },
  ],
];

const characters: readonly Case[] = [
  [
    'a quote that is the separator',
    openCsv,
    { serde: { quoteChar: ';', separatorChar: ';' } },
    { blocked: "quoteChar and separatorChar are both ';'" },
  ],
  [
    'a separator that is the default quote',
    openCsv,
    { serde: { separatorChar: '"' } },
    { blocked: 'quoteChar and separatorChar are both' },
  ],
  [
    'a quote that is the escape of `"`',
    openCsv,
    { serde: { quoteChar: '\\', escapeChar: '"' } },
    { blocked: 'escapeChar and quoteChar are both' },
  ],
  ['a long quote', openCsv, { serde: { quoteChar: '""' } }, { blocked: 'quoteChar' }],
  ['no quote', openCsv, { serde: { quoteChar: '' } }, { blocked: 'quoteChar' }],
  ['character 0', openCsv, { serde: { escapeChar: '\u0000' } }, { blocked: 'character 0' }],
  ['a digit that separates', openCsv, { serde: { separatorChar: '1' } }, { sql: ["csv_separator = '1'"] }],
  ['a field delimiter beyond ASCII', lazy, { serde: { 'field.delim': '§' } }, { blocked: 'ASCII' }],
  ['a line break that separates fields', lazy, { serde: { 'field.delim': '\\n' } }, { blocked: 'line breaks' }],
  [
    'a long delimiter of collections',
    lazy,
    { serde: { 'field.delim': ',', 'collection.delim': '::' } },
    { blocked: 'collection.delim' },
  ],
  [
    'empty delimiters, which are Hive’s own',
    lazy,
    { serde: { 'field.delim': '', 'serialization.format': ',', 'collection.delim': '', 'escape.delim': '' } },
    { sql: ["textfile_field_separator_escape = '\\'"], not: ['separator =', 'collection.delim'] },
  ],
  [
    'an escape that is the delimiter',
    lazy,
    { serde: { 'field.delim': ',', 'escape.delim': ',' } },
    { blocked: 'field.delim and escape.delim are both' },
  ],
  [
    'NULL text with character 0',
    lazy,
    { serde: { 'serialization.null.format': '\u0000' } },
    { blocked: 'character 0' },
  ],
  [
    'nested columns of a pattern',
    regex,
    { serde: { 'input.regex': '(.*)' }, columns: { v: 'array<int>' } },
    { blocked: 'RegexSerDe' },
  ],
];

const inputs: readonly Case[] = [
  ...[lazy, openCsv, hiveJson, openX, parquet, orc].map((library): Case => [
    `symlinks under ${library}`,
    library,
    { input: 'org.apache.hadoop.hive.ql.io.SymlinkTextInputFormat' },
    { blocked: 'lists of the files that hold the data (symlinks)' },
  ]),
  [
    'CloudTrail under a JSON SerDe',
    hiveJson,
    { input: 'com.amazon.emr.cloudtrail.CloudTrailInputFormat' },
    { blocked: 'one JSON document with a list of records' },
  ],
  [
    'Parquet under a text SerDe',
    lazy,
    { input: parquetInput, table: { classification: 'parquet' } },
    { blocked: 'the input format org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat is for PARQUET' },
  ],
  ['ORC under a Parquet SerDe', parquet, { input: orcInput }, { blocked: 'is for ORC' }],
  [
    'text under a Parquet SerDe, which Athena reads as Parquet',
    parquet,
    { input: text },
    { sql: ["format = 'PARQUET'"] },
  ],
  [
    'an old Parquet pair',
    'parquet.hive.serde.ParquetHiveSerDe',
    { input: 'parquet.hive.DeprecatedParquetInputFormat' },
    { sql: ["format = 'PARQUET'"] },
  ],
  [
    'combined files',
    lazy,
    { input: 'org.apache.hadoop.hive.ql.io.CombineHiveInputFormat' },
    { blocked: 'splits that it puts together' },
  ],
  [
    'no rows',
    lazy,
    { input: 'org.apache.hadoop.hive.ql.io.NullRowsInputFormat' },
    { blocked: 'no rows from the files' },
  ],
  ['mapreduce', lazy, { input: 'org.apache.hadoop.mapreduce.lib.input.TextInputFormat' }, { blocked: 'mapreduce' }],
  ['Databricks', parquet, { input: 'com.databricks.sql.io.SomeInputFormat' }, { blocked: 'Delta log' }],
  [
    'a class of their own',
    openCsv,
    { input: 'com.acme.FixedWidthInputFormat' },
    { blocked: 'in a way that is not known here' },
  ],
  [
    'a class of their own that ends like Parquet’s',
    parquet,
    { input: 'com.acme.MapredParquetInputFormat' },
    { blocked: 'in a way that is not known here' },
  ],
];

const schema = (...fields: readonly object[]): string => JSON.stringify({ type: 'struct', fields });
const field = (name: string, type: unknown, metadata = {}): object => ({ name, type, nullable: true, metadata });
const idLabel = schema(field('id', 'integer'), field('label', 'string'));

/** As Spark leaves it in Glue. */
function spark(
  provider: string,
  options: Readonly<Record<string, string>>,
  table: Readonly<Record<string, string>> = {},
): Parts {
  return {
    input: sequenceInput,
    columns: { col: 'array<string>' },
    serde: { path: 's3://lake/w.db/t', 'serialization.format': '1', ...options },
    table: {
      'spark.sql.sources.provider': provider,
      'spark.sql.sources.schema': idLabel,
      'spark.sql.create.version': '3.4.1',
      ...table,
    },
    more: { Location: 's3://lake/w.db/t-__PLACEHOLDER__' },
  };
}

const sparkTables: readonly Case[] = [
  [
    'CSV with a header',
    lazy,
    spark('csv', { header: 'true', SEP: '|' }),
    {
      sql: [
        "csv_separator = '|'",
        'skip_header_line_count = 1',
        "'s3://lake/w.db/t'",
        `TRY_CAST(NULLIF("id", '') AS INTEGER) AS "id"`,
        `NULLIF("label", '') AS "label"`,
      ],
      not: ['PLACEHOLDER', 'ARRAY(VARCHAR)', '"col"'],
      remark: 'table parameter spark.sql.sources.schema',
    },
  ],
  ['CSV with backslashes', lazy, spark('csv', {}), { sql: ["csv_escape = '\\'"], remark: 'SerDe parameter escape' }],
  [
    'CSV whose quotes are doubled',
    lazy,
    spark('csv', { escape: '"' }),
    { sql: ["csv_escape = U&'\\0001'"], remark: 'table parameter spark.sql.sources.provider' },
  ],
  [
    'CSV whose single quotes are doubled',
    lazy,
    spark('csv', { escape: "'", quote: "'" }),
    { sql: ["csv_escape = U&'\\0001'", "csv_quote = ''''"] },
  ],
  [
    'an escape that Trino reads otherwise',
    lazy,
    spark('csv', { escape: '"', quote: "'" }),
    { blocked: 'option escape' },
  ],
  [
    'JSON with blank lines',
    lazy,
    spark('json', {}),
    { sql: ["format = 'OPENX_JSON'"], remark: 'table parameter spark.sql.sources.provider' },
  ],
  ['CSV with a text for NULL', lazy, spark('csv', { nullValue: 'NA' }), { sql: [`NULLIF("label", 'NA')`] }],
  [
    'JSON',
    lazy,
    spark('json', { header: 'true' }),
    { sql: ["format = 'OPENX_JSON'", '"id" INTEGER', "ARRAY['ignore.malformed.json'], ARRAY['true']"] },
  ],
  [
    'Parquet by the name of its class',
    lazy,
    spark('org.apache.spark.sql.parquet', {}),
    { sql: ["format = 'PARQUET'", '"label" VARCHAR'] },
  ],
  ['ORC', lazy, spark('orc', {}), { sql: ["format = 'ORC'"], remark: 'table parameter spark.sql.sources.provider' }],
  [
    'lines',
    lazy,
    spark('text', {}, { 'spark.sql.sources.schema': schema(field('value', 'string')) }),
    { sql: ["regex = '(?s)(.*)'", '"value" VARCHAR'] },
  ],
  [
    'a schema in parts, with keys, buckets and nested types',
    lazy,
    spark('parquet', {}, partedSchema()),
    {
      sql: [
        '"tags" ARRAY(ROW("k" VARCHAR, "n" BIGINT))',
        '"m" MAP(VARCHAR, DECIMAL(9, 2))',
        '"c" CHAR(3)',
        "partitioned_by = ARRAY['dt']",
      ],
      not: ['bucketed_by'],
      remark: 'parameters spark.sql.sources.*',
    },
  ],
  [
    'a schema that lacks a part',
    lazy,
    spark('parquet', {}, { ...partedSchema(), 'spark.sql.sources.schema.numParts': '9' }),
    { blocked: 'spark.sql.sources.schema.part.2' },
  ],
  [
    'another data source',
    lazy,
    spark('org.apache.spark.sql.jdbc', {}),
    { blocked: 'The Spark data source org.apache.spark.sql.jdbc is not known' },
  ],
  ['rows that span lines', lazy, spark('csv', { multiLine: 'true' }), { blocked: 'multiLine=true' }],
  ['another encoding', lazy, spark('json', { encoding: 'UTF-16' }), { blocked: 'encoding=UTF-16' }],
  ['comments', lazy, spark('csv', { comment: '#' }), { blocked: 'comment=#' }],
  [
    'a table’s comment, which is not the option',
    lazy,
    spark('csv', {}, { comment: 'of the day' }),
    { sql: ["format = 'CSV'"] },
  ],
  ['no quotes', lazy, spark('csv', { quote: '' }), { blocked: 'option quote is switched off' }],
  ['dropped rows', lazy, spark('csv', { mode: 'DROPMALFORMED' }), { blocked: 'mode=DROPMALFORMED' }],
  [
    'dates in a form of their own',
    lazy,
    spark('csv', { dateFormat: 'dd.MM.yy' }, { 'spark.sql.sources.schema': schema(field('d', 'date')) }),
    { blocked: 'dateformat' },
  ],
  ['a form of dates without a date', lazy, spark('csv', { dateFormat: 'dd.MM.yy' }), { sql: ["format = 'CSV'"] }],
  [
    'a type that Glue does not have',
    lazy,
    spark('parquet', {}, { 'spark.sql.sources.schema': schema(field('v', 'variant')) }),
    { blocked: "'variant'" },
  ],
  [
    'Avro names in upper case',
    lazy,
    spark('avro', {}, { 'spark.sql.sources.schema': schema(field('userId', 'string')) }),
    { blocked: "'userId'" },
  ],
  [
    'a descriptor that Hive can read',
    parquet,
    {
      input: parquetInput,
      table: { 'spark.sql.sources.provider': 'parquet', 'spark.sql.sources.schema': idLabel },
      columns: { id: 'int' },
    },
    { sql: ['"id" INTEGER'], not: ['label'] },
  ],
];

function partedSchema(): Readonly<Record<string, string>> {
  const whole = schema(
    field('tags', {
      type: 'array',
      containsNull: true,
      elementType: { type: 'struct', fields: [field('k', 'string'), field('n', 'long')] },
    }),
    field('m', { type: 'map', keyType: 'string', valueType: 'decimal(9,2)', valueContainsNull: true }),
    field('c', 'string', { __CHAR_VARCHAR_TYPE_STRING: 'char(3)' }),
    field('v', 'string'),
    field('dt', 'string'),
  );
  return {
    'spark.sql.sources.schema': undefined as unknown as string,
    'spark.sql.sources.schema.numParts': '2',
    'spark.sql.sources.schema.part.0': whole.slice(0, 100),
    'spark.sql.sources.schema.part.1': whole.slice(100),
    'spark.sql.sources.schema.numPartCols': '1',
    'spark.sql.sources.schema.partCol.0': 'dt',
    'spark.sql.sources.schema.numBuckets': '4',
    'spark.sql.sources.schema.numBucketCols': '1',
    'spark.sql.sources.schema.bucketCol.0': 'v',
  };
}

const groups: readonly (readonly [string, readonly Case[]])[] = [
  ['parameters', parameters],
  ['buckets', buckets],
  ['characters', characters],
  ['input formats', inputs],
  ['tables of Spark’s data sources', sparkTables],
];

const nameOf = (group: number, index: number): string => `t${group}_${index}`;
let outcomes: ReadonlyMap<string, Outcome>;
beforeAll(async () => {
  const tables = groups.flatMap(([, cases], group) =>
    cases.map(([, library, parts], index): GlueTable => ({
      name: nameOf(group, index),
      table: glueTable(library, parts),
    })),
  );
  const ofPartitions = partitionCases.map(({ what, table = ofParquet, partitions, library = parquet }): GlueTable => ({
    name: what,
    table: glueTable(library, { keys, ...table }),
    partitions,
  }));
  outcomes = await outcomesOf([...tables, ...withPartitions, ...ofPartitions]);
});

describe.each(groups.map(([what, cases], group) => ({ what, cases, group })))('$what', ({ cases, group }) => {
  test.each(cases.map(([what, , , expected], index) => ({ what, expected, index })))('$what', ({ expected, index }) => {
    const found = outcomes.get(nameOf(group, index));
    if (expected.blocked !== undefined) {
      expect(found?.blocked).toContain(expected.blocked);
      expect(found?.source.readiness).toBe('UNKNOWN');
      return;
    }
    expect(found?.blocked).toBeNull();
    for (const part of expected.sql ?? []) expect(found?.sql).toContain(part);
    for (const part of expected.not ?? []) expect(found?.sql).not.toContain(part);
    if (expected.remark !== undefined) expect(found?.remarks.map(({ source }) => source)).toContain(expected.remark);
    if (expected.noRemark !== undefined)
      expect(found?.remarks.map(({ text }) => text).join()).not.toContain(expected.noRemark);
  });
});

const keys = [{ Name: 'dt', Type: 'string' }];
const partitionOf = (dt: string, library: string, parts: Parts, location = `s3://lake/d/t/dt=${dt}/`): GlueJson => ({
  Values: [dt],
  StorageDescriptor: descriptor(library, parts, location),
});

const withPartitions: readonly GlueTable[] = [
  {
    name: 'own_format',
    table: glueTable(parquet, { input: parquetInput, keys }),
    partitions: [partitionOf('1', parquet, { input: parquetInput }), partitionOf('2', orc, { input: orcInput })],
  },
  {
    name: 'own_delimiter',
    table: glueTable(lazy, { serde: { 'field.delim': ',' }, keys }),
    partitions: [partitionOf('1', lazy, { serde: { 'field.delim': ';' } })],
  },
  {
    name: 'own_statistics',
    table: glueTable(parquet, { input: parquetInput, serde: { 'serialization.format': '1' }, keys }),
    partitions: [{ ...partitionOf('1', parquet, { input: parquetInput }), Parameters: { numRows: '3', 'x.own': 'y' } }],
  },
  {
    name: 'spark_partitions',
    table: glueTable(lazy, { ...spark('parquet', {}, partedSchema()), keys: [] }),
    partitions: [partitionOf('1', lazy, { ...spark('parquet', {}), more: {} }, 's3://lake/w.db/t/dt=1')],
  },
];

interface PartitionCase {
  readonly what: string;
  readonly partitions: readonly GlueJson[];
  readonly table?: Parts;
  readonly blocked?: string;
  readonly library?: string;
  readonly expected?: Expected;
}

const ofParquet = { input: parquetInput };
const at = (location: string, values: readonly string[] = ['1']): GlueJson => ({
  Values: values,
  StorageDescriptor: descriptor(parquet, ofParquet, location),
});

const partitionCases: readonly PartitionCase[] = [
  {
    what: 'on HDFS',
    partitions: [at('hdfs://nn/x/')],
    blocked: "partition '1' lies in hdfs://nn/x/, which is not on S3",
  },
  { what: 'in an empty folder', partitions: [at('s3://lake/d/t//dt=1/')], blocked: 'has an empty folder name' },
  {
    what: 'with too few values',
    partitions: [at('s3://lake/d/t/dt=1/', [])],
    blocked: 'does not have one value for each',
  },
  {
    what: 'with too many values',
    partitions: [at('s3://lake/d/t/dt=1/b=2/', ['1', '2'])],
    blocked: "partition '1', '2' does not have one value for each",
  },
  {
    what: 'in an access point',
    partitions: [at('s3://my-ap-abcdefghijklmnopqrstuvwx12345-s3alias/t/dt=1/')],
    blocked: 'the alias of an S3 access point',
  },
  { what: 'in a bucket of S3 Tables', partitions: [at('s3://x--table-s3/t/dt=1/')], blocked: 'a bucket of S3 Tables' },
  { what: 'whose folder ends with slashes', partitions: [at('s3://lake/d/t/dt=1//')], expected: { sql: ['PARQUET'] } },
  {
    what: 'with other buckets',
    table: { ...ofParquet, more: bucketed },
    partitions: [
      { ...at(''), StorageDescriptor: descriptor(parquet, { ...ofParquet, more: bucketed }, 's3://lake/d/t/dt=1/') },
      { ...at('', ['2']), StorageDescriptor: descriptor(parquet, ofParquet, 's3://lake/d/t/dt=2/') },
    ],
    expected: { not: ['bucket_count'], remark: "partitions' StorageDescriptor.NumberOfBuckets" },
  },
  ...[
    {
      what: 'with the delimiter said once',
      own: { 'field.delim': ',' },
      serde: { 'field.delim': ',', 'serialization.format': ',' },
    },
    { what: 'with the delimiter as a number', own: { 'field.delim': '44' }, serde: { 'field.delim': ',' } },
    {
      what: 'with the delimiters that are Hive’s',
      own: { 'mapkey.delim': '\\003', 'serialization.null.format': '\\N' },
    },
    { what: 'with no header lines', own: { 'skip.header.line.count': '0' } },
    { what: 'with the separator of CSV', own: { separatorChar: ',', quoteChar: '"' }, library: openCsv },
  ].map(({ what, own, serde = {}, library = lazy }): PartitionCase => ({
    what,
    library,
    table: { serde },
    partitions: [partitionOf('1', library, { serde: own })],
    expected: { sql: ['sync_partition_metadata'] },
  })),
  {
    what: 'without a SerDe',
    partitions: [{ Values: ['1'], StorageDescriptor: { Location: 's3://lake/d/t/dt=1/', SerdeInfo: {} } }],
    expected: { sql: ["format = 'PARQUET'"] },
  },
  {
    what: 'with columns that Hive does not tell apart',
    table: { ...ofParquet, columns: { id: 'decimal(10,2)', v: 'string' } },
    partitions: [
      {
        Values: ['1'],
        StorageDescriptor: descriptor(
          parquet,
          { ...ofParquet, columns: { ID: 'decimal(10, 2)', v: 'STRING' } },
          's3://lake/d/t/dt=1/',
        ),
      },
      { Values: ['2'], StorageDescriptor: descriptor(parquet, { ...ofParquet, columns: {} }, 's3://lake/d/t/dt=2/') },
    ],
    expected: { sql: ['sync_partition_metadata'] },
  },
  {
    what: 'with header lines of their own',
    library: openCsv,
    table: {},
    partitions: [{ ...partitionOf('1', openCsv, {}), Parameters: { 'skip.header.line.count': '1' } }],
    expected: { remark: 'parameters of partitions skip.header.line.count', noRemark: 'not known here' },
  },
  {
    what: 'listed elsewhere beside a projection',
    table: {
      ...ofParquet,
      table: { 'projection.enabled': 'true', 'projection.dt.type': 'enum', 'projection.dt.values': '1' },
    },
    partitions: [at('s3://lake/elsewhere/')],
    expected: { sql: ['partition_projection_enabled'], noRemark: 'registered one by one' },
  },
  {
    what: 'with another escape',
    library: lazy,
    table: { serde: { 'escape.delim': '' } },
    partitions: [partitionOf('1', lazy, { serde: { 'escape.delim': '|' } })],
    blocked: 'partitions have a SerDe of their own',
  },
  {
    what: 'with the same buckets',
    table: { ...ofParquet, more: bucketed },
    partitions: [
      { ...at(''), StorageDescriptor: descriptor(parquet, { ...ofParquet, more: bucketed }, 's3://lake/d/t/dt=1/') },
    ],
    expected: { sql: ['bucket_count = 8'] },
  },
];

describe('partitions', () => {
  test.each(partitionCases)('$what', ({ what, blocked, expected = {} }) => {
    const found = outcomes.get(what);
    if (blocked !== undefined) {
      expect(found?.blocked).toContain(blocked);
      expect(found?.source.readiness).toBe('UNKNOWN');
      return;
    }
    expect(found?.blocked).toBeNull();
    for (const part of expected.sql ?? []) expect(found?.sql).toContain(part);
    for (const part of expected.not ?? []) expect(found?.sql).not.toContain(part);
    if (expected.remark !== undefined) expect(found?.remarks.map(({ source }) => source)).toContain(expected.remark);
    if (expected.noRemark !== undefined)
      expect(found?.remarks.map(({ text }) => text).join()).not.toContain(expected.noRemark);
  });

  test.each(['own_format', 'own_delimiter'])('with a SerDe of their own block the table: %s', (name) => {
    expect(outcomes.get(name)?.blocked).toContain('partitions have a SerDe of their own');
    expect(outcomes.get(name)?.source.readiness).toBe('UNKNOWN');
  });

  test('that only note other figures are found by their folders; an unknown parameter is named', () => {
    expect(outcomes.get('own_statistics')?.sql).toContain('sync_partition_metadata');
    expect(outcomes.get('own_statistics')?.remarks.map(({ source }) => source)).toContain(
      'parameters of partitions x.own',
    );
  });

  test('of Spark’s tables are read as the table is', () => {
    expect(outcomes.get('spark_partitions')?.sql).toContain('sync_partition_metadata');
  });
});
