import { expect, test } from '@jest/globals';
import type { ObjectRef } from '../../../clients/s3/listing/index.js';
import type { TransferFailure } from '../../../clients/transfer/index.js';
import { fail, ok } from '../../../core/result.js';
import type { Result } from '../../../core/result.js';
import type { S3Source } from '../../../migration/copy/stream/source.js';
import { SourceTags } from '../../../migration/copy/stream/source-tags.js';

const ref = (key: string, bucket = 'lake'): ObjectRef => ({
  bucket,
  key,
  versionId: null,
  etag: 'e',
  size: 1,
  lastModified: '2026-01-01T00:00:00Z',
  storageClass: 'STANDARD',
});
const denied: TransferFailure = { status: 403, code: 'AccessDenied', reason: '' };
const gone: TransferFailure = { status: 404, code: 'NoSuchKey', reason: '' };
const numbered = (count: string) => ({ 'x-amz-tagging-count': count });

/** Tags of a source that answers so, and what it was asked. */
function tagsOf(answer: (ref: ObjectRef) => Result<string, TransferFailure>) {
  const asked: string[] = [];
  const source = {
    tags: async (object: ObjectRef) => {
      asked.push(`${object.bucket}/${object.key}`);
      await new Promise(setImmediate);
      return answer(object);
    },
  } as unknown as S3Source;
  const { signal } = new AbortController();
  const retries = { attempts: 2, firstDelayMs: 1, longestDelayMs: 1 };
  return { tags: new SourceTags({ source, retries, stopping: signal, stopped: signal }), asked };
}

test('a source is asked once a bucket whether tags may be read, however many objects are copied at a time', async () => {
  const { tags, asked } = tagsOf(({ bucket }) => (bucket === 'secret' ? fail(denied) : ok('')));
  const objects = ['lake', 'secret'].flatMap((bucket) => ['a', 'b', 'c'].map((key) => ref(key, bucket)));
  const counts = await Promise.all(objects.map((object) => tags.count(object, {})));
  expect(counts).toEqual([0, 0, 0, 'hidden', 'hidden', 'hidden'].map(ok));
  expect(await tags.count(ref('later', 'secret'), {})).toEqual(ok('hidden'));
  expect(asked).toEqual(['lake/a', 'secret/a']);
});

test('a source that has told a number is not asked', async () => {
  const { tags, asked } = tagsOf(() => fail(denied));
  expect(await tags.count(ref('a'), numbered('2'))).toEqual(ok(2));
  expect(await tags.count(ref('b'), {})).toEqual(ok(0));
  expect(asked).toEqual([]);
});

test('a store that has tags and tells no number is asked for those of each object', async () => {
  const { tags } = tagsOf(() => ok('a=b'));
  expect([await tags.count(ref('a'), {}), await tags.count(ref('b'), {})]).toEqual([ok('untold'), ok('untold')]);
});

test('where the object is gone, or nothing is known, another one tells', async () => {
  const { tags, asked } = tagsOf(({ key }) => (key === 'gone' ? fail(gone) : ok('')));
  const [lost, kept] = await Promise.all([tags.count(ref('gone'), {}), tags.count(ref('there'), {})]);
  expect([lost, kept]).toEqual([fail(gone), ok(0)]);
  expect(asked).toEqual(['lake/gone', 'lake/there']);
  const busy: TransferFailure = { status: 503, code: 'SlowDown', reason: '' };
  let isBusy = true;
  const later = tagsOf(() => (isBusy ? fail(busy) : fail(denied)));
  expect(await later.tags.count(ref('a'), {})).toEqual(fail(busy));
  isBusy = false;
  expect(await later.tags.count(ref('b'), {})).toEqual(ok('hidden'));
});
