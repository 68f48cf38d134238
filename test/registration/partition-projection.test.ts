import { expect, test } from '@jest/globals';
import type { AssessedTable } from '../../assessments/index.js';
import { registrationTargetOf, tableJudge } from '../../registration/index.js';
import type { AcceptedTable } from '../../registration/index.js';
import { renderExternal } from '../../registration/hive-table.js';
import { table } from '../support/assessment-builder.js';
import { bucket, targetWith } from '../support/plan-builder.js';

interface Projected {
  readonly key?: string;
  readonly type?: string;
  readonly trino?: string;
  readonly template?: string;
  /** By the part of a parameter's name behind `projection.<key>.`. */
  readonly by: Readonly<Record<string, string>>;
}

function sourceOf({ key = 'dt', type = 'string', template, by }: Projected): AssessedTable {
  const parameters = Object.entries(by).map(([name, value]) => [`projection.${key}.${name}`, value] as const);
  return table('logs.events', {
    partitionKeys: [{ name: key, type }],
    projection: {
      'projection.enabled': 'true',
      ...Object.fromEntries(parameters),
      ...(template === undefined ? {} : { 'storage.location.template': template }),
    },
  });
}

function judge(projected: Projected): ReturnType<ReturnType<typeof tableJudge>> {
  const versions = { ...targetWith().versions, trino: projected.trino ?? '476' };
  const target = registrationTargetOf({ target: targetWith({ versions }), buckets: [bucket('lake')] });
  const wanted = { source: sourceOf(projected), catalog: 'hive', schema: 'logs', table: 'events', convert: false };
  return tableJudge(target)(wanted);
}

interface Answer {
  /** The partition key's line and the table's projection properties. */
  readonly sql: string;
  readonly all: string;
  readonly remarks: string;
}

function acceptedOf(projected: Projected): Answer {
  const judged = judge(projected);
  if (!judged.ok) throw new Error(judged.error);
  const { read, remarks }: AcceptedTable = judged.value;
  if (read.kind !== 'files') throw new Error(read.kind);
  const all = renderExternal(read.files, judged.value, 's3://lake/logs/events', new Map([['lake', 'lake']]));
  const lines = (all.statements[0] ?? '').split('\n');
  return {
    sql: lines.find((line) => /^ {2}"(dt|region)"/i.test(line))?.trim() ?? '',
    all: all.statements.join('\n'),
    remarks: remarks.map(({ text, source }) => `${text} [${source}]`).join('; '),
  };
}

const date = (format: string, range: string, more: Readonly<Record<string, string>> = {}): Projected['by'] => ({
  type: 'date',
  format,
  range,
  ...more,
});

