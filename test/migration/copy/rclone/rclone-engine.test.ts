import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { CopyEngine, CopyOptions, CopyOutcome, CopyTask } from '../../../../migration/copy/copy-engine.js';
import { LiveLimits } from '../../../../migration/copy/limits.js';
import { rcloneEngine } from '../../../../migration/copy/rclone/index.js';
import type { RcloneEngineOptions } from '../../../../migration/copy/rclone/index.js';
import { collect, sha256, summary } from '../../../support/copy-stores.js';
import { FakeRclone } from '../../../support/fake-rclone.js';
import { etagOf, MemoryS3 } from '../../../support/memory-s3.js';
import type { StoredObject } from '../../../support/memory-s3.js';

const content = Buffer.from('some content');
let source: MemoryS3;
let target: MemoryS3;
let rclone: FakeRclone;
/** Keys that were handed on. */
let streamed: string[];

beforeEach(async () => {
  [source, target] = [await new MemoryS3().start(), await new MemoryS3().start()];
  rclone = new FakeRclone(source, target);
  streamed = [];
});
afterEach(async () => {
  await Promise.all([source.stop(), target.stop()]);
});

const stream: CopyEngine = {
  name: 'stream',
  copy: async function* (tasks) {
    for await (const { source: from, target: to } of tasks) {
      streamed.push(to.key);
      yield { source: from, target: to, state: 'copied', sha256: 'by stream', bytes: from.size };
    }
  },
};

function taskFor(key: string, object: StoredObject = { content }, ref: Partial<CopyTask['source']> = {}): CopyTask {
  const version = ref.versionId === undefined ? '' : `?${ref.versionId ?? ''}`;
  source.objects.set(`lake/${key}${version}`, object);
  return {
    source: {
      bucket: 'lake',
      key,
      versionId: null,
      etag: etagOf(object),
      size: object.content.length,
      lastModified: '2026-01-01T00:00:00Z',
      storageClass: 'STANDARD',
      ...ref,
    },
    target: { bucket: 'there', key },
  };
}

async function copy(
  tasks: Iterable<CopyTask>,
  more: Partial<CopyOptions> = {},
  options: Partial<RcloneEngineOptions> = {},
): Promise<readonly CopyOutcome[]> {
  const engine = rcloneEngine({
    source: source.target,
    target: { ...target.target, provider: 'Ceph' },
    stream,
    start: rclone.start,
    retries: { attempts: 2, firstDelayMs: 1 },
    graceMs: 1,
    ...options,
  });
  try {
    return await collect(
      engine.copy(tasks, { signal: new AbortController().signal, limits: new LiveLimits(), ...more }),
    );
  } finally {
    await engine.close();
  }
}

const whyOf = (outcome: CopyOutcome | undefined): string => (outcome?.notes ?? []).map(({ message }) => message).join();

test('what rclone has copied counts when both ends have the same content', async () => {
  const objects = ['a', 'b/c'].map((key) =>
    taskFor(key, { content: randomBytes(100), headers: { 'content-type': 'x/y' } }),
  );
  const outcomes = await copy(objects);
  expect(summary(outcomes)).toEqual({ copied: 2 });
  expect(new Map(outcomes.map(({ source: { key }, sha256: hash, bytes }) => [key, [hash, bytes]]))).toEqual(
    new Map(['a', 'b/c'].map((key) => [key, [sha256(source.objects.get(`lake/${key}`)?.content ?? content), 100]])),
  );
  expect([outcomes.map(whyOf), streamed, rclone.running]).toEqual([['', ''], [], 0]);
});

test.each([
  ['content-encoding', { 'content-encoding': 'gzip' }],
  ['cache-control', { 'cache-control': 'max-age=1' }],
  ['expires', { expires: 'Mon, 03 Feb 2031 04:05:06 GMT' }],
  ['user metadata', { 'x-amz-meta-owner': 'sales' }],
  ['user metadata', { 'x-amz-meta-mtime': '1.5' }],
  ['tags', { 'x-amz-tagging-count': '1' }],
  ['object lock', { 'x-amz-object-lock-legal-hold': 'ON' }],
])('an object with %s goes to stream, because rclone would lose it', async (what, headers) => {
  const [outcome] = await copy([taskFor('a', { content, headers })]);
  expect(outcome).toMatchObject({ state: 'copied', sha256: 'by stream' });
  expect(whyOf(outcome)).toContain(what);
  expect(rclone.told).toEqual([]);
});

test('where tags may not be read, a note tells, and rclone copies', async () => {
  source.hidesTags = true;
  const [outcome] = await copy([taskFor('a', { content, tags: { team: 'x' } })]);
  expect(outcome).toMatchObject({ state: 'copied', notes: [{ code: 'object-not-carried-whole' }] });
  expect(whyOf(outcome)).toContain('s3:GetObjectTagging');
  expect([rclone.told, streamed]).toEqual([['a'], []]);
});

test('a key that rclone might change never reaches it, and neither does an object that stream has begun', async () => {
  const begun = { ...taskFor('begun'), resume: { uploadId: 'u', partBytes: 5, parts: [] } };
  const outcomes = await copy([taskFor('a//b'), taskFor('dir/'), taskFor('plain'), begun]);
  expect(summary(outcomes)).toEqual({ copied: 4 });
  expect(rclone.told).toEqual(['plain']);
  expect(streamed.sort()).toEqual(['a//b', 'begun', 'dir/']);
});

