import { expect, test } from '@jest/globals';
import { s3Transfer } from '../../../clients/s3/transfer/index.js';
import { allKeys } from '../../../clients/s3/listing/index.js';
import { measureSource } from '../../../migration/run/index.js';
import type { NewJob } from '../../../migration/run/index.js';
import { listen } from '../../support/http-server.js';
import { MemoryBuckets, objectRef } from '../../support/memory-bucket.js';

const regions = [{ owner: 'table:d.t', bucket: 'acme-raw', targetBucket: 'raw', ranges: [allKeys] }];
const job: NewJob = {
  key: 'table:d.t',
  database: 'd',
  table: 't',
  jobType: 'COPY',
  order: { copy: { regions, waitsFor: [] }, entries: [], needs: [] },
};

/** Reads what there is of a store that answers each request for an object so. */
async function measured(status: number, keys: readonly string[]) {
  const asked: string[] = [];
  const objects = keys.map((key) => objectRef(key, { size: 1000 }));
  const server = await listen((request, response) => {
    asked.push(request.url ?? '');
    const etag = objects.find(({ key }) => request.url?.endsWith(key))?.etag ?? '';
    response.writeHead(status, { etag: `"${etag}"`, 'content-length': 1000 }).end(Buffer.alloc(1000));
  });
  const transfer = s3Transfer(
    { endpoint: server.url, region: 'us-east-1', credentials: { accessKeyId: 'id', secretAccessKey: 'secret' } },
    { connections: 4 },
  );
  const lister = new MemoryBuckets(objects, 10);
  const signal = new AbortController().signal;
  const rate = await measureSource([job], { transfer, lister }, { seconds: 30, signal });
  await transfer.close();
  await server.stop();
  return { rate, asked };
}

test('the rate is that of the bytes that were read', async () => {
  const { rate, asked } = await measured(200, ['a', 'b', 'c']);
  expect(rate).toMatchObject({ bytes: 3000 });
  expect(rate?.bytesPerSecond).toBeGreaterThan(0);
  expect(asked.sort()).toEqual(['/acme-raw/a', '/acme-raw/b', '/acme-raw/c']);
});

test('no rate is made up where nothing could be read', async () => {
  expect((await measured(403, ['a'])).rate).toBeUndefined();
  expect((await measured(200, [])).rate).toBeUndefined();
});
