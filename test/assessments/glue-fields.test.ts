import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Finding } from '../../assessments/index.js';
import { glueFields, unknownFields } from '../../assessments/glue-catalog/glue-fields.js';
import { assess, valueOf, withStub } from '../support/assess-run.js';
import { database, parquetDescriptor, parquetTable, partition } from '../support/glue-catalogs.js';
import { partitionsKey } from '../support/glue-stub.js';
import type { GlueJson, StubCatalog } from '../support/glue-stub.js';
import { glueSdkFields } from '../support/sdk-types.js';

async function findingsOf(catalog: StubCatalog): Promise<readonly Finding[]> {
  return withStub(catalog, async (stub, folder) => valueOf(await assess(stub, folder)).findings);
}

test('each field of the SDK’s types is in the list, as read or as ignored with its reason', () => {
  const shapes = Object.keys(glueFields) as (keyof typeof glueFields)[];
  const sdk = glueSdkFields(shapes);
  for (const shape of shapes) {
    expect([shape, Object.keys(glueFields[shape]).sort()]).toEqual([shape, sdk.get(shape)]);
    for (const use of Object.values<unknown>(glueFields[shape]))
      if (typeof use === 'object' && use !== null && 'ignored' in use) expect(use.ignored).toMatch(/^.{10,}[^.]$/);
  }
});

describe('fields that a newer Glue returns', () => {
  /** Where a field may appear: the entries of a catalog with it, and how the finding names its place. */
  const places: Readonly<Record<string, (extra: GlueJson) => StubCatalog>> = {
    Database: (extra) => catalogOf({ database: extra }),
    'Database.TargetDatabase': (extra) => catalogOf({ database: { TargetDatabase: { DatabaseName: 'x', ...extra } } }),
    'Database.FederatedDatabase': (extra) => catalogOf({ database: { FederatedDatabase: { ...extra } } }),
    Table: (extra) => catalogOf({ table: extra }),
    'Table.StorageDescriptor': (extra) => catalogOf({ descriptor: extra }),
    'Table.StorageDescriptor.SerdeInfo': (extra) => catalogOf({ serde: extra }),
    'Table.StorageDescriptor.Columns': (extra) => catalogOf({ column: extra }),
    'Table.PartitionKeys': (extra) => catalogOf({ key: extra }),
    'Table.ViewDefinition': (extra) => catalogOf({ table: { ViewDefinition: { ...extra } } }),
    'Table.ViewDefinition.Representations': (extra) =>
      catalogOf({ table: { ViewDefinition: { Representations: [{ Dialect: 'ATHENA', ...extra }] } } }),
    'Table.IcebergTableMetadata': (extra) => catalogOf({ table: { IcebergTableMetadata: { ...extra } } }),
    Partition: (extra) => catalogOf({ partition: extra }),
    'Partition.StorageDescriptor': (extra) =>
      catalogOf({ partition: { StorageDescriptor: { ...parquetDescriptor('s3://lake/d/t/k=1/'), ...extra } } }),
  };

  test('each is named in a finding, wherever it is', async () => {
    const names = fc.stringMatching(/^[A-Z][A-Za-z0-9]{3,12}$/).map((name) => `${name}Zz`);
    const values = fc.oneof(fc.string(), fc.integer(), fc.constant(true), fc.constant([]), fc.constant({ a: [1] }));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...Object.keys(places)), names, values, async (place, name, value) => {
        const findings = await findingsOf(places[place]?.({ [name]: value }) ?? { databases: [], tables: {} });
        const about = findings.filter(({ code }) => code === 'unknown-field');
        expect(about).toMatchObject([
          { asset: place.startsWith('Database') ? 'd' : 'd.t', message: expect.stringContaining(`${place}.${name} `) },
        ]);
      }),
      { numRuns: 40 },
    );
  });

  test('what many tables have in common is one finding, which counts them', async () => {
    const tables = Array.from({ length: 130 }, (_, index) => parquetTable('d', `t${index}`, { Mode: 'x' }));
    const findings = await findingsOf({ databases: [database('d')], tables: { d: tables } });
    expect(findings).toMatchObject([
      { code: 'unknown-field', asset: '', message: expect.stringMatching(/Table\.Mode of d\.t0, .* and 125 more,/) },
    ]);
  });

  test('none is seen in what the SDK knows', () => {
    expect(
      unknownFields('Table', { Name: 't', StorageDescriptor: { Columns: [{ Name: 'a' }], NumberOfBuckets: 0 } }),
    ).toEqual([]);
    expect(unknownFields('Table', { constructor: 1, toString: 2 })).toEqual(['constructor', 'toString']);
  });
});

