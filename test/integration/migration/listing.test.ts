import { DeleteObjectCommand, PutBucketVersioningCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { S3Target } from '../../../clients/s3/index.js';
import { s3Transfer } from '../../../clients/s3/transfer/index.js';
import { ObjectStore } from '../../../environments/lakehouse/object-store.js';
import { motoCredentials, startMoto } from '../../../environments/moto/moto.js';
import type { Moto } from '../../../environments/moto/moto.js';
import {
  allKeys,
  bucketLister,
  compareKeys,
  findObject,
  listRanges,
  rangeOfPrefix,
} from '../../../clients/s3/listing/index.js';
import type { KeyRange, ObjectRef } from '../../../clients/s3/listing/index.js';
import { decodeObjects, encodeObjects } from '../../../migration/work-order/index.js';
import { awkwardObjects } from '../../support/awkward-objects.js';
import { Bucket, collect, storeTarget } from '../../support/copy-stores.js';
import { problemOf } from '../../support/pages.js';

const environments = join(import.meta.dirname, '..', '..', '..', 'environments');
const kept = process.env['A2O_TEST_OBJECT_STORES'];
const folder = kept ?? mkdtempSync(join(tmpdir(), 'a2o-listing-'));
const rgwFolder = join(folder, 'rgw');
const run = randomBytes(4).toString('hex');
const signal = new AbortController().signal;

let moto: Moto;
let rgw: S3Target;

beforeAll(async () => {
  const [store, emulator] = await Promise.all([
    ObjectStore.start({ type: 'ceph-rgw', folder: rgwFolder }),
    startMoto(),
  ]);
  [moto, rgw] = [emulator, storeTarget(store)];
}, 600_000);
afterAll(async () => {
  await moto.stop();
  if (kept !== undefined) return;
  execFileSync(join(environments, 'object-store/object-store.sh'), ['wipe', '--data', rgwFolder]);
  rmSync(folder, { recursive: true });
}, 120_000);

const stores = {
  Ceph: () => rgw,
  moto: (): S3Target => ({ endpoint: moto.endpoint, region: 'us-east-1', credentials: motoCredentials }),
};

async function listed(target: S3Target, bucket: string, ...ranges: readonly KeyRange[]): Promise<ObjectRef[]> {
  const transfer = s3Transfer(target, { connections: 8 });
  try {
    const objects: ObjectRef[] = [];
    const options = { width: 8, signal };
    for await (const page of listRanges(
      bucketLister(transfer),
      ranges.map((range) => ({ bucket, ...range })),
      options,
    )) {
      if (!page.ok) throw new Error(page.error.map(({ message }) => message).join());
      objects.push(...page.value);
    }
    return objects.sort((a, b) => compareKeys(a.key, b.key));
  } finally {
    await transfer.close();
  }
}

describe.each(Object.keys(stores) as (keyof typeof stores)[])('%s', (name) => {
  // moto refuses keys with line ends.
  const objects = awkwardObjects.filter(({ key }) => name !== 'moto' || !/[\r\n]/.test(key));
  let bucket: Bucket;

  beforeAll(async () => {
    bucket = await new Bucket(stores[name](), `listing-${run}`).create();
    for (const { key, content } of objects) await bucket.put({ key, content });
  }, 300_000);

  test('every awkward key is listed byte for byte, and survives the work order', async () => {
    const found = await listed(stores[name](), bucket.name, allKeys);
    expect(found.map(({ key }) => key)).toEqual(objects.map(({ key }) => key).sort(compareKeys));
    expect(found.map(({ size }) => size).reduce((sum, size) => sum + size)).toBe(
      objects.reduce((sum, { content }) => sum + content.length, 0),
    );
    expect(decodeObjects(encodeObjects(found))).toEqual(found);
  });

  test('ranges that divide the keys list each of them once', async () => {
    const keys = objects.map(({ key }) => key).sort(compareKeys);
    const bounds = keys.filter((_, index) => index % 3 === 1);
    const ranges = ['', ...bounds].map((from, index) => ({ from, to: bounds[index] ?? null }));
    expect((await listed(stores[name](), bucket.name, ...ranges)).map(({ key }) => key)).toEqual(keys);
  });

  test('more than a page, flat and in folders, side by side', async () => {
    const large = await new Bucket(stores[name](), `listing-large-${run}`).create();
    const keys = Array.from({ length: 1300 }, (_, n) =>
      n % 2 === 0 ? `flat-${n}` : `year=${2000 + (n % 7)}/part-${n}`,
    );
    for (let at = 0; at < keys.length; at += 50)
      await Promise.all(keys.slice(at, at + 50).map((key) => large.put({ key, content: Buffer.from(key) })));
    expect((await listed(stores[name](), large.name, allKeys)).map(({ key }) => key)).toEqual(keys.sort(compareKeys));
    expect((await listed(stores[name](), large.name, rangeOfPrefix('year=2001/'))).map(({ key }) => key)).toEqual(
      keys.filter((key) => key.startsWith('year=2001/')),
    );
  }, 300_000);

  test('of a bucket with versions, the current ones are pinned and deleted keys are none', async () => {
    const versioned = await new Bucket(stores[name](), `listing-versions-${run}`).create();
    await versioned.put({ key: 'before', content: Buffer.from('0') });
    const VersioningConfiguration = { Status: 'Enabled' } as const;
    await versioned.client.send(new PutBucketVersioningCommand({ Bucket: versioned.name, VersioningConfiguration }));
    for (const content of ['1', '22', '333']) await versioned.put({ key: 'a/+', content: Buffer.from(content) });
    for (const key of ['gone', 'z']) await versioned.put({ key, content: Buffer.from('x') });
    await versioned.client.send(new DeleteObjectCommand({ Bucket: versioned.name, Key: 'gone' }));
    const found = await listed(stores[name](), versioned.name, allKeys);
    const current = await versioned.head('a/+');
    expect(found.map(({ key, size, versionId }) => [key, size, versionId])).toEqual([
      ['a/+', 3, current.VersionId],
      ['before', 1, 'null'],
      ['z', 1, expect.any(String)],
    ]);
    const transfer = s3Transfer(stores[name](), { connections: 1 });
    const lister = bucketLister(transfer);
    const [first] = found;
    if (first === undefined) throw new Error('nothing was listed');
    expect(await findObject(lister, first, signal)).toEqual({ ok: true, value: first });
    expect(await findObject(lister, { ...first, key: 'gone' }, signal)).toEqual({ ok: true, value: null });
    await transfer.close();
  }, 120_000);

  test('a bucket that is missing is told', async () => {
    const transfer = s3Transfer(stores[name](), { connections: 1 });
    const pages = listRanges(bucketLister(transfer), [{ bucket: `missing-${run}`, ...allKeys }], { width: 1, signal });
    const [page] = await collect(pages);
    if (page === undefined) throw new Error('no page');
    expect(problemOf(page).code).toBe('source-bucket-missing');
    await transfer.close();
  });
});
