import { listRanges } from '../../clients/s3/listing/index.js';
import type { BucketLister, ObjectRef } from '../../clients/s3/listing/index.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import type { State } from '../../state/index.js';
import type { Region } from './divide-buckets.js';
import { recordedObjects } from './recorded-objects.js';

/** The objects that a job has copied of some parts of buckets. */
export interface CopiedRegions {
  readonly jobId: string;
  readonly regions: readonly Region[];
}

/**
 * The difference between the source now and the copied objects. Objects of the same name, size and ETag are the same,
 * unless both have a version and these differ.
 */
export interface SourceDifference {
  /** That were listed. */
  readonly objects: number;
  readonly bytes: number;
  /** Not copied at all. */
  readonly added: readonly ObjectRef[];
  /** As they are now. */
  readonly changed: readonly ObjectRef[];
  /** As they were copied. */
  readonly removed: readonly ObjectRef[];
}

const listingWidth = 4;

/** Lists these parts of the buckets, and holds the names that were copied in memory. Throws the signal's reason. */
export async function sourceDifference(
  state: Pick<State, 'db'>,
  copied: readonly CopiedRegions[],
  lister: BucketLister,
  signal: AbortSignal,
): Promise<Result<SourceDifference>> {
  const recorded = new Map<string, ObjectRef>();
  for (const { jobId, regions } of copied) {
    const owners = new Set(regions.map(({ owner }) => owner));
    for await (const { owner, object } of recordedObjects(state, jobId))
      if (owners.has(owner)) recorded.set(nameOf(object), object);
  }
  const [added, changed]: [ObjectRef[], ObjectRef[]] = [[], []];
  let [objects, bytes] = [0, 0];
  const ranges = copied.flatMap(({ regions }) =>
    regions.flatMap(({ bucket, ranges: own }) => own.map((range) => ({ bucket, ...range }))),
  );
  for await (const page of listRanges(lister, ranges, { width: listingWidth, signal })) {
    if (!page.ok) return fail(page.error);
    objects += page.value.length;
    for (const object of page.value) {
      bytes += object.size;
      const before = recorded.get(nameOf(object));
      recorded.delete(nameOf(object));
      if (before === undefined) added.push(object);
      else if (!isSame(before, object)) changed.push(object);
    }
  }
  return ok({ objects, bytes, added, changed, removed: [...recorded.values()] });
}

function isSame(before: ObjectRef, now: ObjectRef): boolean {
  const hasOtherVersion = before.versionId !== null && now.versionId !== null && before.versionId !== now.versionId;
  return before.size === now.size && before.etag === now.etag && !hasOtherVersion;
}

/** As engines name it in `"$path"`. */
export function nameOf({ bucket, key }: Pick<ObjectRef, 'bucket' | 'key'>): string {
  return `s3://${bucket}/${key}`;
}
