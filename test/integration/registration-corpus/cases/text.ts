import type { CorpusCase, CorpusFile, Expected } from '../corpus-case.js';
import { glueTable, gluePartitions } from '../glue-table.js';
import type { Columns, TableParts } from '../glue-table.js';

const idAndName: Columns = { id: 'int', name: 'string' };

type Text = Omit<Extract<CorpusFile, { readonly kind: 'text' }>, 'kind' | 'key' | 'text'>;

/** A table of LazySimpleSerDe with one file of text. */
function text(
  id: string,
  parts: Partial<TableParts>,
  content: string,
  expected: Expected,
  file: Text & { readonly key?: string } = {},
): CorpusCase {
  return {
    id: `text_${id}`,
    table: glueTable('text', { columns: idAndName, ...parts }),
    files: [{ key: 'a', ...file, kind: 'text', text: content }],
    expected,
  };
}

const commas = { 'field.delim': ',' };
const ab = [
  [1, 'a'],
  [2, 'b'],
];

const delimiters: readonly CorpusCase[] = [
  text('control_a', {}, '1\u0001a\n2\u0001b\n', { rows: ab }),
  text('no_last_line_feed', { options: commas }, '1,a\n2,b', { rows: ab }),
  ...[
    ['comma', ',', ','],
    ['tab', '\t', '\t'],
    ['tab_as_text', '\\t', '\t'],
    ['pipe', '|', '|'],
    ['semicolon', ';', ';'],
    ['quote', "'", "'"],
    ['backslash', '\\', '\\'],
    ['blank', ' ', ' '],
    ['octal_text', '\\001', '\u0001'],
    ['code_1', '1', '\u0001'],
    ['code_9', '9', '\t'],
    ['code_124', '124', '|'],
    ['control_text', '\u0002', '\u0002'],
  ].map(([id = '', option = '', delimiter = '']) =>
    text(
      `by_${id}`,
      { options: { 'field.delim': option, 'serialization.format': option } },
      `1${delimiter}a\n2${delimiter}b\n`,
      {
        rows: ab,
      },
    ),
  ),
  text('by_format_only', { options: { 'serialization.format': ',' } }, '1,a\n2,b\n', { rows: ab }),
  text('by_table_parameter', { parameters: { 'field.delim': ';' } }, '1;a\n2;b\n', { rows: ab }),
  text('table_parameter_wins', { parameters: { 'field.delim': ';' }, options: commas }, '1;a\n2;b\n', { rows: ab }),
  text('by_two_characters', { options: { 'field.delim': '||' } }, '1||a\n', {
    rows: [[1, '']],
    blocked: /field\.delim is '\|\|'/,
  }),
  text(
    'by_high_byte',
    { options: { 'field.delim': '\u00fe' } },
    '1\u00fea\n2\u00feb\n',
    { rows: ab, blocked: /field\.delim/ },
    { encoding: 'latin-1' },
  ),
  text('lines_by_line_feed', { options: { ...commas, 'line.delim': '\n' } }, '1,a\n2,b\n', { rows: ab }),
  text('lines_by_code', { options: { ...commas, 'line.delim': '10' } }, '1,a\n2,b\n', { rows: ab }),
  text('lines_by_other', { options: { ...commas, 'line.delim': ';' } }, '1,a;2,b;', {
    rows: [[1, 'a;2']],
    blocked: /line\.delim/,
  }),
  text('lines_of_windows', { options: commas }, '1,a\r\n2,b\r\n', { rows: ab }),
  text('quotes_stay', { options: commas }, '1,"a"\n2,"b"\n', {
    rows: [
      [1, '"a"'],
      [2, '"b"'],
    ],
  }),
];