describe('what is not the same at the target is copied again, by stream', () => {
  test.each<[string, Partial<StoredObject> | 'nothing']>([
    ['other content', { content: Buffer.from('same content') }],
    ['content of another length', { content: Buffer.from('some') }],
    ['another content type', { headers: { 'content-type': 'text/html' } }],
    ['nothing', 'nothing'],
  ])('%s', async (_, change) => {
    rclone.instead = (key, object) => {
      if (key !== 'bad') return Promise.resolve(object);
      return Promise.resolve(change === 'nothing' ? { kind: 'refused', reason: 'no room' } : { ...object, ...change });
    };
    const outcomes = await copy([taskFor('bad'), taskFor('good')]);
    expect(summary(outcomes)).toEqual({ copied: 2 });
    expect([rclone.told.sort(), streamed]).toEqual([['bad', 'good'], ['bad']]);
  });

  test('of a version that is not the current one any longer', async () => {
    const task = taskFor('a', { content: Buffer.from('first') }, { versionId: 'v1' });
    source.objects.set('lake/a', { content: Buffer.from('other') });
    expect(await copy([task])).toMatchObject([{ state: 'copied', sha256: 'by stream' }]);
  });

  test('of content that is not what the source says it is', async () => {
    const [outcome] = await copy([taskFor('a', { content, headers: { 'x-amz-checksum-crc32': 'AAAAAA==' } })]);
    expect(whyOf(outcome)).toContain('the source says AAAAAA==');
    expect(rclone.told).toEqual([]);
  });
});

test('an object that was overwritten is gone', async () => {
  const task = taskFor('a');
  source.objects.set('lake/a', { content: Buffer.from('newer') });
  expect(summary(await copy([task]))).toEqual({ 'gone: object-overwritten': 1 });
  expect(streamed).toEqual([]);
});

describe('an rclone that ends', () => {
  test('is started again, and copies what was under way', async () => {
    let isKilled = false;
    rclone.instead = (_, object) => {
      if (isKilled) return Promise.resolve(object);
      isKilled = true;
      return Promise.resolve({ kind: 'no-answer', reason: 'socket hang up' });
    };
    const outcomes = await copy(['a', 'b', 'c'].map((key) => taskFor(key)));
    expect(outcomes.map(whyOf)).toEqual(['', '', '']);
    expect([rclone.starts, rclone.running]).toEqual([2, 0]);
  });

  test('again and again is given up, and stream goes on', async () => {
    rclone.instead = () => Promise.resolve({ kind: 'no-answer', reason: 'socket hang up' });
    const outcomes = await copy(['a', 'b'].map((key) => taskFor(key)));
    expect(outcomes.map(whyOf)).toEqual(Array(2).fill(expect.stringContaining('ended again and again')));
    expect([rclone.starts, rclone.running]).toEqual([4, 0]);
  });
});

test('an rclone that is not installed refuses each object, with the command that installs it', async () => {
  const engine = rcloneEngine({
    source: source.target,
    target: { ...target.target, provider: 'Ceph' },
    stream,
    program: '/nowhere/rclone',
  });
  const limits = new LiveLimits();
  const outcomes = await collect(
    engine.copy([taskFor('a'), taskFor('b')], { signal: new AbortController().signal, limits }),
  );
  expect(summary(outcomes)).toEqual({ 'refused: rclone-missing': 2 });
  expect(await engine.check?.()).toMatchObject([
    { code: 'rclone-missing', message: expect.stringContaining('ENOENT'), fix: expect.stringContaining('pip install') },
  ]);
  await engine.close();
});

test('after the signal each object that was taken has one outcome, and rclone has ended', async () => {
  const stop = new AbortController();
  rclone.instead = async (key, object) => {
    if (key !== 'slow') return object;
    stop.abort();
    await delay(50);
    return { kind: 'no-answer', reason: 'aborted' };
  };
  const keys = ['slow', 'a//b', ...Array.from({ length: 50 }, (_, number) => `later-${number}`)];
  const limits = new LiveLimits({ objectsAtOnce: 2 });
  const outcomes = await copy(
    keys.map((key) => taskFor(key)),
    { signal: stop.signal, limits },
  );
  const places = outcomes.map(({ target: { key } }) => key);
  expect(new Set(places).size).toBe(places.length);
  expect(outcomes.find(({ target: { key } }) => key === 'slow')?.state).toBe('interrupted');
  expect(outcomes.length).toBeLessThan(52);
  expect(rclone.running).toBe(0);
});

test('rclone has a third of the bandwidth, also when that changes', async () => {
  const limits = new LiveLimits({ bytesPerSecond: 3e6 });
  rclone.instead = async (_, object) => {
    limits.change({ bytesPerSecond: 6e6 });
    await delay(10);
    return object;
  };
  expect(summary(await copy([taskFor('a')], { limits }))).toEqual({ copied: 1 });
  expect(rclone.limits).toEqual([1e6, 2e6]);
});
