import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileNames } from '../../assessments/index.js';
import type { AssessedTable, Assessment } from '../../assessments/index.js';
import { assess, valueOf, withStub } from '../support/assess-run.js';
import { parquetTable } from '../support/glue-catalogs.js';
import { database } from '../support/glue-catalogs.js';
import type { GlueJson } from '../support/glue-stub.js';
import { trapCatalog, trapTables } from '../support/trap-tables.js';

const folder = mkdtempSync(join(tmpdir(), 'traps-'));
let assessment: Assessment;
let askedForPartitions: readonly unknown[];

beforeAll(async () => {
  await withStub(trapCatalog, async (stub) => {
    assessment = valueOf(await assess(stub, folder));
    askedForPartitions = stub.calls
      .filter(({ action }) => action === 'GetPartitions')
      .map(({ input }) => input['TableName']);
  });
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function tableNamed(name: string): AssessedTable {
  const found = assessment.tables.find((table) => table.name === name);
  if (found === undefined) throw new Error(`no table ${name}`);
  return found;
}

async function assessed(parameters: GlueJson, more: GlueJson = {}): Promise<AssessedTable> {
  return withStub(
    { databases: [database('d')], tables: { d: [parquetTable('d', 't', { Parameters: parameters, ...more })] } },
    async (stub, out) => {
      const [table] = valueOf(await assess(stub, out)).tables;
      if (table === undefined) throw new Error('no table');
      return table;
    },
  );
}

describe('every class of table is recognised', () => {
  test.each(trapTables)('%s', (_what, table, format, traits) => {
    const found = tableNamed(table['Name'] as string);
    expect(found.format).toBe(format);
    expect(found.traits).toEqual(traits);
    expect(found.formatEvidence).not.toBe('');
    if (found.readiness === 'UNKNOWN') expect(found.notes.length).toBeGreaterThan(0);
  });

  test('the five databases are there, links without tables of their own', () => {
    expect(assessment.databases.map(({ name, tableCount, link }) => [name, tableCount, link?.state])).toEqual([
      ['abroad', 0, 'cross-account'],
      ['empty', 0, undefined],
      ['linked', 0, 'resolved'],
      ['loop', 0, 'cycle'],
      ['traps', trapTables.length, undefined],
    ]);
  });

  test('links lead to the table behind them', () => {
    expect(tableNamed('link').link).toMatchObject({ state: 'resolved', resolvedTo: 'traps.orc' });
    expect(tableNamed('link_far').link).toMatchObject({ state: 'resolved', resolvedTo: 'traps.orc' });
    expect(assessment.findings.map(({ code, asset }) => `${code} ${asset}`)).toEqual([
      'resource-link-cross-account abroad',
      'resource-link-cycle loop',
      'name-collision traps.Orders',
      'resource-link-cycle traps.link_a',
      'resource-link-cycle traps.link_b',
      'resource-link-missing traps.link_gone',
      'resource-link-cross-account traps.link_out',
      'name-collision traps.orders',
    ]);
    expect(assessment.summary.complete).toBe(true);
  });

  test('a Presto view is decoded, a broken one is not invented', () => {
    expect(tableNamed('presto_view').view).toEqual({
      dialect: 'presto',
      sql: 'SELECT "a" FROM orders',
      catalog: 'awsdatacatalog',
      schema: 'sales',
    });
    expect(tableNamed('broken_view').view?.sql).toBeNull();
  });

  test('partitions are asked for only where Glue keeps them', () => {
    expect(askedForPartitions.toSorted()).toEqual(['cur', 'mixed', 'vpc_flow']);
  });

  test('partitions are counted by what they are', () => {
    expect(tableNamed('mixed').partitions).toEqual({
      count: 2,
      byFormat: { CSV: 1, PARQUET: 1 },
      otherBuckets: ['archive'],
      outsideTableLocation: 1,
      irregularFolders: 2,
      differing: 1,
    });
    expect(tableNamed('cur').partitions).toEqual({
      count: 2,
      byFormat: { PARQUET: 2 },
      otherBuckets: [],
      outsideTableLocation: 0,
      irregularFolders: 2,
      differing: 0,
    });
    expect(tableNamed('cur').size).toEqual({ value: 200, source: 'partition-parameters', confidence: 'high' });
    expect(tableNamed('cur').rows).toEqual({ value: 3, source: 'partition-parameters', confidence: 'high' });
    expect(tableNamed('vpc_flow').partitions.count).toBe(0);
    expect(tableNamed('vpc_flow').projection).toEqual({
      'projection.enabled': 'TRUE',
      'projection.day.type': 'date',
      'storage.location.template': 's3://lake/${day}',
    });
  });

  test('the page for people shows no name as markup', () => {
    const page = readFileSync(join(folder, fileNames.markdown), 'utf8');
    expect(page).not.toContain('<script>');
    expect(page).not.toMatch(/[^\n\x20-\u{10ffff}]/u);
    const columns = page.split('\n').filter((line) => line.startsWith('| warning'));
    for (const row of columns) expect(row.replaceAll('\\|', '').split('|').length).toBe(7);
  });
});

describe('readiness', () => {
  test('follows the format', () => {
    expect(['iceberg', 'orc', 'opencsv'].map((name) => tableNamed(name).readiness)).toEqual([
      'READY',
      'NEEDS_CONVERSION',
      'UNKNOWN',
    ]);
  });

  test.each([
    ['ready', 'READY'],
    ['Needs-Conversion', 'NEEDS_CONVERSION'],
    ['UNKNOWN', 'UNKNOWN'],
  ])('migration_readiness=%s in Glue overrides it, and the report says so', async (word, readiness) => {
    const table = await assessed({ migration_readiness: word });
    expect(table).toMatchObject({ readiness, readinessSource: 'table-parameter' });
    expect(table.notes.join()).toContain('migration_readiness');
  });

  test('a word that Glue may hold but we do not know is a note, no override', async () => {
    const table = await assessed({ migration_readiness: 'maybe' });
    expect(table).toMatchObject({ readiness: 'NEEDS_CONVERSION', readinessSource: 'format' });
    expect(table.notes).toEqual([
      'migration_readiness="maybe" in Glue is ignored; allowed are ready, needs_conversion, unknown.',
    ]);
  });
});

describe('sizes come from what the catalog knows, with source and confidence', () => {
  test.each([
    [{ totalSize: '123' }, { value: 123, source: 'table-parameters', confidence: 'high' }],
    [{ sizeKey: '99' }, { value: 99, source: 'crawler', confidence: 'medium' }],
    [
      { recordCount: '10', averageRecordSize: '7' },
      { value: 70, source: 'crawler', confidence: 'low' },
    ],
    [{ rawDataSize: '5' }, { value: 5, source: 'table-parameters', confidence: 'low' }],
    [
      { totalSize: '0', COLUMN_STATS_ACCURATE: '{"BASIC_STATS":"true"}' },
      { value: 0, source: 'table-parameters', confidence: 'high' },
    ],
    [{ totalSize: '0' }, { value: null, source: 'none', confidence: 'none' }],
    [
      { totalSize: '-1', sizeKey: 'many' },
      { value: null, source: 'none', confidence: 'none' },
    ],
    [{}, { value: null, source: 'none', confidence: 'none' }],
  ])('%j', async (parameters, size) => {
    expect((await assessed(parameters)).size).toEqual(size);
  });
});
