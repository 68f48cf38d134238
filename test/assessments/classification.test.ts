import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileNames } from '../../assessments/index.js';
import type { AssessedTable, Assessment } from '../../assessments/index.js';
import { assess, valueOf, withStub } from '../support/assess-run.js';
import { database, parquetDescriptor, parquetTable } from '../support/glue-catalogs.js';
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
      'descriptor-parameter-not-read traps.from_stream',
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
      columns: [{ name: 'a', type: 'varchar' }],
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
      unfit: [
        {
          kind: 'other-types',
          column: { name: 'id', type: 'string', typeInTable: 'bigint' },
          location: 's3://archive/old/b/',
          values: ['b'],
        },
      ],
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

  test.each<[string, GlueJson, string]>([
    [
      'an Iceberg table without its metadata',
      { Parameters: { table_type: 'ICEBERG' } },
      'Glue has no metadata_location for it, without which no catalog can register it',
    ],
    [
      'an Iceberg table whose metadata lies elsewhere',
      { Parameters: { table_type: 'ICEBERG', metadata_location: 's3://other/metadata/1.json' } },
      'its metadata file s3://other/metadata/1.json is not in the folder metadata of its location s3://lake/d/t/',
    ],
    ['no location', { StorageDescriptor: parquetDescriptor('') }, 'Glue has no location for it'],
    [
      'a location of Hadoop',
      { StorageDescriptor: parquetDescriptor('hdfs://namenode/t') },
      'its location hdfs://namenode/t is not on S3',
    ],
    [
      'a folder without a name',
      { StorageDescriptor: parquetDescriptor('s3://lake/d//t') },
      "its location s3://lake/d//t has an empty folder name ('//'), which Trino's Hive connector cannot open",
    ],
    ['no columns', { StorageDescriptor: parquetDescriptor('s3://lake/d/t', []) }, 'Glue lists no columns for it'],
    [
      'columns of one name',
      {
        StorageDescriptor: parquetDescriptor('s3://lake/d/t', [
          { Name: 'Id', Type: 'int' },
          { Name: 'id', Type: 'int' },
        ]),
      },
      "its columns 'Id' and 'id' have the same name once case is ignored",
    ],
    [
      'a partition key among the columns',
      {
        StorageDescriptor: parquetDescriptor('s3://lake/d/t', [
          { Name: 'id', Type: 'int' },
          { Name: 'day', Type: 'date' },
        ]),
        PartitionKeys: [{ Name: 'day', Type: 'string' }],
      },
      "its column 'day' is listed twice, counting its partition keys",
    ],
    [
      'a column whose type says nothing',
      { StorageDescriptor: parquetDescriptor('s3://lake/d/t', [{ Name: 'v', Type: 'void' }]) },
      "its column 'v':",
    ],
    [
      'a partition key whose type says nothing',
      { PartitionKeys: [{ Name: 'day', Type: 'moment' }] },
      "its column 'day':",
    ],
    [
      'a nested partition key',
      { PartitionKeys: [{ Name: 'day', Type: 'array<int>' }] },
      "its partition key 'day' has the type array<int>, which a partition key cannot have",
    ],
    [
      'a field that Hive cannot write',
      { StorageDescriptor: parquetDescriptor('s3://lake/d/t', [{ Name: 'v', Type: 'struct<`a-b`:int>' }]) },
      "its column 'v' has a field 'a-b'; Hive allows only letters, digits, '_', '.', '$' and blanks in field names",
    ],
    [
      'a bucketing by nothing',
      { StorageDescriptor: { ...parquetDescriptor('s3://lake/d/t'), NumberOfBuckets: 4, BucketColumns: ['gone'] } },
      "it is bucketed by 'gone', which is not one of its columns",
    ],
    [
      'a long name',
      { Name: 'n'.repeat(129) },
      'its name has 129 characters; Hive Metastore allows 128 (shorten it with `to.table` in a rule)',
    ],
    [
      'an ACID table of Hive',
      { Parameters: { transactional: 'true' } },
      'its parameter transactional=true makes it a Hive ACID table',
    ],
  ])(
    'is UNKNOWN with the reason for %s; a word in Glue overrides it, and the reason stays',
    async (_what, more, reason) => {
      const found = await assessed({}, more);
      expect(found.readiness).toBe('UNKNOWN');
      expect(found.notes.join('\n')).toContain(`Manual review: ${reason}`);
      const forced = await assessed(
        {},
        { ...more, Parameters: { ...(more['Parameters'] as GlueJson), migration_readiness: 'ready' } },
      );
      expect(forced).toMatchObject({ readiness: 'READY', readinessSource: 'table-parameter' });
      expect(forced.notes.join('\n')).toContain(`Manual review: ${reason}`);
      expect(forced.notes).toContain(
        'Readiness READY is set by the table parameter migration_readiness; without it, it would be UNKNOWN.',
      );
    },
  );

  test('tables that become one are UNKNOWN, each with the other’s name', () => {
    expect(tableNamed('Orders')).toMatchObject({ readiness: 'UNKNOWN' });
    expect(tableNamed('orders').notes).toEqual([
      'Manual review: it and traps.Orders are the same table in Hive and Trino, which fold case, unless a rule renames one of them.',
    ]);
  });

  test('a table whose partitions could not be read is UNKNOWN', async () => {
    const catalog = {
      databases: [database('d')],
      tables: { d: [parquetTable('d', 't', { PartitionKeys: [{ Name: 'day', Type: 'date' }] })] },
    };
    await withStub(catalog, async (stub, out) => {
      stub.intercept = ({ action }) =>
        action === 'GetPartitions' ? { status: 400, type: 'AccessDeniedException', message: 'no' } : undefined;
      const [table] = valueOf(await assess(stub, out)).tables;
      expect(table).toMatchObject({ readiness: 'UNKNOWN', partitions: { count: null } });
      expect(table?.notes).toEqual(['Manual review: its partitions could not be read; the findings say why.']);
    });
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
