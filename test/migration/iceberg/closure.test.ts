import { describe, expect, test } from '@jest/globals';
import { checkClosure } from '../../../migration/iceberg/index.js';
import type { TableFile } from '../../../migration/iceberg/index.js';
import { MemoryFiles } from './memory-files.js';
import { SampleTable } from './sample-table.js';

function sample() {
  const table = new SampleTable('s3://lake/t');
  const [a, b, c] = [table.dataFile('data/a'), table.dataFile('data/b'), table.dataFile('data/c')];
  const m0 = table.manifest('metadata/m0.avro', [{ path: a }, { path: b }]);
  table.commit([m0]);
  const m1 = table.manifest('metadata/m1.avro', [
    { path: a, status: 0 },
    { path: c },
    { path: 's3://lake/t/data/gone', status: 2 },
  ]);
  const deletes = table.manifest('metadata/m2.avro', [{ path: table.parquetDeletes('data/d', [[a, 1]]), content: 1 }]);
  const path = table.put('metadata/s.stats', '12345');
  const metadata = table.commit([m1, deletes], {
    statistics: [{ 'snapshot-id': 1, 'statistics-path': path, 'file-size-in-bytes': 5 }],
  });
  return { table, metadata, request: { table: 'table:sales.orders', metadata, trinoVersion: 476 } };
}

test('a complete copy has no problems, and each file is asked for once', async () => {
  const { table, request } = sample();
  const asked: string[] = [];
  const target = {
    sizeOf: (uri: string) => {
      asked.push(uri);
      return table.files.sizeOf(uri);
    },
  };
  const report = await checkClosure(request, { files: table.files, target });
  expect(report).toMatchObject({ problems: [], warnings: [] });
  expect(report.checked).toEqual({
    'data-file': 3,
    'delete-file': 1,
    manifest: 3,
    'manifest-list': 2,
    statistics: 1,
    log: 1,
    metadata: 1,
  });
  expect(asked).toHaveLength(new Set(asked).size);
  expect(asked.at(-1)).toBe(request.metadata);
});

describe('each file that is missing or has another size is reported', () => {
  const names = ['data/a', 'data/b', 'data/c', 'data/d', 'metadata/s.stats', 'metadata/m0.avro', 'metadata/m1.avro'];

  test.each(names)('%s is longer', async (name) => {
    const { table, request } = sample();
    const uri = `s3://lake/t/${name}`;
    const target = { sizeOf: async (each: string) => ((await table.files.sizeOf(each)) ?? 0) + (each === uri ? 1 : 0) };
    const { problems } = await checkClosure(request, { files: table.files, target });
    expect(problems.map(({ code, message, path }) => [code, message.split(' ')[2], path])).toEqual([
      ['iceberg-size-differs', uri, 'table:sales.orders'],
    ]);
  });

  test.each([
    ...names,
    'metadata/snap-9007199254740993.avro',
    'metadata/snap-9007199254740994.avro',
    'metadata/00001.metadata.json',
  ])('%s is missing', async (name) => {
    const { table, request } = sample();
    table.files.files.delete(`s3://lake/t/${name}`);
    const { problems } = await checkClosure(request, { files: table.files, target: table.files });
    expect(problems.map(({ code, message }) => [code, message.split(' ')[2]])).toEqual([
      ['iceberg-file-missing', `s3://lake/t/${name},`],
    ]);
  });

  test('an earlier metadata file is a warning', async () => {
    const { table, request } = sample();
    table.files.files.delete('s3://lake/t/metadata/00000.metadata.json');
    const { problems, warnings } = await checkClosure(request, { files: table.files, target: table.files });
    expect(problems).toEqual([]);
    expect(warnings).toEqual([expect.objectContaining({ code: 'iceberg-file-missing', severity: 'warning' })]);
  });

  test('all of them, with what was found, also beyond those that are listed', async () => {
    const table = new SampleTable('s3://lake/t');
    const entries = Array.from({ length: 3000 }, (_, i) => ({ path: `s3://lake/t/data/${i}`, size: 7 }));
    const metadata = table.commit([table.manifest('metadata/m.avro', entries)]);
    const different: (readonly [TableFile, number | undefined])[] = [];
    const { problems } = await checkClosure(
      { table: 'table:t', metadata, trinoVersion: 476 },
      { files: table.files, target: table.files },
      { onDifference: (file, found) => different.push([file, found]) },
    );
    expect(problems).toHaveLength(1001);
    expect(different).toHaveLength(3000);
    expect(different[0]).toEqual([
      { uri: 's3://lake/t/data/0', kind: 'data-file', size: 7, namedBy: 's3://lake/t/metadata/m.avro' },
      undefined,
    ]);
  });
});

test('a malformed manifest is reported, and the rest is checked', async () => {
  const { table, request } = sample();
  table.put('metadata/m1.avro', Buffer.from(table.files.get('s3://lake/t/metadata/m1.avro').subarray(0, -30)));
  table.files.files.delete('s3://lake/t/data/b');
  const { problems } = await checkClosure(request, { files: table.files, target: table.files });
  expect(problems.map(({ code }) => code).sort()).toEqual([
    'iceberg-file-malformed',
    'iceberg-file-missing',
    'iceberg-size-differs',
  ]);
});

test('deletion vectors are refused for Trino 476, and not for 483', async () => {
  const table = new SampleTable('s3://lake/t', 3);
  const a = table.dataFile('data/a');
  const entry = { path: table.vectors('data/v', [a]), content: 1, format: 'PUFFIN', referencedDataFile: a } as const;
  const metadata = table.commit([table.manifest('metadata/m.avro', [entry, entry])]);
  const check = (trinoVersion: number) =>
    checkClosure({ table: 'table:t', metadata, trinoVersion }, { files: table.files, target: table.files });
  expect((await check(476)).problems.map(({ code }) => code)).toEqual(['iceberg-feature-unreadable']);
  expect((await check(483)).problems).toEqual([]);
});

test('not more questions are asked at a time than allowed', async () => {
  const { table, request } = sample();
  let [now, most] = [0, 0];
  const target = {
    sizeOf: async (uri: string) => {
      most = Math.max(most, ++now);
      await new Promise((resolve) => setTimeout(resolve, 2));
      now--;
      return table.files.sizeOf(uri);
    },
  };
  await checkClosure(request, { files: table.files, target }, { concurrency: 3 });
  expect(most).toBe(3);
});

test('a failure of the store is thrown as it is', async () => {
  const { table, request } = sample();
  const target = { sizeOf: () => Promise.reject(new Error('503')) };
  await expect(checkClosure(request, { files: table.files, target })).rejects.toThrow('503');
  const files = { read: () => Promise.reject(new Error('the store is gone')) };
  await expect(checkClosure(request, { files, target: new MemoryFiles() })).rejects.toThrow('the store is gone');
});

test('the store may refuse to answer for an earlier metadata file', async () => {
  const { table, request } = sample();
  const target = {
    sizeOf: (uri: string) =>
      uri.endsWith('00000.metadata.json') ? Promise.reject(new Error('403')) : table.files.sizeOf(uri),
  };
  const { problems, warnings } = await checkClosure(request, { files: table.files, target });
  expect(problems).toEqual([]);
  expect(warnings).toHaveLength(1);
});

test('a signal ends it', async () => {
  const { table, request } = sample();
  const running = checkClosure(
    request,
    { files: table.files, target: table.files },
    { signal: AbortSignal.abort(new Error('stopped')) },
  );
  await expect(running).rejects.toThrow('stopped');
});
