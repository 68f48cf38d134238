import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { fail, ok } from '../../core/result.js';
import type { BucketLister, ObjectRef, OldVersion } from '../../clients/s3/listing/index.js';
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

type PageRequest = Parameters<BucketLister['page']>[0];

/** Buckets in memory, listed as S3 lists them. */
export class MemoryBuckets implements BucketLister {
  requests = 0;
  running = 0;
  most = 0;
  /** Fails the requests for which it returns something. */
  failure: (request: number, asked: PageRequest) => Diagnostic | undefined = () => undefined;
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

  page: BucketLister['page'] = async (asked, signal) => {
    const { bucket, prefix, after, next, maxKeys = this.pageSize } = asked;
    this.requests += 1;
    this.running += 1;
    this.most = Math.max(this.most, this.running);
    const failed = this.failure(this.requests, asked);
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
      oldVersions: [],
      next: found.length > objects.length && last !== undefined ? { 'continuation-token': last.key } : null,
    });
  };
}

/** A version of a key: the text is its id. A key's newest version comes first. */
export interface KeptVersion {
  readonly key: string;
  readonly kind: 'object' | 'delete-marker';
  readonly size: number;
}

/** A bucket in memory that keeps versions, listed as ListObjectVersions does. */
export class VersionedBucket implements BucketLister {
  readonly #versions: readonly KeptVersion[];

  constructor(
    versions: readonly KeptVersion[],
    private readonly pageSize: number,
  ) {
    this.#versions = versions.toSorted((a, b) => compareKeys(a.key, b.key));
  }

  pinFor: BucketLister['pinFor'] = () => Promise.resolve(ok('version'));

  page: BucketLister['page'] = async ({ prefix, after, next }) => {
    await setImmediate();
    const marker = next?.['key-marker'] ?? after;
    const last = next?.['version-id-marker'] === undefined ? Infinity : Number(next['version-id-marker']);
    const found = [...this.#versions.entries()].filter(([id, { key }]) => {
      const order = marker === '' ? 1 : compareKeys(key, marker);
      return key.startsWith(prefix) && (order > 0 || (order === 0 && id > last));
    });
    const shown = found.slice(0, this.pageSize);
    const isLatest = (id: number): boolean => this.#versions[id - 1]?.key !== this.#versions[id]?.key;
    const end = shown.at(-1);
    return ok({
      objects: shown.flatMap(([id, { key, kind, size }]) =>
        kind === 'object' && isLatest(id) ? [objectRef(key, { size, versionId: String(id) })] : [],
      ),
      oldVersions: shown.flatMap(([id, { key, kind, size }]): OldVersion[] => {
        if (kind === 'delete-marker') return [{ key, kind, isLatest: isLatest(id), size: 0 }];
        return isLatest(id) ? [] : [{ key, kind: 'noncurrent', isLatest: false, size }];
      }),
      next:
        found.length > shown.length && end !== undefined
          ? { 'key-marker': end[1].key, 'version-id-marker': String(end[0]) }
          : null,
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
