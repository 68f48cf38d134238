import type { CorpusCase, CorpusFile, Expected } from '../corpus-case.js';
import { glueTable } from '../glue-table.js';
import type { Columns, TableParts } from '../glue-table.js';

type Kind = 'csv' | 'json' | 'openx' | 'regex';

function lines(
  kind: Kind,
  id: string,
  columns: Columns,
  parts: Partial<TableParts>,
  content: string,
  expected: Expected,
  file: Partial<Omit<Extract<CorpusFile, { readonly kind: 'text' }>, 'text'>> = {},
): CorpusCase {
  return {
    id: `${kind}_${id}`,
    table: glueTable(kind, { columns, ...parts }),
    files: [{ key: 'a', ...file, kind: 'text', text: content }],
    expected,
  };
}

const two: Columns = { a: 'string', b: 'string' };
const header = { 'skip.header.line.count': '1' };

/** Source: Athena user guide, 'Open CSV SerDe'. */
const csv: readonly CorpusCase[] = [
  lines('csv', 'defaults', two, {}, '"x,1","say ""hi"""\nplain,\n', {
    rows: [
      ['x,1', 'say "hi"'],
      ['plain', ''],
    ],
  }),
  lines(
    'csv',
    'defaults_written',
    two,
    { options: { separatorChar: ',', quoteChar: '"', escapeChar: '\\' } },
    '"x\\"1",y\n',
    { rows: [['x"1', 'y']] },
  ),
  ...[
    ['tab', '\t', '\t'],
    ['tab_as_text', '\\t', '\t'],
    ['pipe', '|', '|'],
    ['semicolon', ';', ';'],
  ].map(([id = '', option = '', separator = '']) =>
    lines('csv', `by_${id}`, two, { options: { separatorChar: option } }, `"x"${separator}y,z\n`, {
      rows: [['x', 'y,z']],
    }),
  ),
  lines('csv', 'single_quotes', two, { options: { quoteChar: "'" } }, "'x,1','it\\'s'\n", { rows: [['x,1', "it's"]] }),
  lines('csv', 'other_escape', two, { options: { escapeChar: '^' } }, '"x^"1",y\n', { rows: [['x"1', 'y']] }),
  lines('csv', 'escape_is_quote', two, { options: { escapeChar: '"' } }, '"x""1",y\n', {
    rows: [['x"1', 'y']],
    blocked: /escapeChar|quoteChar/,
  }),
  lines('csv', 'separator_of_two', two, { options: { separatorChar: '||' } }, 'x||y\n', {
    blocked: /separatorChar is '\|\|'/,
  }),
  lines('csv', 'quote_of_two', two, { options: { quoteChar: '""' } }, 'x,y\n', { blocked: /quoteChar is '""'/ }),
  lines('csv', 'escape_of_two', two, { options: { escapeChar: '\\\\\\' } }, 'x,y\n', {
    rows: [['x', 'y']],
    blocked: /escapeChar/,
  }),
  lines('csv', 'no_quote', two, { options: { quoteChar: '' } }, 'x,y\n', { rows: [['x', 'y']], blocked: /quoteChar/ }),
  lines('csv', 'options_in_table', two, { parameters: { separatorChar: '|', quoteChar: "'" } }, "'x'|y\n", {
    rows: [['x', 'y']],
  }),
  lines('csv', 'header', two, { parameters: header }, 'a,b\nx,y\n', { rows: [['x', 'y']] }),
  lines('csv', 'header_in_serde', two, { options: header }, 'a,b\nx,y\n', { rows: [['x', 'y']] }),
  lines('csv', 'footer', two, { parameters: { 'skip.footer.line.count': '1' } }, 'x,y\nend\n', { rows: [['x', 'y']] }),
  lines('csv', 'short_and_long', two, {}, 'x\nx,y,z\n', {
    rows: [
      ['x', null],
      ['x', 'y'],
    ],
  }),
  lines('csv', 'null_format', two, { options: { 'serialization.null.format': 'NULL' } }, 'NULL,y\n', {
    rows: [['NULL', 'y']],
    blocked: /null\.format/,
  }),
  lines('csv', 'gzip', two, {}, 'x,y\n', { rows: [['x', 'y']] }, { codec: 'gzip', key: 'a.csv.gz' }),
  lines('csv', 'windows_lines', two, {}, 'x,y\r\n', { rows: [['x', 'y']] }),
  lines(
    'csv',
    'typed',
    { i: 'int', l: 'bigint', d: 'double', b: 'boolean', n: 'decimal(8,2)', s: 'string' },
    {},
    '1,9223372036854775807,1.5,true,"1234.50",x\n"-7",0,-1e10,FALSE,0.01,\n',
    {
      rows: [
        [1, 9223372036854775807n, 1.5, true, '1234.50', 'x'],
        [-7, 0, -1e10, false, '0.01', ''],
      ],
    },
  ),
  lines('csv', 'typed_times', { d: 'date', t: 'timestamp' }, {}, '0,0\n-1,-1\n19723,1704067200123\n', {
    rows: [
      ['1970-01-01', '1970-01-01 00:00:00.000000'],
      ['1969-12-31', '1969-12-31 23:59:59.999000'],
      ['2024-01-01', '2024-01-01 00:00:00.123000'],
    ],
  }),
  lines('csv', 'encoding', two, { options: { 'serialization.encoding': 'ISO-8859-1' } }, 'x,y\n', {
    rows: [['x', 'y']],
    blocked: /serialization\.encoding/,
  }),
];

