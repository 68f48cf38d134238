import { expect, test } from '@jest/globals';
import { gzipSync } from 'node:zlib';
import { rewriteTable, scanForSource } from '../../../migration/iceberg/index.js';
import { valueOf } from '../../support/assess-run.js';
import { copied } from './memory-files.js';
import { SampleTable } from './sample-table.js';

const rules = [{ from: 's3://old', to: 's3://renamed' }];

/** All kinds of files, below two snapshots. */
function sample() {
  const table = new SampleTable('s3://old/t', 3);
  const a = table.dataFile('data/a');
  const first = table.manifest('metadata/m0.avro', [{ path: a }]);
  table.commit([first]);
  const deletes = table.manifest('metadata/m1.avro', [
    { path: table.parquetDeletes('data/p', [[a, 1]]), content: 1, pathBounds: [a, a] },
    { path: table.avroDeletes('data/q', [[a, 2]]), content: 1, format: 'AVRO' },
    { path: table.vectors('data/v', [a]), content: 1, format: 'PUFFIN', referencedDataFile: a },
  ]);
  const metadata = table.commit([first, deletes]);
  return { table, metadata };
}

test('after a rewrite nothing is left, but values of columns that look like it', async () => {
  const { table, metadata } = sample();
  const target = copied(table.files, 's3://old', 's3://renamed');
  const request = { table: 'table:t', metadata, rules, trinoVersion: 483 };
  const report = valueOf(await rewriteTable(request, { source: table.files, target }));
  const scan = valueOf(await scanForSource({ metadata: report.metadata, rules }, target));
  expect(scan.paths).toEqual([]);
  expect(scan.files).toBe(9);
  expect(new Set(scan.mentions.map(({ place }) => place))).toEqual(
    new Set(['data_file.lower_bounds[1]', 'data_file.upper_bounds[1]']),
  );
});

test('whatever is not rewritten is found', async () => {
  const { table, metadata } = sample();
  const request = { table: 'table:t', metadata, rules, trinoVersion: 483 };
  const rewrittenUris = [...table.files.files.keys()].filter((uri) => !uri.endsWith('/a'));
  for (const uri of rewrittenUris) {
    const target = copied(table.files, 's3://old', 's3://renamed');
    const report = valueOf(await rewriteTable(request, { source: table.files, target }));
    const there = uri.replace('s3://old', 's3://renamed');
    target.files.set(there, table.files.get(uri));
    const { paths } = valueOf(await scanForSource({ metadata: report.metadata, rules }, target));
    expect(paths.map(({ file }) => file)).toContain(there);
  }
});

test('all of a copy that nobody rewrote is found, by place', async () => {
  const { table, metadata } = sample();
  const scan = valueOf(await scanForSource({ metadata, rules }, table.files));
  expect([...new Set(scan.paths.map(({ place }) => place))].sort()).toEqual([
    'data_file.file_path',
    'data_file.lower_bounds[2147483546]',
    'data_file.referenced_data_file',
    'data_file.upper_bounds[2147483546]',
    'file_path',
    'footer blobs.0.properties.referenced-data-file',
    'location',
    'manifest_path',
    'metadata-log.0.metadata-file',
    'properties.write.data.path',
    'snapshots.0.manifest-list',
    'snapshots.1.manifest-list',
  ]);
});

test('compressed metadata files are read; names that only begin alike are other names', async () => {
  const table = new SampleTable('s3://renamed/t');
  const document = (location: string) => gzipSync(JSON.stringify({ 'format-version': 2, location }));
  const scan = async (location: string) => {
    const metadata = table.put('metadata/v.gz.metadata.json', document(location));
    return valueOf(await scanForSource({ metadata, rules }, table.files)).paths.length;
  };
  expect(await scan('s3://old/t')).toBe(1);
  expect(await scan('s3a://old')).toBe(1);
  expect(await scan('s3://older/t')).toBe(0);
  expect(await scan('s3://old.x/t')).toBe(0);
});

test('a new name that begins with the old one is another name', async () => {
  const table = new SampleTable('s3://old/t');
  const a = table.dataFile('data/a');
  const deletes = { path: table.parquetDeletes('data/p', [[a, 1]]), content: 1, pathBounds: [a, a] } as const;
  const metadata = table.commit([table.manifest('metadata/m.avro', [{ path: a }, deletes])]);
  const longer = [{ from: 's3://old', to: 's3://old-and-new' }];
  const target = copied(table.files, 's3://old', 's3://old-and-new');
  const request = { table: 'table:t', metadata, rules: longer, trinoVersion: 476 };
  const report = valueOf(await rewriteTable(request, { source: table.files, target }));
  const scan = valueOf(await scanForSource({ metadata: report.metadata, rules: longer }, target));
  expect(scan.paths).toEqual([]);
  expect(scan.mentions.filter(({ place }) => place === 'bytes of the file')).toEqual([]);
});

test('texts are mentions', async () => {
  const table = new SampleTable('s3://renamed/t');
  const metadata = table.metadata({ properties: { comment: 'see "s3://old/x"' } });
  expect(valueOf(await scanForSource({ metadata, rules }, table.files))).toMatchObject({
    paths: [],
    mentions: [{ file: metadata, place: 'properties.comment' }],
  });
});

test('where all names are kept, there is nothing to look for', async () => {
  const { table, metadata } = sample();
  expect(
    valueOf(await scanForSource({ metadata, rules: [{ from: 's3://old', to: 's3://old' }] }, table.files)).files,
  ).toBe(0);
});