const nulls: readonly CorpusCase[] = [
  text('null_default', { options: commas }, '\\N,\\N\n3,\n', {
    rows: [
      [null, null],
      [3, ''],
    ],
  }),
  ...['', 'NULL', '-', 'null', 'n/a', "'", '\\N', '""'].flatMap((sign, at) => {
    const content = `1,${sign}\n2,b\n${sign},c\n`;
    const rows = [
      [1, null],
      [2, 'b'],
      [null, 'c'],
    ];
    return [
      text(`null_in_serde_${at}`, { options: { ...commas, 'serialization.null.format': sign } }, content, { rows }),
      text(`null_in_table_${at}`, { options: commas, parameters: { 'serialization.null.format': sign } }, content, {
        rows,
      }),
    ];
  }),
  text(
    'null_in_both',
    { options: { ...commas, 'serialization.null.format': 'A' }, parameters: { 'serialization.null.format': 'B' } },
    '1,A\n2,B\n',
    {
      rows: [
        [1, 'A'],
        [2, null],
      ],
    },
  ),
  text('short_and_long_lines', { options: commas }, '1\n2,b,more\n', {
    rows: [
      [1, null],
      [2, 'b'],
    ],
  }),
  text('empty_lines', { options: commas }, '1,a\n\n2,b\n', {
    rows: [
      [1, 'a'],
      [null, null],
      [2, 'b'],
    ],
  }),
  text('not_numbers', { options: commas }, 'x,a\n1.5,b\n2147483648,c\n-7,d\n', {
    rows: [
      [null, 'a'],
      [1, 'b'],
      [null, 'c'],
      [-7, 'd'],
    ],
  }),
];

const escapes: readonly CorpusCase[] = [
  text('escape', { options: { ...commas, 'escape.delim': '\\' } }, '1,a\\,b\n2,c\\\\d\n', {
    rows: [
      [1, 'a,b'],
      [2, 'c\\d'],
    ],
  }),
  text('escape_other', { options: { ...commas, 'escape.delim': '^' } }, '1,a^,b\n2,c^^d\n', {
    rows: [
      [1, 'a,b'],
      [2, 'c^d'],
    ],
  }),
  text('escape_code', { options: { ...commas, 'escape.delim': '92' } }, '1,a\\,b\n', { rows: [[1, 'a,b']] }),
  text('escape_in_table', { options: commas, parameters: { 'escape.delim': '\\' } }, '1,a\\,b\n', {
    rows: [[1, 'a,b']],
  }),
  text('no_escape', { options: commas }, '1,a\\,b\n', { rows: [[1, 'a\\']] }),
  text(
    'escape_crlf',
    { options: { ...commas, 'escape.delim': '\\', 'serialization.escape.crlf': 'true' } },
    '1,a\\nb\n',
    {
      rows: [[1, 'a\nb']],
      blocked: /serialization\.escape\.crlf/,
    },
  ),
  text('quote_option', { options: { ...commas, 'quote.delim': '"' } }, '1,"a"\n', {
    rows: [[1, '"a"']],
    blocked: /quote\.delim/,
  }),
];

