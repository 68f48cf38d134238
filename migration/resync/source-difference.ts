import { listRanges } from '../../clients/s3/listing/index.js';
import type { BucketLister, ObjectRef } from '../../clients/s3/listing/index.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import type { State } from '../../state/index.js';
import { recordedObjects } from '../work-order/index.js';
import type { MovedObjects } from './moved-objects.js';

/** What the source holds by now, against what was copied. Same name, size and ETag are the same object. */
export interface SourceDifference {
  /** Not copied at all. */
  readonly added: readonly ObjectRef[];
  /** As they are now. */
  readonly changed: readonly ObjectRef[];
  /** As they were copied. */
  readonly removed: readonly ObjectRef[];
}

const listingWidth = 4;

/** Lists a table's part of the buckets, and holds the names that were copied in memory. */
export async function sourceDifference(
  state: Pick<State, 'db'>,
  { jobId, owner, regions }: MovedObjects,
  lister: BucketLister,
  signal: AbortSignal,
): Promise<Result<SourceDifference>> {
  const recorded = new Map<string, ObjectRef>();
  for await (const { owner: own, object } of recordedObjects(state, jobId))
    if (own === owner) recorded.set(nameOf(object), object);
  const [added, changed]: [ObjectRef[], ObjectRef[]] = [[], []];
  const ranges = regions.flatMap(({ bucket, ranges: own }) => own.map((range) => ({ bucket, ...range })));
  for await (const page of listRanges(lister, ranges, { width: listingWidth, signal })) {
    if (!page.ok) return fail(page.error);
    for (const object of page.value) {
      const before = recorded.get(nameOf(object));
      recorded.delete(nameOf(object));
      if (before === undefined) added.push(object);
      else if (before.etag !== object.etag || before.size !== object.size) changed.push(object);
    }
  }
  return ok({ added, changed, removed: [...recorded.values()] });
}

/** As engines name it in `"$path"`. */
export function nameOf({ bucket, key }: Pick<ObjectRef, 'bucket' | 'key'>): string {
  return `s3://${bucket}/${key}`;
}
