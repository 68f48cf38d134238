import type { CorpusCase, CorpusFile, Expected } from '../corpus-case.js';
import type { Rows } from '../../../support/generated-rows.js';
import { glueTable, gluePartitions } from '../glue-table.js';
import type { Columns } from '../glue-table.js';

const value: Columns = { id: 'int' };
const file = (key: string, id: number): CorpusFile => ({ key, kind: 'parquet', columns: value, rows: [[id]] });

/** Values with the folder that Hive gives them and what Trino shows. */
function partitioned(
  id: string,
  keys: Columns,
  list: readonly (readonly [values: readonly string[], folder: string, shown: readonly unknown[]])[],
  expected: Expected = {},
): CorpusCase {
  return {
    id: `partitions_${id}`,
    table: glueTable('parquet', { columns: value, keys }),
    partitions: gluePartitions(
      'parquet',
      { columns: value },
      list.map(([values, folder]) => [values, folder]),
    ),
    files: list.map(([, folder], at) => file(`${folder}/f`, at)),
    expected: { rows: list.map(([, , shown], at) => [at, ...shown]), ...expected },
  };
}

/** Source: Hive, FileUtils.charToEscape. */
function hiveFolder(key: string, text: string): string {
  const escaped = Array.from(text, (one) =>
    one < ' ' || '"#%\'*/:=?\\\u007f{[]^'.includes(one)
      ? `%${one.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`
      : one,
  );
  return `${key}=${escaped.join('')}`;
}

const awkward = [
  'a b',
  ' ',
  '12:30:00',
  'x/y',
  '50%',
  'k=v',
  'größe',
  '日本',
  'Upper',
  "it's",
  '"q"',
  'a+b',
  'a%20b',
  '#1',
  '[x]',
  'a,b',
  'a;b',
  '\t',
  'a\\b',
  '.hidden',
  '*',
  '~',
  'tail.',
  '2024-01-01T00:00:00Z',
];

const values: readonly CorpusCase[] = [
  partitioned(
    'text',
    { k: 'string' },
    awkward.map((text) => [[text], hiveFolder('k', text), [text]]),
  ),
  ...awkward.map((text, at) => partitioned(`text_${at}`, { k: 'string' }, [[[text], hiveFolder('k', text), [text]]])),
  partitioned('null', { k: 'string' }, [
    [['__HIVE_DEFAULT_PARTITION__'], 'k=__HIVE_DEFAULT_PARTITION__', [null]],
    [['x'], 'k=x', ['x']],
  ]),
  partitioned('null_number', { k: 'int' }, [
    [['__HIVE_DEFAULT_PARTITION__'], 'k=__HIVE_DEFAULT_PARTITION__', [null]],
    [['7'], 'k=7', [7]],
  ]),
  partitioned('hidden_value', { k: 'string' }, [[['_x'], 'k=_x', ['_x']]]),
  partitioned('digits', { year: 'int', month: 'smallint', day: 'tinyint' }, [
    [['2024', '01', '09'], 'year=2024/month=01/day=09', [2024, 1, 9]],
    [['2024', '12', '9'], 'year=2024/month=12/day=9', [2024, 12, 9]],
  ]),
  partitioned('text_digits', { month: 'string' }, [
    [['01'], 'month=01', ['01']],
    [['1'], 'month=1', ['1']],
  ]),
  partitioned('dates', { d: 'date' }, [
    [['2024-02-29'], 'd=2024-02-29', ['2024-02-29']],
    [['1500-01-01'], 'd=1500-01-01', ['1500-01-01']],
  ]),
  partitioned('booleans', { b: 'boolean' }, [
    [['true'], 'b=true', [true]],
    [['false'], 'b=false', [false]],
  ]),
  partitioned('decimals', { n: 'decimal(6,2)' }, [
    [['12.50'], 'n=12.50', ['12.50']],
    [['-1'], 'n=-1', ['-1.00']],
  ]),
  partitioned('bigints', { n: 'bigint' }, [
    [['9223372036854775807'], 'n=9223372036854775807', [9223372036854775807n]],
    [['-5'], 'n=-5', [-5]],
  ]),
  partitioned('doubles', { n: 'double' }, [[['1.5'], 'n=1.5', [1.5]]]),
  partitioned('floats', { n: 'float' }, [[['1.5'], 'n=1.5', [1.5]]]),
  partitioned('chars', { c: 'char(3)', v: 'varchar(2)' }, [[['ab', 'x'], 'c=ab/v=x', ['ab ', 'x']]]),
  partitioned('upper_key', { Region: 'string' }, [[['eu'], 'Region=eu', ['eu']]]),
  partitioned('lower_folder_of_upper_key', { Region: 'string' }, [[['eu'], 'region=eu', ['eu']]]),
  partitioned('key_with_blank', { 'my key': 'string' }, [[['eu'], 'my key=eu', ['eu']]]),
  partitioned('key_with_odd_name', { 'größe:x': 'string' }, [[['eu'], 'größe%3Ax=eu', ['eu']]]),
  partitioned('key_with_comma', { 'a,b': 'string' }, [[['eu'], 'a,b=eu', ['eu']]], { blocked: /comma/ }),
];

