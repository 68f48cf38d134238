import { describe, expect, test } from '@jest/globals';
import { partitionOption } from '../../cli/validate/partition-option.js';
import { settingsOf } from '../../cli/validate/settings.js';
import type { ChosenSettings } from '../../cli/validate/settings.js';
import type { SignedException } from '../../cli/validate/exceptions.js';
import { tableResult } from '../../cli/validate/table-results.js';
import { describeValidation, hasFailed } from '../../cli/validate/view.js';
import type { ShownValidation } from '../../cli/validate/view.js';
import type { ValidationSettings } from '../../mappings/index.js';
import { makeManifest } from '../../registration/index.js';
import type { CurrentResult } from '../../state/index.js';
import { tablePairs } from '../../validation/run/index.js';
import { contradictionsIn } from '../../validation/certificate/contradictions.js';
import { bucket, database, table, targetWith } from '../support/plan-builder.js';
import { cli } from '../support/run-cli.js';

const partitionKeys = [
  { name: 'year', type: 'int' },
  { name: 'month', type: 'string' },
  { name: 'day', type: 'date' },
];
const orders = table('sales.orders', { source: { partitionKeys } });
const manifest = makeManifest({
  target: targetWith(),
  buckets: [bucket('raw')],
  databases: [database('sales')],
  tables: [orders],
});
const entries = [...manifest.catalogs.values()].flat();
const [pair] = tablePairs(entries, { hive: 'hive', iceberg: 'iceberg' });
const settings = (validate: ValidationSettings, chosen: Partial<ChosenSettings> = {}) => {
  if (pair === undefined) throw new Error('no pair');
  return settingsOf({ ...orders, validate }, pair, { partition: [], ...chosen });
};

describe('how a table is compared', () => {
  test('by default strictly, and all of it', () => {
    expect(settings({})).toEqual({ ok: true, value: { rules: {} } });
  });

  test('as its rule says, by names of columns without case', () => {
    const validate: ValidationSettings = {
      checks: ['schema', 'checksum'],
      columns: { only: ['Id', 'email'], exclude: ['Loaded'], mask: ['EMAIL'], key: ['id'] },
      equality: { types: { double: { negativeZero: 'equal' } }, columns: { Email: { emptyText: 'equal-to-null' } } },
      sampleRows: 50,
      rowCountTolerance: 0.01,
    };
    expect(settings(validate)).toEqual({
      ok: true,
      value: {
        checks: ['schema', 'checksum'],
        columns: ['Id', 'email', 'year', 'month', 'day'],
        rules: {
          byType: { double: { negativeZero: 'equal' } },
          byColumn: { email: { emptyText: 'equal-to-null', isMasked: true }, loaded: { isExcluded: true } },
        },
        locate: { keyColumns: ['id'] },
        sampleRows: 50,
        rowCountTolerance: 0.01,
      },
    });
  });

  test('what the command line chooses comes first', () => {
    const chosen: Partial<ChosenSettings> = { checks: ['schema'], columns: ['a'], sampleRows: 1 };
    const validate: ValidationSettings = { checks: ['checksum'], columns: { only: ['b'] }, sampleRows: 2 };
    expect(settings(validate, chosen)).toMatchObject({
      value: { checks: ['schema'], columns: ['a', 'year', 'month', 'day'], sampleRows: 1 },
    });
  });

  test('partitions are chosen by their columns in any order, as the engines write values', () => {
    const partition = [{ month: '01', DAY: '2025-01-31', year: '02025' }];
    expect(settings({}, { partition })).toMatchObject({ value: { partitions: [['2025', '01', '2025-01-31']] } });
    const none = [{ year: '__HIVE_DEFAULT_PARTITION__', month: '1', day: '2025-01-31' }];
    expect(settings({}, { partition: none })).toMatchObject({ value: { partitions: [[null, '1', '2025-01-31']] } });
  });

  test('the command line names them as folders do, with any value', () => {
    expect(partitionOption('year=2025,city=Berlin%2C Mitte ', [{ year: '1' }])).toEqual([
      { year: '1' },
      { year: '2025', city: 'Berlin, Mitte ' },
    ]);
    expect(partitionOption('share=50%25, note= a=b', [])).toEqual([{ share: '50%', note: ' a=b' }]);
  });

  test.each([
    [{ year: '2025' }, /--partition has year; a partition of this table is year=…,month=…,day=…/],
    [{ year: '2025', month: '1', day: '2025-01-31', hour: '1' }, /has year, month, day, hour;/],
    [{ year: 'true OR 1=1', month: '1', day: '2025-01-31' }, /'true OR 1=1' is not a valid int for/],
    [{ year: '2025', month: '1', day: 'today' }, /'today' is not a valid date for day/],
  ])('a partition like %j is refused', (partition, message) => {
    expect(settings({}, { partition: [partition] })).toMatchObject({
      ok: false,
      error: [{ code: 'validation-partition', message: expect.stringMatching(message) }],
    });
  });
});

