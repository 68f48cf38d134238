import type { CorpusCase, CorpusFile, Expected } from '../corpus-case.js';
import type { Rows } from '../../../support/generated-rows.js';
import { glueTable } from '../glue-table.js';
import type { Columns, TableParts } from '../glue-table.js';

type Columnar = Extract<CorpusFile, { readonly kind: 'parquet' | 'orc' }>;

/** A table over one file; the file has the table's columns unless told otherwise. */
function columnar(
  kind: 'parquet' | 'orc',
  id: string,
  parts: TableParts,
  rows: Rows,
  expected: Expected = { rows },
  file: Partial<Columnar> = {},
): CorpusCase {
  return {
    id: `${kind}_${id}`,
    table: glueTable(kind, parts),
    files: [{ key: `part-0.${kind}`, kind, columns: parts.columns, rows, ...file }],
    expected,
  };
}

const xy: Columns = { x: 'int', y: 'string' };
const xyRows = [
  [1, 'a'],
  [2, null],
];
const yxRows = [
  ['a', 1],
  [null, 2],
];

const allTypes: Columns = {
  a: 'tinyint',
  b: 'smallint',
  c: 'int',
  d: 'bigint',
  e: 'float',
  f: 'double',
  g: 'boolean',
  h: 'string',
  i: 'varchar(3)',
  j: 'char(4)',
  k: 'binary',
  l: 'date',
  m: 'decimal(9,2)',
  n: 'decimal(38,18)',
  o: 'array<int>',
  p: 'map<string,bigint>',
  q: 'struct<x:int,y:array<string>>',
};
const allRows: Rows = [
  [
    -128,
    -32768,
    -2147483648,
    -9223372036854775807n,
    1.5,
    1e300,
    true,
    'größe €',
    'abc',
    'ab  ',
    'AP8=',
    '1500-02-28',
    '-1234567.89',
    '12345678901234567890.123456789012345678',
    [1, null],
    { k: 1 },
    [7, ['q']],
  ],
  [
    127,
    32767,
    2147483647,
    9007199254740993n,
    'NaN',
    '-Infinity',
    false,
    '',
    '',
    '    ',
    '',
    '9999-12-31',
    '0.00',
    '-0.000000000000000001',
    [],
    {},
    [null, []],
  ],
  Object.keys(allTypes).map(() => null),
];

/** For `write_files.py`: JSON cannot carry long integers. */
function written(rows: Rows): Rows {
  return rows.map((row) => row.map((value) => (typeof value === 'bigint' ? value.toString() : value)));
}

const instants = {
  before_1900: '1899-12-31 23:59:59',
  before_1970: '1969-12-31 23:59:59',
  in_gap: '2024-03-31 02:30:00',
  in_overlap: '2024-10-27 02:30:00',
  late: '2261-12-31 00:00:00',
};
const fractions = { ms: '.999', us: '.999999', ns: '.999999999' };

const timestamps: readonly CorpusCase[] = (['parquet', 'orc'] as const).flatMap((kind) =>
  (['ms', 'us', 'ns'] as const).map((unit): CorpusCase => {
    // Arrow writes ORC's fractions before 1970 as negative nanoseconds, which no reader takes.
    const fractionOf = (at: string): string => (kind === 'orc' && at < '1970' ? '' : fractions[unit]);
    const rows = Object.values(instants).map((at) => [`${at}${fractionOf(at)}`]);
    // Trino is configured for microseconds and rounds what is finer.
    const read = rows.map(([at = '']) => [
      at.endsWith('999999999') ? rounded(at) : at.includes('.') ? at.padEnd(26, '0') : `${at}.000000`,
    ]);
    return columnar(kind, `timestamps_${unit}`, { columns: { at: 'timestamp' } }, rows, { rows: read }, { unit });
  }),
);

function rounded(at: string): string {
  const next = new Date(`${at.slice(0, 19).replace(' ', 'T')}Z`);
  next.setUTCSeconds(next.getUTCSeconds() + 1);
  return `${next.toISOString().slice(0, 19).replace('T', ' ')}.000000`;
}

const int96 = Object.values(instants).map((at) => [`${at}.123456`]);

