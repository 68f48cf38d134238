import { describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { diagnostic } from '../../../../core/diagnostic.js';
import { fail, ok } from '../../../../core/result.js';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { allKeys, inventoryRows, openInventory, rangeOfPrefix } from '../../../../clients/s3/listing/index.js';
import type { ReadInventoryObject } from '../../../../clients/s3/listing/index.js';
import { parquetRows } from '../../../../clients/s3/listing/inventory/parquet-rows.js';
import { allOf } from '../../../support/memory-bucket.js';

const signal = new AbortController().signal;
const schema = 'Bucket, Key, VersionId, IsLatest, IsDeleteMarker, Size, LastModifiedDate, ETag, StorageClass';
const row = (key: string, fields: Partial<Record<'version' | 'latest' | 'deleted' | 'size', string>> = {}): string =>
  `"acme-raw","${key}","${fields.version ?? 'v1'}","${fields.latest ?? 'true'}","${fields.deleted ?? 'false'}","${fields.size ?? '7'}","2026-11-01T00:00:00.000Z","0123","STANDARD"`;

/** Objects of an inventory's bucket. */
function inventory(files: readonly (readonly string[])[], more: object = {}, damage = (file: Buffer) => file) {
  const contents = files.map((lines) => gzipSync(lines.map((line) => `${line}\n`).join('')));
  const manifest = {
    sourceBucket: 'acme-raw',
    fileFormat: 'CSV',
    fileSchema: schema,
    files: contents.map((content, n) => ({
      key: `data/${n}.csv.gz`,
      size: content.length,
      MD5checksum: createHash('md5').update(content).digest('hex'),
    })),
    ...more,
  };
  const objects = new Map([
    ['manifest.json', Buffer.from(JSON.stringify(manifest))],
    ...contents.map((content, n): [string, Buffer] => [`data/${n}.csv.gz`, damage(content)]),
  ]);
  return reader(objects);
}

/** Reads the inventory of these objects. */
function reader(objects: ReadonlyMap<string, Buffer>) {
  const read: ReadInventoryObject = (key) => {
    const content = objects.get(key);
    if (content === undefined) return Promise.resolve(fail([diagnostic({ code: 'missing', message: '', fix: '' })]));
    return Promise.resolve(ok(chunksOf(content)));
  };
  return async (ranges = [allKeys]) => {
    const manifest = await openInventory('manifest.json', { read, signal });
    return manifest.ok ? await allOf(inventoryRows(manifest.value, { read, ranges, signal })) : [manifest];
  };
}

async function* chunksOf(content: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < content.length; at += 100) yield content.subarray(at, at + 100);
  await Promise.resolve();
}

const keysOf = (pages: Awaited<ReturnType<ReturnType<typeof inventory>>>): string[] =>
  pages.flatMap((page) => (page.ok ? page.value.map(({ object }) => object.key) : []));

test('every version in all files, with their own keys', async () => {
  const pages = await inventory([
    [row('a%2Bb'), row('a+b', { version: 'v2' }), row('a+b', { latest: 'false' })],
    [row('gone', { deleted: 'true' }), row('caf%C3%A9%0A'), row('%22x%22%2Cy')],
  ])();
  expect(keysOf(pages)).toEqual(['a+b', 'a b', 'a b', 'gone', 'café\n', '"x",y']);
  const [first, second, third, fourth] = pages.flatMap((page) => (page.ok ? page.value : []));
  expect(first).toEqual({
    object: {
      bucket: 'acme-raw',
      key: 'a+b',
      versionId: 'v1',
      etag: '0123',
      size: 7,
      lastModified: '2026-11-01T00:00:00.000Z',
      storageClass: 'STANDARD',
    },
    kind: 'current',
    encryption: null,
  });
  expect([second?.object.versionId, third?.kind, fourth?.kind]).toEqual(['v2', 'noncurrent', 'delete-marker']);
});

test('only keys of the ranges, a thousand a page', async () => {
  const read = inventory([Array.from({ length: 2500 }, (_, n) => row(`${n % 2 === 0 ? 'a' : 'b'}/${n}`))]);
  expect((await read()).map((page) => (page.ok ? page.value.length : -1))).toEqual([1000, 1000, 500]);
  expect(keysOf(await read([rangeOfPrefix('b/')])).length).toBe(1250);
});

describe('what cannot be trusted is told', () => {
  test.each([
    ['a file with another content', (file: Buffer) => gzipSync(Buffer.concat([file, file]))],
    ['a file that is cut off', (file: Buffer) => file.subarray(0, file.length - 20)],
  ])('%s', async (_, damage) => {
    const pages = await inventory([[row('a')]], {}, damage)();
    expect(pages.at(-1)).toMatchObject({ ok: false, error: [{ code: 'inventory-damaged', path: 'data/0.csv.gz' }] });
  });

  test.each([
    ['another format', { fileFormat: 'ORC' }, 'has the format ORC'],
    ['a field that is missing', { fileSchema: 'Bucket, Key, Size' }, 'lacks LastModifiedDate, ETag'],
    ['something else', { files: 1 }, 'is not the manifest.json'],
  ])('%s', async (_, more, message) => {
    expect(await inventory([], more)()).toMatchObject([
      { ok: false, error: [{ code: 'inventory-unusable', message: expect.stringContaining(message) as unknown }] },
    ]);
  });

  test('a file that is missing', async () => {
    const files = [{ key: 'data/9.csv.gz', size: 1, MD5checksum: '' }];
    expect(await inventory([], { files })()).toMatchObject([{ ok: false, error: [{ code: 'missing' }] }]);
  });
});