const record: Columns = {
  id: 'bigint',
  name: 'string',
  at: 'struct<x:int,y:string>',
  tags: 'array<string>',
  sizes: 'map<string,int>',
};
const recordText =
  '{"id":1,"name":"a","at":{"x":7,"y":"q"},"tags":["t",null],"sizes":{"k":1}}\n{"id":2}\n{"id":null,"name":null,"at":null,"tags":[],"sizes":{}}\n';
const recordRows = [
  [1, 'a', [7, 'q'], ['t', null], { k: 1 }],
  [2, null, null, null, null],
  [null, null, null, [], {}],
];
const idOnly: Columns = { id: 'int', v: 'string' };

const json: readonly CorpusCase[] = (['json', 'openx'] as const).flatMap((kind) => [
  lines(kind, 'records', record, {}, recordText, { rows: recordRows }),
  lines(
    kind,
    'keys_of_mixed_case',
    { userid: 'int', at: 'struct<innerkey:int>' },
    {},
    '{"userId":1,"at":{"innerKey":2}}\n',
    { rows: [[1, [2]]] },
  ),
  lines(kind, 'columns_of_mixed_case', { userId: 'int' }, {}, '{"userid":1}\n', { rows: [[1]] }),
  lines(kind, 'more_keys', idOnly, {}, '{"other":[1,{"a":2}],"id":1,"v":"x"}\n', { rows: [[1, 'x']] }),
  lines(
    kind,
    'types',
    {
      a: 'tinyint',
      b: 'smallint',
      c: 'bigint',
      d: 'float',
      e: 'double',
      f: 'boolean',
      g: 'decimal(10,2)',
      h: 'date',
      i: 'varchar(2)',
      j: 'char(3)',
    },
    {},
    '{"a":-128,"b":32767,"c":9223372036854775807,"d":1.5,"e":1e300,"f":true,"g":12.34,"h":"1500-01-01","i":"xy","j":"a"}\n',
    { rows: [[-128, 32767, 9223372036854775807n, 1.5, 1e300, true, '12.34', '1500-01-01', 'xy', 'a  ']] },
  ),
  lines(
    kind,
    'timestamps',
    { t: 'timestamp' },
    {},
    '{"t":"1969-12-31 23:59:59.999"}\n{"t":"2024-03-31 02:30:00"}\n{"t":"1899-01-01 00:00:00.000001"}\n',
    {
      rows: [['1969-12-31 23:59:59.999000'], ['2024-03-31 02:30:00.000000'], ['1899-01-01 00:00:00.000001']],
    },
  ),
  lines(kind, 'unicode', idOnly, {}, '{"id":1,"v":"\\u00e4 日本 \\"q\\" \\n"}\n', { rows: [[1, 'ä 日本 "q" \n']] }),
  lines(kind, 'gzip', idOnly, {}, '{"id":1,"v":"x"}\n', { rows: [[1, 'x']] }, { codec: 'gzip', key: 'a.json.gz' }),
  lines(
    kind,
    'deep',
    { d: 'array<struct<k:string,m:map<string,array<int>>>>' },
    {},
    '{"d":[{"k":"a","m":{"x":[1,2]}},null]}\n',
    { rows: [[[['a', { x: [1, 2] }], null]]] },
  ),
  lines(
    kind,
    'malformed_not_ignored',
    idOnly,
    { options: { 'ignore.malformed.json': 'false' } },
    '{"id":1,"v":"x"}\n',
    { rows: [[1, 'x']] },
  ),
  lines(
    kind,
    'timestamp_formats',
    { t: 'timestamp' },
    { options: { 'timestamp.formats': "yyyy-MM-dd'T'HH:mm:ss.SSS'Z'" } },
    '{"t":"2024-01-01T10:00:00.123Z"}\n',
    {
      rows: [['2024-01-01 10:00:00.123000']],
      blocked: /timestamp\.formats/,
    },
  ),
  lines(kind, 'paths', idOnly, { options: { paths: 'id,v' } }, '{"id":1,"v":"x"}\n', { rows: [[1, 'x']] }),
]);

