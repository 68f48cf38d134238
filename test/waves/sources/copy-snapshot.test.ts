import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ebsClient } from '../../../clients/ebs/index.js';
import { copySnapshot } from '../../../waves/sources/ebs/copy-snapshot.js';
import { blockBytes, startEbsStub } from '../../support/ebs-stub.js';
import type { EbsStub, StubSnapshot } from '../../support/ebs-stub.js';

const sizeBytes = 20 * blockBytes;
let folder: string;
let file: string;
let stub: EbsStub;
const snapshots = new Map<string, StubSnapshot>();

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'a2o-ebs-'));
  file = join(folder, 'disk.raw');
  const first = new Map([0, 1, 2, 5, 8, 13, 19].map((index) => [index, randomBytes(blockBytes)]));
  const second = new Map(first);
  second.set(2, randomBytes(blockBytes)).set(6, randomBytes(blockBytes));
  second.delete(13);
  snapshots.set('snap-1', first).set('snap-2', second).set('snap-3', new Map(second));
  stub = await startEbsStub(snapshots);
});

afterEach(async () => {
  await stub.stop();
  rmSync(folder, { recursive: true, force: true });
});

function copyOf(snapshotId: string, signal = new AbortController().signal, width = 4): ReturnType<typeof copySnapshot> {
  const client = ebsClient({
    region: 'eu-central-1',
    endpoint: stub.url,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  });
  return copySnapshot({ client, snapshotId, sizeBytes, file, width, signal, onProgress: () => undefined });
}

function contentOf(snapshotId: string): Buffer {
  const content = Buffer.alloc(sizeBytes);
  for (const [index, block] of snapshots.get(snapshotId) ?? []) block.copy(content, index * blockBytes);
  return content;
}

test('a snapshot becomes a sparse file of the size of its volume', async () => {
  await copyOf('snap-1');
  expect(readFileSync(file).equals(contentOf('snap-1'))).toBe(true);
  expect(statSync(file).blocks * 512).toBeLessThan(sizeBytes / 2);
});

test('the second pass reads only what has changed: new, other and vanished blocks', async () => {
  const first = await copyOf('snap-1');
  stub.read.length = 0;
  const second = await copyOf('snap-2');
  expect(readFileSync(file).equals(contentOf('snap-2'))).toBe(true);
  expect([...stub.read].sort()).toEqual(['snap-2/2', 'snap-2/6']);
  expect(second.contentId).not.toBe(first.contentId);
});

test('a later snapshot without changes is the same content', async () => {
  await copyOf('snap-1');
  const second = await copyOf('snap-2');
  stub.read.length = 0;
  expect(await copyOf('snap-3')).toEqual(second);
  expect(stub.read).toEqual([]);
  expect(await copyOf('snap-3')).toEqual(second);
});

test('an interrupted copy goes on where it was, in each pass', async () => {
  for (const snapshot of ['snap-1', 'snap-2']) {
    let answered = 0;
    const stop = new AbortController();
    stub.faultOf = () => {
      answered += 1;
      if (answered > (snapshot === 'snap-1' ? 4 : 1)) stop.abort(new Error('killed'));
      return undefined;
    };
    await expect(copyOf(snapshot, stop.signal, 1)).rejects.toThrow('killed');
    stub.faultOf = () => undefined;
    const before = stub.read.length;
    await copyOf(snapshot);
    expect(readFileSync(file).equals(contentOf(snapshot))).toBe(true);
    const blocks = snapshot === 'snap-1' ? 7 : 2;
    expect(stub.read.length - before).toBeLessThan(blocks);
  }
  expect(readdirSync(folder).sort()).toEqual(['disk.raw', 'disk.raw.state']);
});

test('throttled and damaged blocks are read again', async () => {
  const seen = new Set<string>();
  stub.faultOf = (snapshot, index) => {
    const key = `${snapshot}/${index}`;
    if (seen.has(key)) return undefined;
    seen.add(key);
    return index % 2 === 0 ? 'throttle' : 'damage';
  };
  await copyOf('snap-1');
  expect(readFileSync(file).equals(contentOf('snap-1'))).toBe(true);
  expect(stub.read.length).toBe(14);
});

test('a block that is damaged each time is refused by name', async () => {
  stub.faultOf = (_snapshot, index) => (index === 5 ? 'damage' : undefined);
  await expect(copyOf('snap-1')).rejects.toMatchObject({
    name: 'SourcePreparationError',
    message: expect.stringContaining('Block 5 of the snapshot snap-1 came damaged 3 times'),
  });
});

test('a snapshot that does not exist is an error for good', async () => {
  await expect(copyOf('snap-9')).rejects.toMatchObject({ name: 'SourcePreparationError' });
});