test.each<[string, Projected, readonly string[], string]>([
  [
    'months',
    { by: date('yyyy-MM', '2019-01,NOW', { interval: '1', 'interval.unit': 'MONTHS' }) },
    ["format = 'yyyy-MM'", "interval_unit = 'DAYS'", "range = ARRAY['2019-01', 'NOW']"],
    'each month comes once [parameter projection.dt.interval.unit]',
  ],
  [
    'months without a unit',
    { by: date('yyyyMM', '201901,NOW+1MONTH') },
    ["unit = 'DAYS'", "'NOW+30DAYS'"],
    'each month comes once',
  ],
  ['years', { by: date('yyyy', '2019,NOW', { 'interval.unit': 'years' }) }, ["unit = 'DAYS'"], 'each year comes once'],
  [
    'every third month, by day',
    { by: date('yyyy-MM-dd', '2019-01-01,NOW', { interval: '3', 'interval.unit': 'MONTHS' }) },
    ["unit = 'DAYS'"],
    'folders between the steps',
  ],
  [
    'weeks',
    { by: date('yyyy-MM-dd', '2019-01-01,NOW', { interval: '2', 'interval.unit': 'WEEKS' }) },
    ['interval = 14', "unit = 'DAYS'"],
    'partitions are projected',
  ],
  [
    'a range of years',
    { by: date('yyyy/MM/dd', 'NOW-3YEARS,NOW'), template: 's3://lake/logs/events/${dt}/' },
    ["range = ARRAY['NOW-1095DAYS', 'NOW']"],
    "'NOW-3YEARS,NOW' is written as 'NOW-1095DAYS,NOW', since Trino counts in days: its ends may differ by some days [parameter projection.dt.range]",
  ],
  [
    'a range of months, of a date',
    { type: 'date', by: date('yyyy-MM-dd', 'NOW - 1 MONTHS, NOW+1DAYS') },
    ['"dt" DATE', "'NOW-30DAYS', 'NOW+1DAYS'"],
    'may differ',
  ],
  [
    'a range of weeks',
    { by: date('yyyy-MM-dd', 'NOW-4WEEKS,NOW') },
    ["'NOW-28DAYS', 'NOW'"],
    'partitions are projected',
  ],
  [
    'the year as u, in lower case',
    { by: date('uuuu-MM-dd', '2024-01-01,now') },
    ["format = 'yyyy-MM-dd'", "'NOW'"],
    '',
  ],
  ['names of months', { by: date('dd-MMM-yyyy', '01-Jan-2024,NOW') }, ["format = 'dd-MMM-yyyy'"], ''],
  ['numbers side by side', { by: date('yyyyMMdd', '20240101,NOW') }, ["format = 'yyyyMMdd'"], ''],
  [
    'the year and the month twice',
    { by: date('yyyy/MMMM/yyyy-M-dd', '2024/January/2024-1-01,NOW') },
    ["format = 'yyyy/MMMM/yyyy-M-dd'"],
    '',
  ],
  [
    'text in the format',
    { by: date("yyyy-MM-dd'T'HH", '2024-01-01T00,NOW', { 'interval.unit': 'HOURS' }) },
    ["'yyyy-MM-dd''T''HH'"],
    '',
  ],
  [
    'a single day',
    { by: date('yyyy-MM-dd', '2024-01-01,2024-01-01') },
    ["type = 'ENUM'", "ARRAY['2024-01-01']"],
    'as an enum',
  ],
  [
    'names in upper case',
    { key: 'Region', by: { type: 'ENUM', values: 'eu,us' }, template: 's3a://lake/logs/events/${Region}' },
    ["type = 'ENUM'", "values = ARRAY['eu', 'us']"],
    '',
  ],
  [
    'years as a smallint',
    { type: 'smallint', by: { type: 'integer', range: '2019,2030' } },
    ['"dt" INTEGER'],
    "'dt' becomes INTEGER instead of SMALLINT",
  ],
  [
    'numbers with leading zeros, below 0',
    { type: 'bigint', by: { type: 'integer', range: '-0003, 0012', digits: '4' } },
    ['"dt" BIGINT', "ARRAY['-0003', '0012']", 'digits = 4'],
    '',
  ],
  [
    'an enum of numbers',
    { type: 'int', by: { type: 'enum', values: '2021,2019,2020' } },
    ["type = 'INTEGER'", "ARRAY['2019', '2021']"],
    'Trino has enums of text only',
  ],
  [
    'an enum of even steps',
    { type: 'tinyint', by: { type: 'enum', values: '01,04,07' } },
    ['digits = 2', 'interval = 3', '"dt" INTEGER'],
    '',
  ],
  [
    'an enum of fixed length',
    { type: 'char(2)', by: { type: 'enum', values: 'eu,us' } },
    ['"dt" VARCHAR(2)'],
    'instead of CHAR(2)',
  ],
  [
    'an injected key',
    { type: 'date', by: { type: 'injected' } },
    ["type = 'INJECTED'"],
    "a query must give 'dt' a value in its WHERE clause",
  ],
  [
    'a range of a billion',
    { by: { type: 'integer', range: '0,999999999' } },
    ["'999999999'"],
    'counts through all 1000000000 values',
  ],
])('%s are projected', (_name, projected, sql, remark) => {
  const { sql: line, remarks } = acceptedOf(projected);
  for (const part of sql) expect(line).toContain(part);
  expect(remarks).toContain(remark);
});

test('names of the template are those of Trino, which knows lower case only', () => {
  const template = 's3a://lake/logs/events/${Region}/x';
  const { all } = acceptedOf({ key: 'Region', by: { type: 'enum', values: 'eu' }, template });
  expect(all).toContain("partition_projection_location_template = 's3://lake/logs/events/${region}/x'");
});

test('a projection of a table without partition keys is left out, with a remark', () => {
  const source = { ...sourceOf({ by: {} }), partitionKeys: [] };
  const target = registrationTargetOf({ target: targetWith(), buckets: [bucket('lake')] });
  const judged = tableJudge(target)({ source, catalog: 'hive', schema: 'logs', table: 'events', convert: false });
  expect(judged).toMatchObject({
    ok: true,
    value: { remarks: [{ text: 'its partition projection is left out: it has no partition keys' }] },
  });
});

test.each<[string, Projected]>([
  ['a format that Trino reads otherwise', { by: date('YYYY-ww', '2019-01,NOW', { 'interval.unit': 'WEEKS' }) }],
  ['months, with a Trino that does not step by them', { trino: '483', by: date('yyyy-MM', '2019-01,NOW') }],
  ['a number by date', { type: 'int', by: date('yyyyMMdd', '20190101,NOW') }],
  ['numbers beyond 32 bits', { type: 'bigint', by: { type: 'integer', range: '1,3000000000' } }],
  ['an enum of dates', { type: 'date', by: { type: 'enum', values: '2024-01-01,2024-02-01' } }],
  ['uneven numbers', { type: 'int', by: { type: 'enum', values: '1,2,5' } }],
])('%s: the partitions are found in the folders instead', (_name, projected) => {
  const { all, remarks } = acceptedOf({ ...projected, template: 's3://lake/logs/events/dt=${dt}/' });
  expect(all).not.toContain('partition_projection');
  expect(all).toContain('sync_partition_metadata');
  expect(remarks).toContain("also those outside of Athena's ranges");
  expect(judge({ ...projected, template: 's3://lake/logs/events/${dt}/' }).ok).toBe(false);
});