const result = (validation_type: CurrentResult['validation_type'], more: Partial<CurrentResult> = {}) =>
  ({
    ...{ validation_type, status: 'passed', source_value: '1', target_value: '1', difference: null },
    ...{ details: {}, validated_at: '2026-11-29T10:00:00.000Z' },
    ...more,
  }) satisfies CurrentResult;
const checks = ['schema', 'row_count', 'partition', 'checksum', 'statistics', 'sample'] as const;
const validated = (results: readonly CurrentResult[]) => ({
  database: 'sales',
  table: 'orders',
  jobId: 'j',
  movedAt: '2026-11-29T00:00:00.000Z',
  results,
});
const certify = (results: readonly CurrentResult[], exceptions: readonly SignedException[] = []) => {
  const entry = entries.find(({ phase }) => phase === 'table');
  if (entry === undefined) throw new Error('no entry');
  return tableResult(entry, validated(results), { objects: null, exceptions });
};

test('a check in the certificate says what it remarks, once', () => {
  const cut = { code: 'digits-below-precision', severity: 'warning', message: '1000 values are cut.', fix: 'Nothing.' };
  const details = { results: [{ findings: [cut, cut] }] };
  const results = checks.map((check) => result(check, check === 'statistics' ? { details } : {}));
  expect(certify(results)).toMatchObject({
    status: 'certified',
    checks: expect.arrayContaining([
      expect.objectContaining({
        check: 'statistics',
        findings: [{ code: 'digits-below-precision', message: '1000 values are cut.' }],
      }),
      expect.objectContaining({ check: 'schema', findings: [] }),
    ]),
  });
});

describe('somebody signs for a check', () => {
  const signature = (signedAt: string): SignedException[] => [
    { check: 'checksum', signedBy: 'Ada', signedAt, reason: 'a known rounding' },
  ];
  const results = (status: 'warning' | 'failed') =>
    checks.map((check) => result(check, check === 'checksum' ? { status, difference: '7 rows' } : {}));

  test.each(['warning', 'failed'] as const)('that is %s, and the certificate does not contradict itself', (status) => {
    const certified = certify(results(status), signature('2026-11-29T11:00:00+01:00'));
    expect(certified).toMatchObject({ status: 'certified-with-exceptions', exceptions: [{ check: 'checksum' }] });
    expect(contradictionsIn(certified)).toEqual([]);
  });

  test('but not for a result that was found later', () => {
    const before = signature('2026-11-29T09:59:59Z');
    expect(certify(results('failed'), before)).toMatchObject({
      ...{ status: 'not-certified', exceptions: [] },
      reasons: ['checksum failed: 7 rows (the signature for it is older than this result)'],
    });
  });

  test('but not for a table that no job has moved', () => {
    const entry = entries.find(({ phase }) => phase === 'table');
    const all = checks.map((check) => ({ ...signature('2026-11-29T11:00:00Z')[0], check }) as SignedException);
    expect(entry && tableResult(entry, undefined, { objects: null, exceptions: all })).toMatchObject({
      ...{ status: 'not-certified', exceptions: [], reasons: ['No job has moved it.'] },
    });
  });
});

describe('a part of a table never certifies it', () => {
  test('all of it does', () => {
    expect(certify(checks.map((check) => result(check))).status).toBe('certified');
  });

  test('some partitions do not, because their checks are warnings', () => {
    const some = checks.map((check) => result(check, { status: check === 'schema' ? 'passed' : 'warning' }));
    expect(certify(some)).toMatchObject({ status: 'not-certified' });
  });

  test('some checks do not: the others are missing', () => {
    expect(certify([result('schema'), result('row_count')])).toMatchObject({
      status: 'not-certified',
      checks: expect.arrayContaining([expect.objectContaining({ check: 'checksum', status: 'missing' })]),
    });
  });
});

