import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { fail, ok } from '../../core/result.js';
import type { BucketLister, ObjectRef } from '../../clients/s3/listing/index.js';
import { compareKeys } from '../../clients/s3/listing/index.js';

export function objectRef(key: string, fields: Partial<ObjectRef> = {}): ObjectRef {
  return {
    bucket: 'acme-raw',
    key,
    versionId: null,
    etag: createHash('md5').update(key).digest('hex'),
    size: 10,
    lastModified: '2026-11-28T10:00:00.000Z',
    storageClass: 'STANDARD',
    ...fields,
  };
}

/** Buckets in memory, listed as S3 lists them. */
export class MemoryBuckets implements BucketLister {
  requests = 0;
  running = 0;
  most = 0;
  /** Fails the requests for which it returns something. */
  failure: (request: number) => Diagnostic | undefined = () => undefined;
  readonly #buckets = new Map<string, ObjectRef[]>();

  constructor(
    objects: readonly ObjectRef[],
    private readonly pageSize = 1000,
  ) {
    for (const [bucket, own] of Map.groupBy(objects, (object) => object.bucket)) this.#buckets.set(bucket, [...own]);
    for (const own of this.#buckets.values()) own.sort((a, b) => compareKeys(a.key, b.key));
  }

  put(object: ObjectRef): void {
    this.remove(object);
    const own = this.#buckets.get(object.bucket) ?? [];
    own.push(object);
    own.sort((a, b) => compareKeys(a.key, b.key));
    this.#buckets.set(object.bucket, own);
  }

  remove({ bucket, key }: Pick<ObjectRef, 'bucket' | 'key'>): void {
    this.#buckets.set(
      bucket,
      (this.#buckets.get(bucket) ?? []).filter((object) => object.key !== key),
    );
  }

  get(bucket: string, key: string): ObjectRef | undefined {
    return this.#buckets.get(bucket)?.find((object) => object.key === key);
  }

  pinFor: BucketLister['pinFor'] = () => Promise.resolve(ok('etag'));

  page: BucketLister['page'] = async ({ bucket, prefix, after, next, maxKeys = this.pageSize }, signal) => {
    this.requests += 1;
    this.running += 1;
    this.most = Math.max(this.most, this.running);
    const failed = this.failure(this.requests);
    await setImmediate();
    this.running -= 1;
    if (failed !== undefined) return fail([failed]);
    if (signal.aborted) return fail([diagnostic({ code: 'listing-interrupted', message: 'It ends.', fix: '' })]);
    const behind = next?.['continuation-token'] ?? after;
    const own = this.#buckets.get(bucket) ?? [];
    const found: ObjectRef[] = [];
    for (let at = behind === '' ? 0 : firstBehind(own, behind); at < own.length && found.length <= maxKeys; at += 1) {
      const object = own[at];
      if (object?.key.startsWith(prefix) === true) found.push(object);
    }
    const objects = found.slice(0, maxKeys);
    const last = objects.at(-1);
    return ok({
      objects,
      deleted: 0,
      next: found.length > objects.length && last !== undefined ? { 'continuation-token': last.key } : null,
    });
  };
}

/** Objects are sorted, and many. */
function firstBehind(objects: readonly ObjectRef[], key: string): number {
  let [low, high] = [0, objects.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareKeys(objects[middle]?.key ?? '', key) > 0) high = middle;
    else low = middle + 1;
  }
  return low;
}

export async function allOf<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