/** A partition whose files and whose entry in Glue have another type than the table. */
function otherType(id: string, written: string, read: string, expected: Expected): CorpusCase {
  return {
    id: `partitions_type_${id}`,
    table: glueTable('parquet', { columns: { v: read }, keys: { dt: 'string' } }),
    partitions: gluePartitions('parquet', { columns: { v: written } }, [[['1'], 'dt=1']]),
    files: [{ key: 'dt=1/f', kind: 'parquet', columns: { v: written }, rows: [[7]] }],
    expected,
  };
}

const typed: readonly CorpusCase[] = [
  otherType('wider', 'int', 'bigint', { rows: [[7, '1']] }),
  otherType('float', 'float', 'double', { rows: [[7, '1']] }),
  otherType('text', 'int', 'string', { blocked: /column v as int, the table as string/ }),
  otherType('narrower', 'bigint', 'int', { blocked: /column v as bigint, the table as int/ }),
];

const placed: readonly CorpusCase[] = [
  partitioned('not_named', { year: 'string', month: 'string' }, [
    [['2024', '01'], '2024/01', ['2024', '01']],
    [['2024', '02'], '2024/02', ['2024', '02']],
  ]),
  partitioned('written_otherwise', { city: 'string' }, [
    [['São Paulo'], 'city=S%C3%A3o+Paulo', ['São Paulo']],
    [['Zürich'], 'city=Zürich', ['Zürich']],
  ]),
  partitioned('not_escaped', { at: 'string' }, [
    [['10:30'], 'at=10:30', ['10:30']],
    [['a b'], 'at=a b', ['a b']],
  ]),
  partitioned('escaped_in_lower_case', { at: 'string' }, [[['10:30'], 'at=10%3a30', ['10:30']]]),
  partitioned('escaped_needlessly', { at: 'string' }, [[['a b'], 'at=a%20b', ['a b']]]),
  {
    id: 'partitions_elsewhere',
    table: glueTable('parquet', { columns: value, keys: { dt: 'string' } }),
    partitions: (place) =>
      gluePartitions('parquet', { columns: value }, [
        [['1'], 'dt=1'],
        [['2'], `s3a://${place.bucket}/elsewhere/two/`],
        [['3'], `${place.location}moved/three`],
      ])(place),
    files: [file('dt=1/f', 1), file('../elsewhere/two/f', 2), file('moved/three/f', 3), file('dt=9/not-listed', 9)],
    expected: {
      rows: [
        [1, '1'],
        [2, '2'],
        [3, '3'],
      ],
    },
  },
  {
    // Registered in the table of text behind the typed view.
    id: 'partitions_of_typed_csv',
    table: glueTable('csv', { columns: { id: 'bigint', v: 'string' }, keys: { dt: 'date' } }),
    partitions: gluePartitions('csv', { columns: { id: 'bigint', v: 'string' } }, [[['2024-02-29'], 'leap-day']]),
    files: [
      { key: 'leap-day/f', kind: 'text', text: '1,a\n' },
      { key: 'dt=2024-03-01/not-listed', kind: 'text', text: '2,b\n' },
    ],
    expected: { rows: [[1, 'a', '2024-02-29']] },
  },
  {
    id: 'partitions_none',
    table: glueTable('parquet', { columns: value, keys: { dt: 'string' } }),
    expected: { rows: [] },
  },
  {
    id: 'partitions_with_other_columns',
    table: glueTable('parquet', { columns: { id: 'bigint', more: 'string' }, keys: { dt: 'string' } }),
    partitions: (place) => [
      ...gluePartitions('parquet', { columns: value }, [[['1'], 'dt=1']])(place),
      ...gluePartitions('parquet', { columns: { id: 'bigint', more: 'string' } }, [[['2'], 'dt=2']])(place),
    ],
    files: [
      file('dt=1/f', 1),
      { key: 'dt=2/f', kind: 'parquet', columns: { id: 'bigint', more: 'string' }, rows: [[2, 'x']] },
    ],
    expected: {
      rows: [
        [1, null, '1'],
        [2, 'x', '2'],
      ],
      blocked: /partition/,
    },
  },
  {
    id: 'partitions_with_other_format',
    table: glueTable('parquet', { columns: value, keys: { dt: 'string' } }),
    partitions: (place) => [
      ...gluePartitions('parquet', { columns: value }, [[['1'], 'dt=1']])(place),
      ...gluePartitions('orc', { columns: value }, [[['2'], 'dt=2']])(place),
    ],
    files: [file('dt=1/f', 1), { key: 'dt=2/f', kind: 'orc', columns: value, rows: [[2]] }],
    expected: {
      rows: [
        [1, '1'],
        [2, '2'],
      ],
      blocked: /partition/,
    },
  },
  {
    id: 'partitions_with_other_delimiter',
    table: glueTable('text', {
      columns: { id: 'int', v: 'string' },
      keys: { dt: 'string' },
      options: { 'field.delim': ',' },
    }),
    partitions: (place) => [
      ...gluePartitions('text', { columns: { id: 'int', v: 'string' }, options: { 'field.delim': ',' } }, [
        [['1'], 'dt=1'],
      ])(place),
      ...gluePartitions('text', { columns: { id: 'int', v: 'string' }, options: { 'field.delim': '|' } }, [
        [['2'], 'dt=2'],
      ])(place),
    ],
    files: [
      { key: 'dt=1/f', kind: 'text', text: '1,a\n' },
      { key: 'dt=2/f', kind: 'text', text: '2|b\n' },
    ],
    expected: {
      rows: [
        [1, 'a', '1'],
        [2, 'b', '2'],
      ],
      blocked: /partition/,
    },
  },
];