describe('what people see', () => {
  /** The store sorts keys: by their length, then by their bytes. */
  const row = (values: Readonly<Record<string, string | null>>) => ({ partition: ['2025', '02'], copies: '1', values });
  const located = {
    missing: [],
    extra: [{ ...row({ id: '9' }), copies: '2' }],
    changed: [
      {
        source: row({ email: 'sha256:aa', id: '7', note: 'a\u001b[1m' }),
        target: row({ email: 'sha256:bb', id: '7', note: null }),
        columns: ['note', 'email'],
      },
    ],
    columns: ['id', 'note', 'email'],
    totals: { missing: 0, extra: 1, changed: 1 },
    ambiguousKeys: 0,
    isComplete: true,
  };
  const differing = validated([
    result('checksum', { status: 'failed', difference: 'The rows of 1 partitions differ.', details: { located } }),
  ]);
  const shown: ShownValidation = {
    assessment: 'assessment-1a2b3c',
    tables: [differing],
    unfinished: [],
    unmoved: [],
    resynced: [],
  };

  test('rows with the same key stand side by side, with their partition and the columns that differ', () => {
    const text = describeValidation(shown);
    expect(text).toContain(
      [
        'Rows of sales.orders: 1 changed, 0 missing at the target, 1 only there',
        '  changed in 2025/02: note, email',
        '    source  id "7", note "a\\u001b[1m", email "sha256:aa"',
        '    target  id "7", note NULL, email "sha256:bb"',
        '  extra in 2025/02 (2 times): id "9"',
      ].join('\n'),
    );
    expect(hasFailed(shown)).toBe(true);
  });

  test('what several checks failed with alike is told once', () => {
    const down = (check: 'row_count' | 'schema') => result(check, { status: 'failed', difference: 'Athena is down.' });
    const other = result('checksum', { status: 'warning', difference: 'It was not compared.' });
    const text = describeValidation({ ...shown, tables: [validated([down('schema'), other, down('row_count')])] });
    expect(text).toContain(
      [
        'Why',
        '  sales.orders: schema, row_count: Athena is down. (2 checks)',
        '  sales.orders: checksum: It was not compared.',
        '',
      ].join('\n'),
    );
  });

  test('why a check did not pass although its values are equal', () => {
    const weak = { code: 'check-weak', severity: 'warning', message: 'It misses a dropped row.', fix: '' };
    const details = { results: [{ findings: [weak] }] };
    const warned = validated([
      result('row_count', { status: 'warning', details }),
      result('sample', { status: 'warning' }),
    ]);
    const text = describeValidation({ ...shown, tables: [warned] });
    expect(text).toContain('  sales.orders: row_count: It misses a dropped row.\n');
    expect(text).toContain('  sales.orders: sample: see its findings with --json\n');
  });

  test('a validation that did not end well is a failure, whatever an earlier one has found', () => {
    const passed = { ...validated([result('checksum')]) };
    const unfinished = [
      { id: 'v', database: 'sales', table: 'orders', status: 'FAILED' as const, error: 'Trino is down.\nStart it.' },
    ];
    expect(hasFailed({ ...shown, tables: [passed] })).toBe(false);
    expect(hasFailed({ ...shown, tables: [passed], unfinished })).toBe(true);
    expect(describeValidation({ ...shown, tables: [passed], unfinished })).toContain(
      '  sales.orders: failed: Trino is down. (the results shown are older)\n',
    );
    expect(describeValidation({ ...shown, tables: [], unfinished })).toContain(
      '  sales.orders: failed: Trino is down.\n',
    );
  });

  test('what was copied again and why, and what nobody removes', () => {
    const resynced = {
      ...{ name: 'sales.orders', damaged: ['s3://raw/a'], changed: [], added: ['s3://raw/b', 's3://raw/c'] },
      ...{ removed: ['s3://raw/d'], extra: [], isMissing: false, bytes: 3000, isStarted: true, problem: null },
      ...{ newerMetadata: null, metadataUnknown: null },
    };
    const text = describeValidation({ ...shown, resynced: [resynced] });
    expect(text).toContain(
      [
        'Copied again',
        '  sales.orders: 3 objects, 3 kB: 1 not at the target as it was copied (s3://raw/a), 2 new at the source (s3://raw/b, …)',
        '    1 objects are gone from the source, and stay at the target (s3://raw/d): remove them there if they are not wanted',
      ].join('\n'),
    );
    const lake = { ...resynced, newerMetadata: 's3://raw/lake/metadata/2.metadata.json' };
    expect(describeValidation({ ...shown, resynced: [lake] })).toContain(
      '    it went on at the source, and was registered from s3://raw/lake/metadata/2.metadata.json\n',
    );
  });

  test('files that are equal at both ends are no reason to copy', () => {
    const nothing = {
      ...{ name: 'sales.orders', damaged: [], changed: [], added: [], removed: [], extra: [] },
      ...{ isMissing: false, bytes: 0, isStarted: false, problem: null, newerMetadata: null, metadataUnknown: null },
    };
    expect(describeValidation({ ...shown, resynced: [nothing] })).toContain('Its files are equal at both ends');
  });
});

test.each([
  [['--partition', 'year'], 'It must be like year=2025,month=01.'],
  [['--checks', 'checksums'], 'It must be one or more of schema,'],
  [['--sample-rows', '0'], 'It must be a whole number from 1 to 1000000.'],
  [['--resync', '--no-wait'], "option '--resync' cannot be used with option '--no-wait'"],
])('validate table with %j is wrong use', async (args, message) => {
  const files = ['--assessment', 'x', '--trino-url', 'https://trino.example'];
  expect(await cli(['validate', 'table', 'sales.orders', ...files, ...args])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining(message),
  });
});