const header = { 'skip.header.line.count': '1' };
const skipped: readonly CorpusCase[] = [
  text('header', { options: commas, parameters: header }, 'id,name\n1,a\n2,b\n', { rows: ab }),
  text('header_in_serde', { options: { ...commas, ...header } }, 'id,name\n1,a\n2,b\n', { rows: ab }),
  text('header_of_two', { options: commas, parameters: { 'skip.header.line.count': '2' } }, 'x\nid,name\n1,a\n2,b\n', {
    rows: ab,
  }),
  text('header_zero', { options: commas, parameters: { 'skip.header.line.count': '0' } }, '1,a\n2,b\n', { rows: ab }),
  text(
    'header_in_both',
    { options: { ...commas, ...header }, parameters: { 'skip.header.line.count': '2' } },
    'x\nid,name\n1,a\n2,b\n',
    { rows: ab },
  ),
  text('header_only', { options: commas, parameters: header }, 'id,name\n', { rows: [] }),
  text(
    'header_of_crawler',
    {
      options: commas,
      parameters: {
        ...header,
        areColumnsQuoted: 'false',
        columnsOrdered: 'true',
        compressionType: 'none',
        delimiter: ',',
        typeOfData: 'file',
        classification: 'csv',
        objectCount: '1',
        recordCount: '2',
      },
    },
    'id,name\n1,a\n2,b\n',
    { rows: ab },
  ),
  text('footer', { options: commas, parameters: { 'skip.footer.line.count': '1' } }, '1,a\n2,b\n2 rows\n', {
    rows: ab,
  }),
  text('footer_in_serde', { options: { ...commas, 'skip.footer.line.count': '1' } }, '1,a\n2,b\n2 rows\n', {
    rows: ab,
  }),
  text(
    'header_and_footer',
    { options: commas, parameters: { ...header, 'skip.footer.line.count': '2' } },
    'id,name\n1,a\n2,b\n-\nend\n',
    { rows: ab },
  ),
  {
    id: 'text_header_of_each_file',
    table: glueTable('text', { columns: idAndName, options: commas, parameters: header }),
    files: ['1,a', '2,b'].map((line, at) => ({ key: `${at}`, kind: 'text', text: `id,name\n${line}\n` })),
    expected: { rows: ab },
  },
  {
    id: 'text_header_in_partitions',
    table: glueTable('text', { columns: idAndName, keys: { dt: 'string' }, options: commas, parameters: header }),
    partitions: gluePartitions('text', { columns: idAndName, options: commas }, [
      [['2024-01-01'], 'dt=2024-01-01'],
      [['2024-01-02'], 'dt=2024-01-02/'],
    ]),
    files: ['1,a', '2,b'].map((line, at) => ({
      key: `dt=2024-01-0${at + 1}/x.csv`,
      kind: 'text',
      text: `id,name\n${line}\n`,
    })),
    expected: {
      rows: [
        [1, 'a', '2024-01-01'],
        [2, 'b', '2024-01-02'],
      ],
    },
  },
];

/** LazySimpleSerDe's default separators of levels 2 to 4: ^B, ^C, ^D. */
const nestedColumns: Columns = {
  tags: 'array<string>',
  sizes: 'map<string,int>',
  at: 'struct<x:int,y:string>',
  deep: 'array<array<int>>',
};
const nested: readonly CorpusCase[] = [
  text(
    'nested',
    { columns: nestedColumns },
    'a\u0002b\u0001k\u00031\u0002l\u00032\u00017\u0002q\u00011\u00032\u00023\n\\N\u0001\\N\u0001\\N\u0001\\N\n',
    {
      rows: [
        [['a', 'b'], { k: 1, l: 2 }, [7, 'q'], [[1, 2], [3]]],
        [null, null, null, null],
      ],
    },
  ),
  ...['collection.delim', 'colelction.delim'].map((option) =>
    text(
      `nested_${option.slice(0, 4)}`,
      { columns: { id: 'int', tags: 'array<string>' }, options: { ...commas, [option]: '|' } },
      '1,a|b\n',
      {
        rows: [[1, ['a', 'b']]],
        blocked: /col\w+\.delim/,
      },
    ),
  ),
  text(
    'nested_mapkey',
    {
      columns: { id: 'int', sizes: 'map<string,int>' },
      options: { ...commas, 'collection.delim': '|', 'mapkey.delim': ':' },
    },
    '1,k:1|l:2\n',
    {
      rows: [[1, { k: 1, l: 2 }]],
      blocked: /(collection|mapkey)\.delim/,
    },
  ),
  text('delims_without_nested', { options: { ...commas, 'collection.delim': '|', 'mapkey.delim': ':' } }, '1,a|b\n', {
    rows: [[1, 'a|b']],
  }),
  text(
    'nested_default_delims',
    {
      columns: { id: 'int', tags: 'array<string>' },
      options: { ...commas, 'collection.delim': '\u0002', 'mapkey.delim': '\u0003' },
    },
    '1,a\u0002b\n',
    {
      rows: [[1, ['a', 'b']]],
    },
  ),
];