const byName: readonly CorpusCase[] = [
  columnar('parquet', 'reordered', { columns: xy }, yxRows, { rows: xyRows }, { columns: { y: 'string', x: 'int' } }),
  columnar(
    'parquet',
    'more_and_fewer',
    { columns: { ...xy, z: 'double' } },
    [[1, 'a', true]],
    { rows: [[1, 'a', null]] },
    { columns: { x: 'int', y: 'string', w: 'boolean' } },
  ),
  columnar(
    'parquet',
    'file_of_mixed_case',
    { columns: { userid: 'int', at: 'struct<innerkey:int>' } },
    [[1, [2]]],
    { rows: [[1, [2]]] },
    { columns: { userId: 'int', At: 'struct<innerKey:int>' } },
  ),
  columnar(
    'parquet',
    'table_of_mixed_case',
    { columns: { userId: 'int' } },
    [[1]],
    { rows: [[1]] },
    { columns: { userId: 'int' } },
  ),
  columnar(
    'parquet',
    'struct_reordered',
    { columns: { s: 'struct<a:int,b:string>' } },
    [[['q', 1]]],
    { rows: [[[1, 'q']]] },
    { columns: { s: 'struct<b:string,a:int>' } },
  ),
  columnar(
    'parquet',
    'struct_grown',
    { columns: { s: 'struct<a:int,b:string>' } },
    [[[1]]],
    { rows: [[[1, null]]] },
    { columns: { s: 'struct<a:int>' } },
  ),
  columnar('parquet', 'wider_integer', { columns: { x: 'bigint' } }, [[1]], { rows: [[1]] }, { columns: { x: 'int' } }),
  columnar(
    'parquet',
    'wider_float',
    { columns: { x: 'double' } },
    [[1.5]],
    { rows: [[1.5]] },
    { columns: { x: 'float' } },
  ),
  columnar(
    'parquet',
    'wider_decimal',
    { columns: { x: 'decimal(20,2)' } },
    [['1.50']],
    { rows: [['1.50']] },
    { columns: { x: 'decimal(9,2)' } },
  ),
];

const renamed: Columns = { c1: 'int', c2: 'string' };
const byPosition: readonly CorpusCase[] = [
  columnar('orc', 'renamed', { columns: xy }, xyRows, { rows: xyRows }, { columns: renamed }),
  columnar('orc', 'of_hive', { columns: xy }, xyRows, { rows: xyRows }, { columns: { _col0: 'int', _col1: 'string' } }),
  columnar(
    'orc',
    'position_is_default',
    { columns: xy, options: { 'orc.column.index.access': 'true' } },
    xyRows,
    { rows: xyRows },
    { columns: renamed },
  ),
  ...(['options', 'parameters'] as const).flatMap((where) => [
    columnar(
      'orc',
      `by_name_in_${where}`,
      { columns: xy, [where]: { 'orc.column.index.access': 'false' } },
      yxRows,
      { rows: xyRows, blocked: /orc\.column\.index\.access/ },
      { columns: { y: 'string', x: 'int' } },
    ),
    columnar(
      'parquet',
      `by_position_in_${where}`,
      { columns: xy, [where]: { 'parquet.column.index.access': 'true' } },
      xyRows,
      { rows: xyRows, blocked: /parquet\.column\.index\.access/ },
      { columns: renamed },
    ),
    columnar(
      'parquet',
      `by_name_in_${where}`,
      { columns: xy, [where]: { 'parquet.column.index.access': 'false' } },
      yxRows,
      { rows: xyRows },
      { columns: { y: 'string', x: 'int' } },
    ),
  ]),
  columnar(
    'orc',
    'grown',
    { columns: { ...xy, z: 'double' } },
    xyRows,
    { rows: xyRows.map((row) => [...row, null]) },
    { columns: xy },
  ),
  columnar(
    'orc',
    'forced_position',
    { columns: xy, options: { 'orc.force.positional.evolution': 'true' } },
    xyRows,
    { rows: xyRows },
    { columns: renamed },
  ),
];

