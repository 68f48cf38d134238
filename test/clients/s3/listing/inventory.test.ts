import { describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { diagnostic } from '../../../../core/diagnostic.js';
import { fail, ok } from '../../../../core/result.js';
import { allKeys, rangeOfPrefix, readInventory } from '../../../../clients/s3/listing/index.js';
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
  return (ranges = [allKeys]) =>
    allOf(
      readInventory({
        manifest: 'manifest.json',
        ranges,
        signal,
        read: (key) => {
          const content = objects.get(key);
          if (content === undefined)
            return Promise.resolve(fail([diagnostic({ code: 'missing', message: '', fix: '' })]));
          return Promise.resolve(ok(chunksOf(content)));
        },
      }),
    );
}

async function* chunksOf(content: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < content.length; at += 100) yield content.subarray(at, at + 100);
  await Promise.resolve();
}

const keysOf = (pages: Awaited<ReturnType<ReturnType<typeof inventory>>>): string[] =>
  pages.flatMap((page) => (page.ok ? page.value.map(({ key }) => key) : []));

test('the current objects of all files, with their own keys', async () => {
  const pages = await inventory([
    [row('a%2Bb'), row('a+b', { version: 'v2' }), row('a+b', { latest: 'false' })],
    [row('gone', { deleted: 'true' }), row('caf%C3%A9%0A'), row('%22x%22%2Cy')],
  ])();
  expect(keysOf(pages)).toEqual(['a+b', 'a b', 'café\n', '"x",y']);
  expect(pages[0]).toMatchObject({
    value: [
      {
        bucket: 'acme-raw',
        key: 'a+b',
        versionId: 'v1',
        etag: '0123',
        size: 7,
        lastModified: '2026-11-01T00:00:00.000Z',
        storageClass: 'STANDARD',
      },
      { versionId: 'v2' },
    ],
  });
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
