import { describe, expect, test } from '@jest/globals';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { parquetMetadata } from 'hyparquet';
import fc from 'fast-check';
import { readOrcDeletes } from '../../../migration/iceberg/deletes/orc-deletes.js';
import { readParquetDeletes, writeParquetDeletes } from '../../../migration/iceberg/deletes/parquet-deletes.js';
import { sorted } from '../../../migration/iceberg/deletes/position-deletes.js';
import { readPuffin, rewritePuffin } from '../../../migration/iceberg/deletes/puffin.js';
import { rewriteTable } from '../../../migration/iceberg/index.js';
import { MalformedFile } from '../../../migration/iceberg/malformed-file.js';
import { valueOf } from '../../support/assess-run.js';
import { MemoryFiles } from './memory-files.js';
import { puffin, SampleTable } from './sample-table.js';

const keyValues = [{ key: 'delete-type', value: 'position' }];

test('what is written is read again', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.string({ unit: 'grapheme' }), fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }))),
      async (rows) => {
        const deletes = {
          paths: rows.map(([path]) => path),
          positions: rows.map(([, position]) => position),
          keyValues,
        };
        expect(await readParquetDeletes(writeParquetDeletes(deletes))).toEqual(deletes);
      },
    ),
    { numRuns: 50 },
  );
});

test('many rows, in more than one row group', async () => {
  const paths = Array.from({ length: 250_000 }, (_, i) => `s3://old/${Math.floor(i / 1000)}`);
  const deletes = { paths, positions: paths.map((_, i) => BigInt(i)), keyValues: [] };
  const file = writeParquetDeletes(deletes);
  expect(parquetMetadata(new Uint8Array(file).buffer).row_groups.length).toBeGreaterThan(1);
  expect((await readParquetDeletes(file)).positions).toEqual(deletes.positions);
});

