import { expect, test } from '@jest/globals';
import type { AssessedTable } from '../../assessments/index.js';
import { registrationTargetOf, tableJudge } from '../../registration/index.js';
import { renderRegisterTable } from '../../registration/iceberg-table.js';
import { table } from '../support/assessment-builder.js';
import { bucket, targetWith } from '../support/plan-builder.js';

interface Given {
  readonly location: string | null;
  readonly metadata: string;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly server?: 'lakekeeper' | 'polaris';
  readonly warehouse?: string;
}

function judge({ location, metadata, parameters = {}, server = 'polaris', warehouse = 'warehouse' }: Given) {
  const catalogs = { iceberg: { type: 'iceberg-rest', server, warehouse } } as const;
  const buckets = ['lake', 'other'].map((name) => bucket(name));
  const target = registrationTargetOf({ target: targetWith({ catalogs }), buckets });
  // As the assessment reads it.
  const version = parameters['format-version'];
  const iceberg = {
    metadataLocation: metadata,
    ...(version !== undefined && { formatVersion: Number(version) }),
  };
  const source: AssessedTable = table('sales.t', { format: 'ICEBERG', location, iceberg, serde: null, parameters });
  return tableJudge(target)({ source, catalog: 'iceberg', schema: 'sales', table: 't', convert: false });
}

function statementOf(given: Given): { readonly sql: string; readonly remarks: string } {
  const judged = judge(given);
  if (!judged.ok) throw new Error(judged.error);
  const { read, location, remarks } = judged.value;
  if (read.kind !== 'metadata') throw new Error(read.kind);
  return {
    sql: renderRegisterTable(judged.value, read.file, location ?? '').statements.join(),
    remarks: remarks.map(({ text }) => text).join('; '),
  };
}

const plain = { location: 's3://lake/t', metadata: 's3://lake/t/metadata/00001-a.metadata.json' };

test.each<[string, Given, string]>([
  ['as Glue has it', plain, 's3://lake/t'],
  ['with slashes at the end', { ...plain, location: 's3://lake/t//' }, 's3://lake/t'],
  ['as s3a', { ...plain, location: 's3a://lake/t/' }, 's3://lake/t'],
  ['as s3n, in the metadata', { ...plain, metadata: 's3n://lake/t/metadata/00001-a.metadata.json' }, 's3://lake/t'],
  [
    'with an empty folder name',
    { location: 's3://lake/db//t', metadata: 's3://lake/db//t/metadata/00001-a.metadata.json' },
    's3://lake/db//t',
  ],
  ['without a descriptor', { ...plain, location: null }, 's3://lake/t'],
  ['as the metadata file', { ...plain, location: plain.metadata }, 's3://lake/t'],
  ['as the metadata file, by s3a', { ...plain, location: plain.metadata.replace('s3:', 's3a:') }, 's3://lake/t'],
  ['as the metadata folder', { ...plain, location: 's3://lake/t/metadata/' }, 's3://lake/t'],
])('a location %s is where the table is registered', (_name, given, location) => {
  const { sql } = statementOf(given);
  expect(sql).toContain(`table_location => '${location}', metadata_file_name => '00001-a.metadata.json'`);
});

test('a location that Glue does not have is named in a remark', () => {
  expect(statementOf({ ...plain, location: null }).remarks).toContain('its location s3://lake/t follows from');
  expect(statementOf(plain).remarks).toBe('');
});

test.each<[string, Given]>([
  [
    'is not in the folder metadata of its location s3://lake/t, where Trino looks',
    { ...plain, metadata: 's3://other/t/metadata/1.metadata.json' },
  ],
  [
    'is not in the folder metadata of its location s3://lake/t',
    { ...plain, metadata: 's3://lake/t/meta/1.metadata.json' },
  ],
  ['it has no location', { location: null, metadata: 's3://lake/t/1.metadata.json' }],
  ['is not called …metadata.json', { ...plain, metadata: 's3://lake/t/metadata/1.avro' }],
  [
    'it has the Iceberg format version 4, and Trino reads versions up to 3',
    { ...plain, parameters: { 'format-version': '4' } },
  ],
  ['its files are encrypted with the key k1', { ...plain, parameters: { 'encryption.key-id': 'k1' } }],
  [
    'it has data in the bucket elsewhere, which is not mapped',
    { ...plain, parameters: { 'write.data.path': 's3://elsewhere/d' } },
  ],
  [
    'its location is the root of a bucket, s3://lake/; Polaris registers only',
    { location: 's3://lake', metadata: 's3://lake/metadata/1.metadata.json' },
  ],
  [
    'its files stay in the bucket lake, but Lakekeeper registers only tables in the bucket of the warehouse, warehouse; set target.catalogs.iceberg.server: polaris',
    { ...plain, server: 'lakekeeper' },
  ],
])('%s: refused', (reason, given) => {
  expect(judge(given)).toMatchObject({ ok: false, error: expect.stringContaining(reason) });
});

test("a table in the bucket of Lakekeeper's warehouse is registered", () => {
  expect(judge({ ...plain, server: 'lakekeeper', warehouse: 'lake' }).ok).toBe(true);
});

test.each([
  ['format-version', '3', 'Trino 476 reads format version 3 without deletion vectors'],
  ['write.object-storage.path', 's3://other/files', 'files are written to s3://other/files, outside of its location'],
  ['write.metadata.path', 's3://lake/meta', 'files are written to s3://lake/meta'],
])('the parameter %s=%s is accepted with a remark', (name, value, remark) => {
  expect(statementOf({ ...plain, parameters: { [name]: value } }).remarks).toContain(remark);
});

test.each(['s3://lake/t/data', ''])('a write path %j inside of the table is nothing to know', (path) => {
  expect(statementOf({ ...plain, parameters: { 'write.data.path': path } }).remarks).toBe('');
});

test('a location of many slashes is read at once', () => {
  const location = `s3://lake${'/'.repeat(100_000)}x`;
  expect(judge({ ...plain, location }).ok).toBe(false);
});