const today = new Date();
function daysAgo(days: number, separator: string): string {
  return new Date(today.getTime() - days * 86_400_000).toISOString().slice(0, 10).replaceAll('-', separator);
}

interface Projected {
  readonly keys: Columns;
  /** Without `projection.`. */
  readonly projection: Readonly<Record<string, string>>;
  /** Below the table's location. */
  readonly template?: string;
  /** Folder, id, and what the keys show. */
  readonly folders: readonly (readonly [folder: string, shown: readonly unknown[]])[];
  /** Folders out of the range, which nobody reads. */
  readonly beyond?: readonly string[];
  readonly where?: string;
  readonly expected?: Expected;
  readonly enabled?: string;
}

function projected(
  id: string,
  { keys, projection, template, folders, beyond = [], where, expected = {}, enabled = 'true' }: Projected,
): CorpusCase {
  const rows: Rows = folders.map(([, shown], at) => [at, ...shown]);
  return {
    id: `projected_${id}`,
    table: (place) =>
      glueTable('parquet', {
        columns: value,
        keys,
        parameters: {
          'projection.enabled': enabled,
          ...Object.fromEntries(Object.entries(projection).map(([name, text]) => [`projection.${name}`, text])),
          ...(template === undefined ? {} : { 'storage.location.template': `${place.location}${template}` }),
        },
      })(place),
    files: [
      ...folders.map(([folder], at) => file(`${folder}/f`, at)),
      ...beyond.map((folder) => file(`${folder}/f`, 99)),
    ],
    expected: {
      ...(where === undefined ? { rows } : { queries: [{ sql: `SELECT * FROM TABLE WHERE ${where}`, rows }] }),
      ...expected,
    },
  };
}

