import { ok } from '../../../core/result.js';
import type { Result } from '../../../core/result.js';
import type { ObjectRef } from './object-ref.js';
import type { BucketLister } from './bucket-lister.js';

/** What the source holds under the key of this object by now, pinned likewise; `null` when there is nothing. */
export async function findObject(
  lister: BucketLister,
  { bucket, key, versionId }: ObjectRef,
  signal: AbortSignal,
): Promise<Result<ObjectRef | null>> {
  const pin = versionId === null ? 'etag' : 'version';
  // The key itself comes before all others that begin with it, and its current version before the older ones.
  const page = await lister.page({ bucket, prefix: key, pin, after: '', next: null, maxKeys: 1 }, signal);
  return page.ok ? ok(page.value.objects.find((found) => found.key === key) ?? null) : page;
}