const times = [
  '1969-12-31 23:59:59.999',
  '1899-12-31 12:00:00',
  '2024-03-31 02:30:00',
  '0001-01-01 00:00:00',
  '9999-12-31 23:59:59.123456',
];
const types: readonly CorpusCase[] = [
  text(
    'types',
    {
      columns: {
        a: 'tinyint',
        b: 'smallint',
        c: 'bigint',
        d: 'float',
        e: 'double',
        f: 'boolean',
        g: 'char(4)',
        h: 'varchar(2)',
        i: 'decimal(10,2)',
        j: 'date',
      },
      options: commas,
    },
    '-128,-32768,-9223372036854775808,1.5,1e300,TRUE,ab,xyz,12345678.90,1500-01-01\n127,32767,9223372036854775807,NaN,-Infinity,false,,z,-0.01,2024-02-29\n\\N,\\N,\\N,\\N,\\N,\\N,\\N,\\N,\\N,\\N\n128,x,,y,,maybe,q,q,123456789,x\n',
    {
      rows: [
        [-128, -32768, -9223372036854775808n, 1.5, 1e300, true, 'ab  ', 'xy', '12345678.90', '1500-01-01'],
        [127, 32767, 9223372036854775807n, 'NaN', '-Infinity', false, '    ', 'z', '-0.01', '2024-02-29'],
        [null, null, null, null, null, null, null, null, null, null],
        [null, null, null, null, null, null, 'q   ', 'q', null, null],
      ],
    },
  ),
  text('timestamps', { columns: { at: 'timestamp' } }, `${times.join('\n')}\n`, {
    rows: times.map((at) => [at.includes('.') ? at.padEnd(26, '0') : `${at}.000000`]),
  }),
  text('binary', { columns: { b: 'binary' } }, 'AQL/\n\\N\n', { rows: [['AQL/'], [null]] }),
  text('rounded', { columns: { d: 'decimal(5,2)' } }, '1.235\n1.234\n', { rows: [['1.24'], ['1.23']] }),
];

const encodings: readonly CorpusCase[] = [
  text('utf8', { options: commas }, '1,größe €\n2,日本\n', {
    rows: [
      [1, 'größe €'],
      [2, '日本'],
    ],
  }),
  text('utf8_by_option', { options: { ...commas, 'serialization.encoding': 'utf-8' } }, '1,ä\n', { rows: [[1, 'ä']] }),
  text('utf8_by_table', { options: commas, parameters: { 'serialization.encoding': 'UTF8' } }, '1,ä\n', {
    rows: [[1, 'ä']],
    blocked: /serialization\.encoding/,
  }),
  ...['ISO-8859-1', 'windows-1252', 'latin1', 'UTF-16LE', 'EUC-KR', 'Shift_JIS'].map((encoding, at) =>
    text(`encoding_${at}`, { options: { ...commas, 'serialization.encoding': encoding } }, '1,a\n', {
      blocked: /serialization\.encoding/,
    }),
  ),
  text(
    'encoding_in_table',
    { options: commas, parameters: { 'serialization.encoding': 'ISO-8859-1' } },
    '1,é\n',
    { blocked: /serialization\.encoding/ },
    { encoding: 'latin-1' },
  ),
  text('last_takes_rest', { options: { ...commas, 'serialization.last.column.takes.rest': 'true' } }, '1,a,b\n', {
    rows: [[1, 'a,b']],
    blocked: /last\.column\.takes\.rest/,
  }),
  text('last_takes_no_rest', { options: { ...commas, 'serialization.last.column.takes.rest': 'false' } }, '1,a,b\n', {
    rows: [[1, 'a']],
  }),
  text(
    'timestamp_formats',
    { columns: { id: 'int', at: 'timestamp' }, options: { ...commas, 'timestamp.formats': 'dd/MM/yyyy HH:mm:ss' } },
    '1,31/12/2023 10:00:00\n',
    {
      rows: [[1, '2023-12-31 10:00:00.000000']],
      blocked: /timestamp\.formats/,
    },
  ),
  text(
    'timestamp_formats_in_table',
    {
      columns: { id: 'int', at: 'timestamp' },
      options: commas,
      parameters: { 'timestamp.formats': "yyyy-MM-dd'T'HH:mm:ss" },
    },
    '1,2023-12-31T10:00:00\n',
    {
      rows: [[1, '2023-12-31 10:00:00.000000']],
      blocked: /timestamp\.formats/,
    },
  ),
  text(
    'timestamp_formats_nested',
    {
      columns: { id: 'int', at: 'array<timestamp>' },
      options: { ...commas, 'timestamp.formats': 'dd/MM/yyyy HH:mm:ss' },
    },
    '1,31/12/2023 10:00:00\n',
    {
      rows: [[1, ['2023-12-31 10:00:00.000000']]],
      blocked: /timestamp\.formats/,
    },
  ),
  text('timestamp_formats_unused', { options: { ...commas, 'timestamp.formats': 'dd/MM/yyyy' } }, '1,a\n', {
    rows: [[1, 'a']],
  }),
];

