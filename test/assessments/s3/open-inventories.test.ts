import type { S3Client } from '@aws-sdk/client-s3';
import { expect, test } from '@jest/globals';
import { Readable } from 'node:stream';
import { openInventories } from '../../../assessments/s3/open-inventories.js';

const signal = new AbortController().signal;

/** A store whose manifests are of the buckets that their folders are called like. */
const client = {
  send: ({ input }: { readonly input: { readonly Key: string } }) => {
    const manifest = {
      sourceBucket: input.Key.split('/')[0],
      fileFormat: 'CSV',
      fileSchema: 'Bucket, Key, Size, LastModifiedDate, ETag',
      files: [],
    };
    return Promise.resolve({ Body: Readable.from([Buffer.from(JSON.stringify(manifest))]) });
  },
} as unknown as S3Client;
const target = { region: 'us-east-1' } as Parameters<typeof openInventories>[1]['target'];
const open = (folders: readonly string[], metadataTables: readonly string[] = []) =>
  openInventories(
    { inventories: folders.map((folder) => `s3://inventories/${folder}/manifest.json`), metadataTables },
    { client, target },
    signal,
  );

test('inventories of several buckets are opened', async () => {
  const opened = await open(['raw/all', 'curated/all']);
  expect(opened.ok && [...opened.value.keys()]).toEqual(['raw', 'curated']);
});

test('a second inventory of a bucket is refused, not taken in place of the first', async () => {
  expect(await open(['raw/logs', 'curated/all', 'raw/sales', 'raw/more'])).toMatchObject({
    ok: false,
    error: [
      { code: 'inventory-twice', path: 's3://inventories/raw/sales/manifest.json' },
      { code: 'inventory-twice', path: 's3://inventories/raw/more/manifest.json' },
    ],
  });
});

test('an inventory of a bucket whose metadata table is read is refused', async () => {
  expect(await open(['raw/all'], ['raw'])).toMatchObject({
    ok: false,
    error: [{ code: 'inventory-twice', message: expect.stringContaining('--metadata-table raw') }],
  });
});