const projections: readonly CorpusCase[] = [
  projected('enum', {
    keys: { region: 'string' },
    projection: { 'region.type': 'enum', 'region.values': 'eu, us,ap-1' },
    folders: [
      ['region=eu', ['eu']],
      ['region=ap-1', ['ap-1']],
    ],
    beyond: ['region=cn'],
  }),
  projected('enum_upper', {
    keys: { Region: 'string' },
    projection: { 'Region.type': 'ENUM', 'Region.values': 'EU,us' },
    template: 'r/${Region}/',
    folders: [
      ['r/EU', ['EU']],
      ['r/us', ['us']],
    ],
  }),
  projected('enum_mixed', {
    keys: { region: 'string' },
    projection: { 'REGION.type': 'enum', 'Region.Values': 'eu' },
    folders: [['region=eu', ['eu']]],
  }),
  projected('enum_of_numbers', {
    keys: { year: 'int' },
    projection: { 'year.type': 'enum', 'year.values': '2023,2024' },
    folders: [
      ['year=2023', [2023]],
      ['year=2024', [2024]],
    ],
    expected: { blocked: /year/ },
  }),
  projected('enabled_loudly', {
    enabled: 'TRUE',
    keys: { region: 'string' },
    projection: { 'region.type': 'enum', 'region.values': 'eu' },
    folders: [['region=eu', ['eu']]],
  }),
  projected('integer', {
    keys: { n: 'int' },
    projection: { 'n.type': 'integer', 'n.range': '1,12' },
    folders: [
      ['n=1', [1]],
      ['n=12', [12]],
    ],
    beyond: ['n=13'],
  }),
  projected('integer_digits', {
    keys: { month: 'string' },
    projection: { 'month.type': 'integer', 'month.range': '1,12', 'month.digits': '2' },
    template: 'm/${month}',
    folders: [
      ['m/01', ['01']],
      ['m/12', ['12']],
    ],
  }),
  projected('integer_digits_of_number', {
    keys: { month: 'int' },
    projection: { 'month.type': 'integer', 'month.range': '1,12', 'month.digits': '2' },
    folders: [
      ['month=01', [1]],
      ['month=12', [12]],
    ],
    expected: { blocked: /month/ },
  }),
  projected('integer_range_with_zeros', {
    keys: { month: 'string' },
    projection: { 'month.type': 'integer', 'month.range': '01,12', 'month.digits': '2' },
    folders: [['month=01', ['01']]],
  }),
  projected('integer_blanks', {
    keys: { n: 'bigint' },
    projection: { 'n.type': 'integer', 'n.range': ' 1 , 3 ', 'n.interval': '1' },
    folders: [['n=2', [2]]],
  }),
  projected('integer_interval', {
    keys: { n: 'int' },
    projection: { 'n.type': 'integer', 'n.range': '0,20', 'n.interval': '10' },
    folders: [
      ['n=0', [0]],
      ['n=20', [20]],
    ],
    beyond: ['n=5'],
  }),
  projected('integer_negative', {
    keys: { n: 'int' },
    projection: { 'n.type': 'integer', 'n.range': '-2,2' },
    folders: [
      ['n=-2', [-2]],
      ['n=0', [0]],
    ],
    expected: { blocked: /range|-2/ },
  }),
  projected('date', {
    keys: { dt: 'string' },
    projection: { 'dt.type': 'date', 'dt.range': '2024-01-01,2024-01-05', 'dt.format': 'yyyy-MM-dd' },
    folders: [
      ['dt=2024-01-01', ['2024-01-01']],
      ['dt=2024-01-05', ['2024-01-05']],
    ],
    beyond: ['dt=2024-01-06'],
  }),
  projected('date_slashes', {
    keys: { dt: 'string' },
    projection: {
      'dt.type': 'date',
      'dt.range': '2024/01/01,2024/01/05',
      'dt.format': 'yyyy/MM/dd',
      'dt.interval': '1',
      'dt.interval.unit': 'DAYS',
    },
    template: '${dt}',
    folders: [
      ['2024/01/01', ['2024/01/01']],
      ['2024/01/05', ['2024/01/05']],
    ],
  }),
  projected('date_of_type', {
    keys: { dt: 'date' },
    projection: { 'dt.type': 'date', 'dt.range': '2024-01-01,2024-01-05', 'dt.format': 'yyyy-MM-dd' },
    folders: [['dt=2024-01-02', ['2024-01-02']]],
  }),
  projected('date_interval', {
    keys: { dt: 'string' },
    projection: {
      'dt.type': 'date',
      'dt.range': '2024-01-01,2024-01-31',
      'dt.format': 'yyyy-MM-dd',
      'dt.interval': '7',
      'dt.interval.unit': 'days',
    },
    folders: [
      ['dt=2024-01-01', ['2024-01-01']],
      ['dt=2024-01-08', ['2024-01-08']],
    ],
    beyond: ['dt=2024-01-02'],
  }),
  projected('date_weeks', {
    keys: { dt: 'string' },
    projection: {
      'dt.type': 'date',
      'dt.range': '2024-01-01,2024-01-31',
      'dt.format': 'yyyy-MM-dd',
      'dt.interval': '1',
      'dt.interval.unit': 'WEEKS',
    },
    folders: [
      ['dt=2024-01-01', ['2024-01-01']],
      ['dt=2024-01-08', ['2024-01-08']],
    ],
    expected: { blocked: /week/i },
  }),
  projected('date_months', {
    keys: { dt: 'string' },
    projection: {
      'dt.type': 'date',
      'dt.range': '2024-01,2024-04',
      'dt.format': 'yyyy-MM',
      'dt.interval': '1',
      'dt.interval.unit': 'MONTHS',
    },
    template: 'dt=${dt}/',
    folders: [
      ['dt=2024-01', ['2024-01']],
      ['dt=2024-04', ['2024-04']],
    ],
    expected: { blocked: /month/i },
  }),
  projected('date_months_by_default', {
    keys: { dt: 'string' },
    projection: { 'dt.type': 'date', 'dt.range': '2024-01,2024-04', 'dt.format': 'yyyy-MM' },
    folders: [
      ['dt=2024-01', ['2024-01']],
      ['dt=2024-04', ['2024-04']],
    ],
    expected: { blocked: /month|yyyy-MM/i },
  }),
  projected('date_years', {
    keys: { y: 'string' },
    projection: {
      'y.type': 'date',
      'y.range': '2020,2024',
      'y.format': 'yyyy',
      'y.interval': '1',
      'y.interval.unit': 'YEARS',
    },
    folders: [
      ['y=2020', ['2020']],
      ['y=2024', ['2024']],
    ],
    expected: { blocked: /year/i },
  }),
  projected('date_hours', {
    keys: { h: 'string' },
    projection: {
      'h.type': 'date',
      'h.range': '2024-01-01-22,2024-01-02-02',
      'h.format': 'yyyy-MM-dd-HH',
      'h.interval': '1',
      'h.interval.unit': 'HOURS',
    },
    folders: [
      ['h=2024-01-01-22', ['2024-01-01-22']],
      ['h=2024-01-02-02', ['2024-01-02-02']],
    ],
  }),
  projected('date_hours_by_default', {
    keys: { h: 'string' },
    projection: { 'h.type': 'date', 'h.range': '2024/01/01/22,2024/01/02/02', 'h.format': 'yyyy/MM/dd/HH' },
    template: '${h}',
    folders: [
      ['2024/01/01/22', ['2024/01/01/22']],
      ['2024/01/02/01', ['2024/01/02/01']],
    ],
    expected: { blocked: /interval/i },
  }),
  projected('date_quoted_format', {
    keys: { p: 'string' },
    projection: {
      'p.type': 'date',
      'p.range': 'year=2024/month=01/day=01,year=2024/month=01/day=03',
      'p.format': "'year='yyyy'/month='MM'/day='dd",
    },
    template: '${p}',
    folders: [['year=2024/month=01/day=02', ['year=2024/month=01/day=02']]],
  }),
  projected('date_now', {
    keys: { dt: 'string' },
    projection: { 'dt.type': 'date', 'dt.range': 'NOW-5DAYS,NOW', 'dt.format': 'yyyy-MM-dd' },
    folders: [
      [`dt=${daysAgo(1, '-')}`, [daysAgo(1, '-')]],
      [`dt=${daysAgo(3, '-')}`, [daysAgo(3, '-')]],
    ],
    beyond: ['dt=2024-01-01'],
  }),
  projected('date_now_blanks', {
    keys: { dt: 'string' },
    projection: { 'dt.type': 'date', 'dt.range': 'now - 5 days , now + 1 days', 'dt.format': 'yyyy-MM-dd' },
    folders: [[`dt=${daysAgo(1, '-')}`, [daysAgo(1, '-')]]],
    expected: { blocked: /range|now/i },
  }),
  ...['NOW-3YEARS', 'NOW-2MONTHS', 'NOW-6WEEKS', 'NOW-1YEARS', 'NOW-1MONTHS', 'NOW-40DAYS', 'NOW-800HOURS'].map(
    (start, at) =>
      projected(`date_since_${at}`, {
        keys: { dt: 'string' },
        projection: { 'dt.type': 'date', 'dt.range': `${start},NOW`, 'dt.format': 'yyyy/MM/dd' },
        template: '${dt}/',
        folders: [[daysAgo(20, '/'), [daysAgo(20, '/')]]],
        where: `dt = '${daysAgo(20, '/')}'`,
        expected: { blocked: /NOW-/ },
      }),
  ),
  projected('injected', {
    keys: { dept: 'string' },
    projection: { 'dept.type': 'injected' },
    template: 'd/${dept}/',
    folders: [['d/sales', ['sales']]],
    beyond: ['d/it'],
    where: "dept = 'sales'",
    expected: { remarks: [/injected|INJECTED|dept/] },
  }),
  projected('injected_number', {
    keys: { n: 'int' },
    projection: { 'n.type': 'injected' },
    template: 'd/${n}/',
    folders: [['d/7', [7]]],
    where: 'n = 7',
    expected: { blocked: /injected|'n'/i },
  }),
  projected('three', {
    keys: { region: 'string', dt: 'string', shard: 'int' },
    projection: {
      'region.type': 'enum',
      'region.values': 'eu,us',
      'dt.type': 'date',
      'dt.range': '2024-01-01,2024-01-02',
      'dt.format': 'yyyy-MM-dd',
      'shard.type': 'integer',
      'shard.range': '0,2',
    },
    template: '${region}/${dt}/${shard}',
    folders: [
      ['eu/2024-01-01/0', ['eu', '2024-01-01', 0]],
      ['us/2024-01-02/2', ['us', '2024-01-02', 2]],
    ],
  }),
  projected('without_keys', {
    keys: {},
    projection: { 'region.type': 'enum', 'region.values': 'eu' },
    folders: [['x', []]],
  }),
  projected('key_without_type', {
    keys: { region: 'string', dt: 'string' },
    projection: { 'region.type': 'enum', 'region.values': 'eu' },
    folders: [],
    expected: { blocked: /dt/ },
  }),
  projected('other_names', {
    keys: { region: 'string' },
    projection: { 'region.type': 'enum', 'region.values': 'eu', 'gone.type': 'enum', 'gone.values': 'x' },
    folders: [['region=eu', ['eu']]],
  }),
  projected('unknown_type', {
    keys: { region: 'string' },
    projection: { 'region.type': 'list', 'region.values': 'eu' },
    folders: [],
    expected: { blocked: /region|list/ },
  }),
  projected('enum_without_values', {
    keys: { region: 'string' },
    projection: { 'region.type': 'enum' },
    folders: [],
    expected: { blocked: /region/ },
  }),
  projected('template_without_key', {
    keys: { region: 'string', n: 'int' },
    projection: { 'region.type': 'enum', 'region.values': 'eu', 'n.type': 'integer', 'n.range': '1,2' },
    template: '${region}/',
    folders: [],
    expected: { blocked: /template|'n'|\$\{n\}/ },
  }),
  ...['boolean', 'double', 'decimal(5,2)', 'char(3)', 'timestamp', 'tinyint', 'smallint', 'bigint', 'varchar(5)'].map(
    (type, at) =>
      projected(`over_type_${at}`, {
        keys: { k: type },
        projection: { 'k.type': 'integer', 'k.range': '1,3' },
        folders: [],
        expected: { rows: [], blocked: /'k'/ },
      }),
  ),
];

export const partitionCases: readonly CorpusCase[] = [...values, ...typed, ...placed, ...projections];