const whole: readonly CorpusCase[] = (['parquet', 'orc'] as const).flatMap((kind) => [
  columnar(kind, 'all_types', { columns: allTypes }, written(allRows), { rows: allRows }),
  columnar(kind, 'no_rows', { columns: xy }, [], { rows: [] }),
  // Trino has no reader for Parquet's LZ4_RAW, which is what Arrow writes as LZ4.
  ...['snappy', 'zstd', 'none', ...(kind === 'orc' ? ['zlib', 'lz4'] : ['gzip'])].map((compression) =>
    columnar(
      kind,
      `in_${compression}`,
      { columns: xy, parameters: { [`${kind}.compress`]: compression.toUpperCase() } },
      xyRows,
      { rows: xyRows },
      {
        compression: kind === 'orc' && compression === 'none' ? 'uncompressed' : compression,
      },
    ),
  ),
]);

const oddities: readonly CorpusCase[] = [
  columnar('parquet', 'int96', { columns: { at: 'timestamp' } }, int96, { rows: int96 }, { int96: true, unit: 'ns' }),
  columnar(
    'parquet',
    'instants',
    { columns: { at: 'timestamp' } },
    int96,
    { rows: int96 },
    { columns: { at: 'timestamp_utc' } },
  ),
  columnar(
    'parquet',
    'old_serde',
    {
      columns: xy,
      more: {
        SerdeInfo: { SerializationLibrary: 'parquet.hive.serde.ParquetHiveSerDe', Parameters: {} },
        InputFormat: 'parquet.hive.DeprecatedParquetInputFormat',
      },
    },
    xyRows,
    { rows: xyRows, blocked: /DeprecatedParquetInputFormat/ },
  ),
  columnar(
    'parquet',
    'text_input',
    {
      columns: xy,
      more: {
        InputFormat: 'org.apache.hadoop.mapred.TextInputFormat',
        OutputFormat: 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat',
      },
    },
    xyRows,
    { rows: xyRows },
  ),
  columnar(
    'parquet',
    'text_serde',
    {
      columns: xy,
      more: {
        SerdeInfo: { SerializationLibrary: 'org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe', Parameters: {} },
      },
    },
    xyRows,
    { blocked: /LazySimpleSerDe.*ParquetInputFormat/ },
  ),
  columnar('parquet', 'without_type', { columns: xy, table: { TableType: undefined } }, xyRows),
  columnar('parquet', 'described', { columns: xy, table: { Description: `It's "x"; größe` } }, xyRows),
  columnar(
    'parquet',
    'of_crawler',
    {
      columns: xy,
      parameters: {
        CrawlerSchemaDeserializerVersion: '1.0',
        CrawlerSchemaSerializerVersion: '1.0',
        UPDATED_BY_CRAWLER: 'c',
        averageRecordSize: '10',
        classification: 'parquet',
        compressionType: 'none',
        objectCount: '1',
        recordCount: '2',
        sizeKey: '100',
        typeOfData: 'file',
      },
    },
    xyRows,
  ),
  ...['dt', 'select', 'größe', 'a b', 'a.b', 'a-b', '1st', '_x', 'a$b', 'a"b', "a'b", 'tail '].map((name, at) =>
    columnar('parquet', `name_${at}`, { columns: { [name]: 'int', z: 'int' } }, [[1, 2]], {
      rows: [[1, 2]],
      ...(name === 'tail ' ? { blocked: /'tail '/ } : {}),
    }),
  ),
  ...['last, first', ',', 'a,b'].map((name, at) =>
    columnar('parquet', `comma_${at}`, { columns: { z: 'int', [name]: 'int' } }, [[1, 2]], { blocked: /comma/ }),
  ),
  ...['xsi:type', 'amount(usd)', 'a<b'].map((name, at) =>
    columnar(
      'parquet',
      `field_${at}`,
      { columns: { z: 'int', doc: `struct<${name}:double>` } },
      [[1, [2]]],
      { blocked: new RegExp(name.replace(/[()]/g, '\\$&')) },
      { columns: { z: 'int', doc: 'struct<f:double>' } },
    ),
  ),
  columnar('parquet', 'twice', { columns: { x: 'int' }, keys: { X: 'string' } }, [[1]], {
    blocked: /'x' and 'X'|same name/,
  }),
  columnar(
    'orc',
    'acid',
    {
      columns: xy,
      parameters: { transactional: 'true', transactional_properties: 'default' },
      table: { TableType: 'MANAGED_TABLE' },
    },
    xyRows,
    { blocked: /transactional|ACID/ },
    { key: 'base_0000001/bucket_00000' },
  ),
  columnar(
    'parquet',
    'insert_only',
    {
      columns: xy,
      parameters: { transactional: 'TRUE', transactional_properties: 'insert_only' },
      table: { TableType: 'MANAGED_TABLE' },
    },
    xyRows,
    { blocked: /transactional|ACID/ },
    { key: 'delta_0000001_0000001_0000/000000_0' },
  ),
  columnar('parquet', 'not_transactional', { columns: xy, parameters: { transactional: 'false' } }, xyRows),
];