const filesOfAllKinds: readonly CorpusCase[] = [
  ...(['gzip', 'bz2', 'zstd', 'snappy', 'lz4'] as const).map((codec) => {
    const ending = { gzip: 'gz', bz2: 'bz2', zstd: 'zst', snappy: 'snappy', lz4: 'lz4' }[codec];
    return text(
      `in_${codec}`,
      { options: commas, parameters: header },
      'id,name\n1,a\n2,b\n',
      { rows: ab },
      { codec, key: `a.${ending}` },
    );
  }),
  {
    id: 'text_hidden_files',
    table: glueTable('text', { columns: idAndName, options: commas }),
    files: ['a', '_SUCCESS', '.a.crc', '_temporary/0/b', '.hive-staging/c', '_metadata', 'x/_hidden'].map(
      (key, at) => ({
        key,
        kind: 'text',
        text: at === 0 ? '1,a\n2,b\n' : '9,hidden\n',
      }),
    ),
    expected: { rows: ab },
  },
  {
    id: 'text_subfolders',
    table: glueTable('text', { columns: idAndName, options: commas }),
    files: [
      { key: '2024/a', kind: 'text', text: '1,a\n' },
      { key: '2025/01/b.csv', kind: 'text', text: '2,b\n' },
    ],
    expected: { rows: ab },
  },
  {
    id: 'text_empty_files',
    table: glueTable('text', { columns: idAndName, options: commas }),
    files: [
      { key: 'a', kind: 'text', text: '1,a\n2,b\n' },
      { key: 'b', kind: 'text', text: '' },
      { key: 'c.gz', kind: 'text', text: '', codec: 'gzip' },
    ],
    expected: { rows: ab },
  },
  { id: 'text_no_files', table: glueTable('text', { columns: idAndName, options: commas }), expected: { rows: [] } },
  {
    id: 'text_blank_in_location',
    table: (place) =>
      glueTable('text', { columns: idAndName, options: commas })({
        ...place,
        location: `${place.location}a folder/ü+%41/`,
      }),
    files: [{ key: 'a folder/ü+%41/x', kind: 'text', text: '1,a\n2,b\n' }],
    expected: { rows: ab },
  },
  ...['s3a', 's3n'].map((scheme): CorpusCase => ({
    id: `text_by_${scheme}`,
    table: (place) =>
      glueTable('text', { columns: idAndName, options: commas })({
        ...place,
        location: place.location.replace('s3:', `${scheme}:`),
      }),
    files: [{ key: 'a', kind: 'text', text: '1,a\n2,b\n' }],
    expected: { rows: ab },
  })),
  {
    id: 'text_double_slash',
    table: (place) =>
      glueTable('text', { columns: idAndName, options: commas })({ ...place, location: `${place.location}/t/` }),
    files: [{ key: '/t/a', kind: 'text', text: '1,a\n2,b\n' }],
    expected: { rows: ab, blocked: /'\/\/'/ },
  },
];

export const textCases: readonly CorpusCase[] = [
  ...delimiters,
  ...nulls,
  ...escapes,
  ...skipped,
  ...nested,
  ...types,
  ...encodings,
  ...filesOfAllKinds,
];