test.each<[string, Parameters<typeof catalogOf>[0], string]>([
  ['a column', { column: { Parameters: { 'x.mode': '1' } } }, 'column-parameter-not-read'],
  ['a partition key', { key: { Parameters: { 'x.mode': '1' } } }, 'column-parameter-not-read'],
  ['a storage descriptor', { descriptor: { Parameters: { 'x.mode': '1' } } }, 'descriptor-parameter-not-read'],
  ['a partition', { partition: { Parameters: { 'x.mode': '1', totalSize: '3' } } }, 'partition-parameter-not-read'],
  [
    'a partition’s storage descriptor',
    { partition: { StorageDescriptor: { ...parquetDescriptor('s3://lake/d/t/k=1/'), Parameters: { 'x.mode': '1' } } } },
    'partition-parameter-not-read',
  ],
])('an unknown parameter of %s is named in a finding', async (_what, entries, code) => {
  expect(await findingsOf(catalogOf(entries))).toMatchObject([
    { code, asset: 'd.t', message: expect.stringContaining("'x.mode'") },
  ]);
});

test('what crawlers, statistics and the table itself say again is not a finding', async () => {
  const repeated = { 'skip.header.line.count': '1', CrawlerSchemaSerializerVersion: '1.0', objectCount: '3' };
  expect(
    await findingsOf(
      catalogOf({
        table: { Parameters: repeated },
        descriptor: { Parameters: repeated },
        partition: { Parameters: repeated },
      }),
    ),
  ).toEqual([]);
});

test.each<[string, GlueJson, object]>([
  ['Lake Formation', { IsRegisteredWithLakeFormation: true }, { code: 'lake-formation', severity: 'info' }],
  [
    'a row filter',
    { RLSProperties: { DefaultRLSPolicy: 'DENY' } },
    { code: 'row-filter', message: expect.stringContaining("'DENY'") },
  ],
  [
    'a change that failed',
    { Status: { Action: 'UPDATE', State: 'FAILED', Error: { ErrorMessage: 'no such column' } } },
    { code: 'change-pending', message: expect.stringContaining('(UPDATE FAILED: no such column)') },
  ],
])('%s is a finding', async (_what, more, finding) => {
  expect(await findingsOf(catalogOf({ table: more }))).toMatchObject([{ asset: 'd.t', ...finding }]);
});

test('an interrupted run keeps what its pages showed', async () => {
  const tables = Array.from({ length: 150 }, (_, index) =>
    parquetTable('d', `t${index}`, index === 3 ? { Mode: 1 } : {}),
  );
  await withStub({ databases: [database('d')], tables: { d: tables } }, async (stub, folder) => {
    stub.intercept = ({ input }) =>
      input['NextToken'] === undefined ? undefined : { status: 400, type: 'SomethingNewException', message: 'no' };
    expect((await assess(stub, folder)).ok).toBe(false);
    stub.intercept = () => undefined;
    expect(valueOf(await assess(stub, folder)).findings).toMatchObject([{ code: 'unknown-field', asset: 'd.t3' }]);
  });
});

/** One database with one table of one partition, and what is added to each. */
function catalogOf(extra: {
  readonly database?: GlueJson;
  readonly table?: GlueJson;
  readonly descriptor?: GlueJson;
  readonly serde?: GlueJson;
  readonly column?: GlueJson;
  readonly key?: GlueJson;
  readonly partition?: GlueJson;
}): StubCatalog {
  const descriptor = parquetDescriptor('s3://lake/d/t/', [{ Name: 'id', Type: 'bigint', ...extra.column }]);
  const table = parquetTable('d', 't', {
    StorageDescriptor: {
      ...descriptor,
      SerdeInfo: { ...(descriptor['SerdeInfo'] as GlueJson), ...extra.serde },
      ...extra.descriptor,
    },
    PartitionKeys: [{ Name: 'k', Type: 'string', ...extra.key }],
    ...extra.table,
  });
  return {
    databases: [database('d', extra.database)],
    tables: { d: [table] },
    partitions: { [partitionsKey('d', 't')]: [partition('d', 't', ['1'], extra.partition)] },
  };
}