const optional = (type: unknown): unknown => ['null', type];
const schema = (fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> => ({
  type: 'record',
  name: 'r',
  fields: Object.entries(fields).map(([name, type]) => ({ name, type })),
});

function avro(
  id: string,
  parts: TableParts,
  fields: Readonly<Record<string, unknown>>,
  rows: Rows,
  expected: Expected = { rows },
  codec?: 'deflate',
): CorpusCase {
  return {
    id: `avro_${id}`,
    table: glueTable('avro', parts),
    files: [{ key: 'a.avro', kind: 'avro', schema: schema(fields), rows, ...(codec === undefined ? {} : { codec }) }],
    expected,
  };
}

const avroXy = { x: optional('int'), y: optional('string') };
const literal = (fields: readonly unknown[]): string => JSON.stringify({ type: 'record', name: 'r', fields });
const avroCases: readonly CorpusCase[] = [
  avro('plain', { columns: xy }, avroXy, xyRows),
  avro('deflate', { columns: xy }, avroXy, xyRows, { rows: xyRows }, 'deflate'),
  avro('reordered', { columns: xy }, { y: avroXy.y, x: avroXy.x }, yxRows, { rows: xyRows }),
  avro('more_and_fewer', { columns: { ...xy, z: 'double' } }, { ...avroXy, w: optional('long') }, [[1, 'a', 2]], {
    rows: [[1, 'a', null]],
  }),
  avro(
    'types',
    {
      columns: {
        c: 'int',
        d: 'bigint',
        e: 'float',
        f: 'double',
        g: 'boolean',
        h: 'string',
        k: 'binary',
        l: 'date',
        m: 'decimal(9,2)',
        o: 'array<int>',
        p: 'map<string,bigint>',
        q: 'struct<x:int,y:string>',
        t: 'timestamp',
      },
    },
    {
      c: 'int',
      d: 'long',
      e: 'float',
      f: 'double',
      g: 'boolean',
      h: 'string',
      k: 'bytes',
      l: { type: 'int', logicalType: 'date' },
      m: { type: 'bytes', logicalType: 'decimal', precision: 9, scale: 2 },
      o: { type: 'array', items: 'int' },
      p: { type: 'map', values: 'long' },
      q: {
        type: 'record',
        name: 'q',
        fields: [
          { name: 'x', type: 'int' },
          { name: 'y', type: 'string' },
        ],
      },
      t: { type: 'long', logicalType: 'timestamp-millis' },
    },
    [
      [
        -1,
        9007199254740991,
        1.5,
        1e300,
        true,
        'größe',
        'AP8=',
        '1500-01-01',
        '-12.30',
        [1, 2],
        { k: 5 },
        [7, 'q'],
        '1969-12-31 23:59:59.999',
      ],
    ],
    {
      rows: [
        [
          -1,
          9007199254740991,
          1.5,
          1e300,
          true,
          'größe',
          'AP8=',
          '1500-01-01',
          '-12.30',
          [1, 2],
          { k: 5 },
          [7, 'q'],
          '1969-12-31 23:59:59.999000',
        ],
      ],
    },
  ),
  avro(
    'literal_same',
    {
      columns: xy,
      options: {
        'avro.schema.literal': literal([
          { name: 'x', type: ['null', 'int'] },
          { name: 'y', type: ['null', 'string'] },
        ]),
      },
    },
    avroXy,
    xyRows,
  ),
  avro(
    'literal_with_alias',
    {
      columns: { id: 'int', y: 'string' },
      options: {
        'avro.schema.literal': literal([
          { name: 'id', aliases: ['x'], type: ['null', 'int'] },
          { name: 'y', type: ['null', 'string'] },
        ]),
      },
    },
    avroXy,
    xyRows,
    { rows: xyRows, blocked: /alias/ },
  ),
];

/** Rows a bucket, so that a predicate on the bucket's column can miss. */
const people = Array.from({ length: 40 }, (_, at) => [at * 7 - 20, `name-${at}`, at * 10_000_000_007]);
const peopleColumns: Columns = { id: 'int', name: 'string', big: 'bigint' };
const buckets = (['hive-1', 'hive-2', 'spark'] as const).flatMap((hash) =>
  (['id', 'name', 'big'] as const).map((by): CorpusCase => {
    const at = Object.keys(peopleColumns).indexOf(by);
    const parameters =
      hash === 'hive-1' ? {} : hash === 'hive-2' ? { bucketing_version: '2' } : { bucketing_format: 'spark' };
    return {
      id: `bucketed_by_${by}_${hash.replace('-', '_')}`,
      table: glueTable('parquet', {
        columns: peopleColumns,
        parameters,
        more: { BucketColumns: [by], NumberOfBuckets: 8 },
      }),
      files: [
        {
          key: hash === 'spark' ? 'part-{spark}-8e9c_{spark}.c000.snappy.parquet' : '{bucket}_0',
          kind: 'parquet',
          columns: peopleColumns,
          rows: people,
          buckets: { by: [by], count: 8, hash },
        },
      ],
      expected: {
        rows: people,
        queries: people.slice(0, 12).map((row) => ({
          sql: `SELECT * FROM TABLE WHERE ${by} = ${by === 'name' ? `'${String(row[at])}'` : String(row[at])}`,
          rows: [row],
        })),
      },
    };
  }),
);
const oddBuckets: readonly CorpusCase[] = [
  {
    id: 'bucketed_by_two',
    table: glueTable('orc', {
      columns: peopleColumns,
      parameters: { bucketing_version: '2' },
      more: { BucketColumns: ['name', 'id'], NumberOfBuckets: 4 },
    }),
    files: [
      {
        key: '{bucket}_0',
        kind: 'orc',
        columns: peopleColumns,
        rows: people,
        buckets: { by: ['name', 'id'], count: 4, hash: 'hive-2' },
      },
    ],
    expected: {
      rows: people,
      queries: people.slice(0, 6).map((row) => ({
        sql: `SELECT * FROM TABLE WHERE name = '${String(row[1])}' AND id = ${String(row[0])}`,
        rows: [row],
      })),
    },
  },
  {
    id: 'bucketed_and_sorted',
    table: glueTable('parquet', {
      columns: peopleColumns,
      more: { BucketColumns: ['ID'], NumberOfBuckets: 4, SortColumns: [{ Column: 'name', SortOrder: 1 }] },
    }),
    files: [
      {
        key: '{bucket}_0',
        kind: 'parquet',
        columns: peopleColumns,
        rows: people,
        buckets: { by: ['id'], count: 4, hash: 'hive-1' },
      },
    ],
    expected: { rows: people, queries: [{ sql: 'SELECT count(*) FROM TABLE WHERE id = 1', rows: [[1]] }] },
  },
  {
    // What crawlers and Athena's CTAS without it leave: the number alone.
    id: 'bucketed_by_none',
    table: glueTable('parquet', { columns: peopleColumns, more: { BucketColumns: [], NumberOfBuckets: 4 } }),
    files: [{ key: 'a', kind: 'parquet', columns: peopleColumns, rows: people }],
    expected: { rows: people },
  },
  {
    id: 'bucketed_by_unknown',
    table: glueTable('parquet', { columns: peopleColumns, more: { BucketColumns: ['gone'], NumberOfBuckets: 4 } }),
    expected: { blocked: /bucketed by 'gone'/ },
  },
];

export const columnarCases: readonly CorpusCase[] = [
  ...whole,
  ...timestamps,
  ...byName,
  ...byPosition,
  ...oddities,
  ...avroCases,
  ...buckets,
  ...oddBuckets,
];