test.each<[string, Projected]>([
  ['has no parameter projection.dt.type', { by: {} }],
  ["has the projection type 'list'", { by: { type: 'list' } }],
  ['has no parameter projection.dt.format', { by: { type: 'date', range: '2019,NOW' } }],
  [
    "has the format 'yyyy-MM-dd HH' with a time, but no parameter projection.dt.interval.unit",
    { by: date('yyyy-MM-dd HH', '2024-01-01 00,NOW') },
  ],
  [
    "has the range '2024/01/01,NOW'; it needs two dates that match its format 'yyyy-MM-dd'",
    { by: date('yyyy-MM-dd', '2024/01/01,NOW') },
  ],
  ["has the range '2023-02-29,NOW'", { by: date('yyyy-MM-dd', '2023-02-29,NOW') }],
  ["has the range '2024-01-01'", { by: date('yyyy-MM-dd', '2024-01-01') }],
  [
    "has the range '2024-01-02,2024-01-01', which ends before it begins",
    { by: date('yyyy-MM-dd', '2024-01-02,2024-01-01') },
  ],
  [
    "has the type date and the format 'yyyy/MM/dd'; Trino reads dates from folders only as yyyy-MM-dd",
    { type: 'date', by: date('yyyy/MM/dd', '2024/01/01,NOW') },
  ],
  ["has the interval '0'; it must be a whole number from 1", { by: { type: 'integer', range: '1,9', interval: '0' } }],
  ["has the range '10,1', which ends before it begins", { by: { type: 'integer', range: '10,1' } }],
  ["has the digits '-1'", { by: { type: 'integer', range: '1,9', digits: '-1' } }],
  ["has the range 'a,b'; it needs two integers", { by: { type: 'integer', range: 'a,b' } }],
  ['has no parameter projection.dt.values', { by: { type: 'enum' } }],
  [
    "has the value 'usa', which is longer than its type varchar(2) allows",
    { type: 'varchar(2)', by: { type: 'enum', values: 'eu,usa' } },
  ],
  ["has the value 'a$1'", { by: { type: 'enum', values: 'a$1' }, template: 's3://lake/x/${dt}/' }],
  ['lacks ${dt}', { by: { type: 'injected' }, template: 's3://lake/x/' }],
  [
    'names ${day}, which is not one of its partition keys',
    { by: { type: 'injected' }, template: 's3://lake/${dt}/${day}' },
  ],
  ["contains 'DD'", { by: date('yyyy-MM-DD', '2024-01-01,NOW'), template: 's3://lake/x/${dt}/' }],
  [
    "has 'M' beside another number",
    { by: date(`yyyy-${'MdHms'.repeat(20)}`, `2020-${'1'.repeat(150)}x,NOW`), template: 's3://lake/x/${dt}/' },
  ],
  ["has 'd' beside another number", { by: date('yyyyMMd', '2024011,NOW'), template: 's3://lake/x/${dt}/' }],
  ["has 'M' beside another number", { by: date("yyyy-M'1'", '2024-11,NOW'), template: 's3://lake/x/${dt}/' }],
  [
    "contains 'MMLL', which Trino reads as one",
    { by: date('yyyyMMLL', '20240101,NOW'), template: 's3://lake/x/${dt}/' },
  ],
  [
    "has the range '2024/01/2025-01-01,NOW'",
    { by: date('yyyy/MM/yyyy-MM-dd', '2024/01/2025-01-01,NOW', { 'interval.unit': 'DAYS' }) },
  ],
  ["contains 'YYYY'", { by: date('YYYY-MM-dd', '2024-01-01,NOW'), template: 's3://lake/x/${dt}/' }],
  ["contains '['", { by: date('yyyy-MM-dd[ HH]', '2024-01-01,NOW'), template: 's3://lake/x/${dt}/' }],
  ['has a day but no month', { by: date('yyyy-mm-dd', '2024-01-01,NOW'), template: 's3://lake/x/${dt}/' }],
  [
    'has hours up to 12 (h) without AM or PM',
    { by: date('yyyy-MM-dd-hh', '2024-01-01-01,NOW'), template: 's3://lake/x/${dt}/' },
  ],
])('%s: refused', (reason, projected) => {
  expect(judge(projected)).toMatchObject({ ok: false, error: expect.stringContaining(reason) });
});