describe('an inventory in Parquet', () => {
  const keys = Array.from({ length: 2500 }, (_, n) => `a+b/${String(n).padStart(4, '0')} é%20`);
  const changed = new Date('2026-11-01T10:00:00.000Z');
  const content = Buffer.from(
    parquetWriteBuffer({
      rowGroupSize: 700,
      columnData: [
        { name: 'bucket', data: keys.map(() => 'acme-raw'), type: 'STRING' },
        { name: 'key', data: keys, type: 'STRING' },
        { name: 'version_id', data: keys.map((_, n) => (n === 1 ? null : `v${n}`)), type: 'STRING', nullable: true },
        { name: 'is_latest', data: keys.map((_, n) => n !== 2), type: 'BOOLEAN' },
        { name: 'is_delete_marker', data: keys.map((_, n) => n === 3), type: 'BOOLEAN' },
        { name: 'size', data: keys.map((_, n) => (n === 3 ? null : BigInt(n))), type: 'INT64', nullable: true },
        { name: 'last_modified_date', data: keys.map(() => changed), type: 'TIMESTAMP' },
        { name: 'e_tag', data: keys.map(() => '0123'), type: 'STRING' },
        { name: 'storage_class', data: keys.map(() => 'GLACIER'), type: 'STRING' },
        { name: 'encryption_status', data: keys.map(() => 'SSE-KMS'), type: 'STRING' },
      ],
    }),
  );
  const fileSchema =
    'message s3.inventory { required binary bucket (STRING); required binary key (STRING); optional binary version_id (STRING); optional boolean is_latest; optional boolean is_delete_marker; optional int64 size; optional int64 last_modified_date (TIMESTAMP(MILLIS,true)); optional binary e_tag (STRING); optional binary storage_class (STRING); optional binary encryption_status (STRING); }';
  const inventoryOf = (file: Buffer) =>
    reader(
      new Map([
        [
          'manifest.json',
          Buffer.from(
            JSON.stringify({
              sourceBucket: 'acme-raw',
              fileFormat: 'Parquet',
              fileSchema,
              files: [{ key: 'data/0.parquet', size: 1, MD5checksum: createHash('md5').update(content).digest('hex') }],
            }),
          ),
        ],
        ['data/0.parquet', file],
      ]),
    );

  test('has the same rows as one in CSV, and keys that are not encoded', async () => {
    const pages = await inventoryOf(content)();
    expect(keysOf(pages)).toEqual(keys);
    expect(pages.map((page) => (page.ok ? page.value.length : -1))).toEqual([1000, 1000, 500]);
    const rows = pages.flatMap((page) => (page.ok ? page.value : []));
    expect(rows[5]).toEqual({
      object: {
        bucket: 'acme-raw',
        key: 'a+b/0005 é%20',
        versionId: 'v5',
        etag: '0123',
        size: 5,
        lastModified: '2026-11-01T10:00:00.000Z',
        storageClass: 'GLACIER',
      },
      kind: 'current',
      encryption: 'SSE-KMS',
    });
    expect([rows[1]?.object.versionId, rows[2]?.kind, rows[3]?.kind]).toEqual([null, 'noncurrent', 'delete-marker']);
    expect(rows[3]?.object.size).toBe(0);
  });

  test('may have more rows in a group than a call may have arguments', async () => {
    const many = Array.from({ length: 200_000 }, (_, n) => `k${n}`);
    const column = (name: string, data: unknown[], type: 'STRING' | 'INT64') => ({ name, data, type });
    const columnData = [
      column('key', many, 'STRING'),
      column(
        'size',
        many.map((_, n) => BigInt(n)),
        'INT64',
      ),
    ];
    const folder = mkdtempSync(join(tmpdir(), 'a2o-inventory-'));
    try {
      const path = join(folder, 'large.parquet');
      writeFileSync(path, Buffer.from(parquetWriteBuffer({ rowGroupSize: many.length, columnData })));
      let [rows, bytes] = [0, 0];
      for await (const { object } of parquetRows(path, ['key', 'size'], 'acme-raw')) {
        rows += 1;
        bytes += object.size;
      }
      expect([rows, bytes]).toEqual([200_000, (200_000 * 199_999) / 2]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('of which a file is damaged yields no row of it', async () => {
    const other = Buffer.from(content);
    other[100] = (other[100] ?? 0) ^ 1;
    expect(await inventoryOf(other)()).toMatchObject([
      { ok: false, error: [{ code: 'inventory-damaged', path: 'data/0.parquet' }] },
    ]);
  });
});