/** Source: rcongiu/Hive-JSON-Serde, README; Athena user guide, 'OpenX JSON SerDe'. */
const openx: readonly CorpusCase[] = [
  lines(
    'openx',
    'malformed_ignored',
    idOnly,
    { options: { 'ignore.malformed.json': 'true' } },
    '{"id":1,"v":"x"}\n{"id":2,"v":\n',
    {
      rows: [
        [1, 'x'],
        [null, null],
      ],
    },
  ),
  lines(
    'openx',
    'mapping',
    { ts: 'string', id: 'int' },
    { options: { 'mapping.ts': 'timestamp' } },
    '{"timestamp":"t","id":1}\n',
    { rows: [['t', 1]], blocked: /mapping\.ts/ },
  ),
  lines(
    'openx',
    'mapping_of_case',
    { userid: 'string' },
    { options: { 'mapping.userid': 'userId' } },
    '{"userId":"u"}\n',
    { rows: [['u']], blocked: /mapping\.userid/ },
  ),
  lines(
    'openx',
    'case_sensitive',
    { time: 'string' },
    { options: { 'case.insensitive': 'false', 'mapping.time2': 'Time' } },
    '{"time":"a","Time":"b"}\n',
    { rows: [['a']], blocked: /case\.insensitive|mapping/ },
  ),
  lines(
    'openx',
    'case_insensitive',
    { time: 'string' },
    { options: { 'case.insensitive': 'true' } },
    '{"Time":"a"}\n',
    { rows: [['a']] },
  ),
  lines('openx', 'dots_in_keys', { a_b: 'string' }, { options: { 'dots.in.keys': 'true' } }, '{"a.b":"x"}\n', {
    rows: [['x']],
    blocked: /dots\.in\.keys/,
  }),
  lines('openx', 'no_dots_in_keys', { a_b: 'string' }, { options: { 'dots.in.keys': 'false' } }, '{"a_b":"x"}\n', {
    rows: [['x']],
  }),
  lines('openx', 'numbers_as_text', { v: 'string' }, {}, '{"v":1}\n{"v":{"a":1}}\n{"v":[1]}\n{"v":true}\n', {
    rows: [['1'], ['{"a":1}'], ['[1]'], ['true']],
  }),
  lines('openx', 'empty_lines', idOnly, {}, '{"id":1,"v":"x"}\n\n', {
    rows: [
      [1, 'x'],
      [null, null],
    ],
  }),
  lines('openx', 'text_as_numbers', { v: 'int' }, {}, '{"v":"1"}\n', { rows: [[1]] }),
];

const regex: readonly CorpusCase[] = [
  lines('regex', 'groups', two, { options: { 'input.regex': '^(\\S+) "([^"]*)"$' } }, 'GET "a b"\nno match\n', {
    rows: [
      ['GET', 'a b'],
      [null, null],
    ],
  }),
  lines('regex', 'quotes_and_backslashes', two, { options: { 'input.regex': "([^']*)'([0-9]+)\\\\?" } }, "x'1\\\n", {
    rows: [['x', '1']],
  }),
  lines(
    'regex',
    'typed',
    { id: 'int', d: 'double', l: 'bigint' },
    { options: { 'input.regex': '(\\S+) (\\S+) (\\S+)' } },
    '1 1.5 9223372036854775807\nx y z\n',
    {
      rows: [
        [1, 1.5, 9223372036854775807n],
        [null, null, null],
      ],
    },
  ),
  lines(
    'regex',
    'any_case',
    two,
    { options: { 'input.regex': '(get) (.*)', 'input.regex.case.insensitive': 'true' } },
    'GET x\n',
    { rows: [['GET', 'x']] },
  ),
  lines(
    'regex',
    'not_any_case',
    two,
    { options: { 'input.regex': '(get) (.*)', 'input.regex.case.insensitive': 'false' } },
    'GET x\n',
    { rows: [[null, null]] },
  ),
  lines('regex', 'optional_groups', two, { options: { 'input.regex': '(a)?(b)?' } }, 'a\n', { rows: [['a', null]] }),
  lines('regex', 'without', two, {}, 'x\n', { blocked: /input\.regex/ }),
  lines('regex', 'few_groups', two, { options: { 'input.regex': '(.*)' } }, 'x\n', {
    rows: [['x', null]],
    blocked: /group/,
  }),
  lines('regex', 'in_table', two, { parameters: { 'input.regex': '(.) (.)' } }, 'x y\n', { rows: [['x', 'y']] }),
  lines(
    'regex',
    'output_format',
    two,
    { options: { 'input.regex': '(.) (.)', 'output.format.string': '%1$s %2$s' } },
    'x y\n',
    { rows: [['x', 'y']] },
  ),
  lines('regex', 'header', two, { options: { 'input.regex': '(.) (.)' }, parameters: header }, 'a b\nx y\n', {
    rows: [['x', 'y']],
    blocked: /skip\.header/,
  }),
  lines(
    'regex',
    'alb',
    { type: 'string', time: 'string', elb: 'string' },
    { options: { 'serialization.format': '1', 'input.regex': '([^ ]*) ([^ ]*) ([^ ]*)(?:.*)' } },
    'h2 2024-01-01T00:00:00.1Z app/x/1 rest\n',
    { rows: [['h2', '2024-01-01T00:00:00.1Z', 'app/x/1']] },
  ),
];

export const lineCases: readonly CorpusCase[] = [...csv, ...json, ...openx, ...regex];