test('columns are found by their field ids', async () => {
  const file = parquetWriteBuffer({
    schema: [
      { name: 'table', num_children: 2 },
      { name: 'p', type: 'INT64', repetition_type: 'REQUIRED', field_id: 2147483545 },
      { name: 'f', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL', field_id: 2147483546 },
    ],
    columnData: [
      { name: 'p', data: [7n] },
      { name: 'f', data: ['x'] },
    ],
  });
  expect(await readParquetDeletes(Buffer.from(file))).toEqual({ paths: ['x'], positions: [7n], keyValues: [] });
});

test.each([
  [
    'deleted rows',
    parquetWriteBuffer({
      schema: [
        { name: 'table', num_children: 3 },
        { name: 'file_path', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'REQUIRED' },
        { name: 'pos', type: 'INT64', repetition_type: 'REQUIRED' },
        { name: 'row', type: 'INT32', repetition_type: 'OPTIONAL', field_id: 2147483544 },
      ],
      columnData: [
        { name: 'file_path', data: ['a'] },
        { name: 'pos', data: [1n] },
        { name: 'row', data: [1] },
      ],
    }),
    'holds the deleted rows',
  ],
  ['another file', parquetWriteBuffer({ columnData: [{ name: 'city', data: ['a'] }] }), 'has no column file_path'],
  ['no Parquet file', new TextEncoder().encode('something else').buffer, 'is not a Parquet file'],
  ['an empty file', new ArrayBuffer(0), 'is not a Parquet file'],
])('%s', async (_, file, message) => {
  await expect(readParquetDeletes(Buffer.from(file))).rejects.toThrow(MalformedFile);
  await expect(readParquetDeletes(Buffer.from(file))).rejects.toThrow(message);
});

test('rows are sorted by path in the order of bytes, and keep their order within a path', () => {
  expect(sorted({ paths: ['\u{1f600}', '\u{1f600}', '\uffee', 'b', 'b'], positions: [1n, 2n, 3n, 4n, 5n] })).toEqual({
    paths: ['b', 'b', '\uffee', '\u{1f600}', '\u{1f600}'],
    positions: [4n, 5n, 3n, 1n, 2n],
  });
});

test('where prefixes change the order of the paths, rows are sorted again and bounds are left out', async () => {
  const table = new SampleTable('s3://a/t');
  const [one, two] = [table.dataFile('one'), table.put('s3://b/two', 'x')];
  const path = table.parquetDeletes('d.parquet', [
    [one, 5],
    [two, 1],
    [two, 2],
  ]);
  const metadata = table.commit([table.manifest('m.avro', [{ path, content: 1, pathBounds: [one, two] }])]);
  const target = new MemoryFiles();
  const rules = [
    { from: 's3://a', to: 's3://z' },
    { from: 's3://b', to: 's3://y' },
  ];
  const request = { table: 'table:t', metadata, rules, trinoVersion: 476 };
  valueOf(await rewriteTable(request, { source: table.files, target }));
  expect(await readParquetDeletes(target.get('s3://z/t/d.parquet'))).toEqual({
    paths: ['s3://y/two', 's3://y/two', 's3://z/t/one'],
    positions: [1n, 2n, 5n],
    keyValues,
  });
  const there = new SampleTable('s3://z/t');
  there.put('d.parquet', target.get('s3://z/t/d.parquet'));
  there.manifest('m.avro', [{ path: 's3://z/t/d.parquet', content: 1, withoutLayout: true }]);
  expect(target.get('s3://z/t/m.avro').equals(there.files.get('s3://z/t/m.avro'))).toBe(true);
});

/** Written by Arrow 's3://old/t/a' at 1, 9, 10 and 's3://old/t/b' at 0, 2^40. */
const orcFile = Buffer.from(
  'T1JDCgYSBAgFUAAKKwoDAAAAEiQIBSIeCgxzMzovL29sZC90L2ESDHMzOi8vb2xkL3QvYhh4UAAKHAoCAAASFggFEhAIABCAgICA' +
    'gEAYqICAgIBAUAACDHMzOi8vb2xkL3QvYXMzOi8vb2xkL3QvYXMzOi8vb2xkL3QvYXMzOi8vb2xkL3QvYnMzOi8vb2xkL3QvYnoE' +
    'AAAAAAACAAAAAAASAAAAAAAUAAAAAAAAAgAAAAAACgYIBhAAGAgKBggGEAEYLQoGCAYQAhgeCgYIAhABGAIKBggBEAEYPAoGCAEQ' +
    'AhggEgQIABAAEgQIAhAAEgQIAhAAGgNHTVQKRAoECAVQAAokCAUiHgoMczM6Ly9vbGQvdC9hEgxzMzovL29sZC90L2IYeFAAChYI' +
    'BRIQCAAQgICAgIBAGKiAgICAQFAACAMQ+AEaCggDEFMYXiBHKAUiHAgMEgIBAhoJZmlsZV9wYXRoGgNwb3MgACgAMAAiCAgHIAAo' +
    'ADAAIggIBCAAKAAwADAFOgQIBVAAOiQIBSIeCgxzMzovL29sZC90L2ESDHMzOi8vb2xkL3QvYhh4UAA6FggFEhAIABCAgICAgEAY' +
    'qICAgIBAUABAkE5IAWIFMi4yLjIIlQEQABiAgAQiAgAMKEYwBoL0AwNPUkMY',
  'base64',
);

/** Its column pos has texts. */
const otherOrcFile = Buffer.from(
  'T1JDCgYSBAgBUAAKFQoDAAAAEg4IASIICgFhEgFhGAJQAAoVCgMAAAASDggBIggKAXgSAXgYAlAAQACAYUAAgHgKBggGEAAYCAoG' +
    'CAYQARgXCgYIBhACGBcKBggCEAEYAwoGCAEQARgBCgYIAhACGAMKBggBEAIYARIECAAQABIECAIQABIECAIQABoDR01UCiYKBAgB' +
    'UAAKDggBIggKAWESAWEYAlAACg4IASIICgF4EgF4GAJQAAgDEI0BGgoIAxA2GAggTygBIhwIDBICAQIaCWZpbGVfcGF0aBoDcG9z' +
    'IAAoADAAIggIByAAKAAwACIICAcgACgAMAAwAToECAFQADoOCAEiCAoBYRIBYRgCUAA6DggBIggKAXgSAXgYAlAAQJBOSAFiBTIu' +
    'Mi4yCHcQABiAgAQiAgAMKCgwBoL0AwNPUkMX',
  'base64',
);

describe('position deletes in ORC', () => {
  const [a, b] = ['s3://old/t/a', 's3://old/t/b'];

  test('are read', () => {
    expect(readOrcDeletes(orcFile)).toEqual({ paths: [a, a, a, b, b], positions: [1n, 9n, 10n, 0n, 2n ** 40n] });
  });

  test('become Parquet, and the manifest says so', async () => {
    const make = (location: string, isThere: boolean) => {
      const table = new SampleTable(location);
      const at = (name: string) => `${location}/${name}`;
      const path = isThere
        ? table.parquetDeletes('d.orc', [
            [at('a'), 1],
            [at('a'), 9],
            [at('a'), 10],
            [at('b'), 0],
            [at('b'), 2 ** 40],
          ])
        : table.put('d.orc', orcFile);
      const entry = { path, content: 1, format: isThere ? 'PARQUET' : 'ORC', withoutLayout: isThere } as const;
      return { table, metadata: table.commit([table.manifest('m.avro', [entry])]) };
    };
    const { table, metadata } = make('s3://old/t', false);
    const there = make('s3://renamed/t', true).table;
    const target = new MemoryFiles();
    const rules = [{ from: 's3://old', to: 's3://renamed' }];
    const request = { table: 'table:t', metadata, rules, trinoVersion: 476 };
    valueOf(await rewriteTable(request, { source: table.files, target }));
    for (const [uri, content] of target.files) expect([uri, content.equals(there.files.get(uri))]).toEqual([uri, true]);
  });

  test.each([
    ['another type', otherOrcFile, 'has no column pos of the type that it must have'],
    ['another file', Buffer.from('PAR1 something else'), 'is not an ORC file'],
    ['an empty file', Buffer.alloc(0), 'is not an ORC file'],
  ])('%s', (_, file, message) => {
    expect(() => readOrcDeletes(file)).toThrow(MalformedFile);
    expect(() => readOrcDeletes(file)).toThrow(message);
  });

  test('whatever byte is another one, the file is read or malformed', () => {
    fc.assert(
      fc.property(fc.nat(orcFile.length - 1), fc.nat(255), (position, byte) => {
        const file = Buffer.from(orcFile);
        file[position] = byte;
        try {
          readOrcDeletes(file);
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedFile);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe('Puffin files', () => {
  const payload = (path: string) =>
    `{ "blobs": [{"type":"deletion-vector-v1","snapshot-id":9223372036854775807,"offset":4,"length":3,"properties":{"referenced-data-file":${JSON.stringify(path)},"b":"old"}}] }`;

  test('blobs, numbers and blanks stay', () => {
    const blobs = [Buffer.from([1, 2, 3])];
    const file = puffin(blobs, payload('old/ä"'));
    expect(
      rewritePuffin(file, (path) => path.replace('old', 'somewhere else')).equals(
        puffin(blobs, payload('somewhere else/ä"')),
      ),
    ).toBe(true);
  });

  test.each([
    ['another file', Buffer.from('something else, long enough'), 'is not a Puffin file'],
    ['an empty file', Buffer.alloc(0), 'is not a Puffin file'],
    [
      'a footer that was cut',
      Buffer.concat([Buffer.from('PFA1'), puffin([], payload('x')).subarray(20)]),
      'damaged footer',
    ],
    ['a compressed footer', puffin([], payload('x'), 1), 'a compressed footer'],
    ['a footer that is not JSON', puffin([], '{'), 'is not JSON'],
  ])('%s', (_, file, message) => {
    const read = () => rewritePuffin(file, (path) => path);
    expect(read).toThrow(MalformedFile);
    expect(read).toThrow(message);
  });

  test('the payload is read as it is', () => {
    expect(readPuffin(puffin([], payload('x'))).payload).toBe(payload('x'));
  });
});
