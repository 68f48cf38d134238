import { ok } from '../../../core/result.js';
import type { Result } from '../../../core/result.js';
import { compareKeys } from './key-order.js';
import type { ObjectRef } from './object-ref.js';
import type { BucketLister } from './bucket-lister.js';
import type { ListingPage } from './parse-listing.js';

/** The object now at this object's key in the source, pinned likewise; `null` if there is none. */
export async function findObject(
  lister: BucketLister,
  { bucket, key, versionId }: ObjectRef,
  signal: AbortSignal,
): Promise<Result<ObjectRef | null>> {
  const pin = versionId === null ? 'etag' : 'version';
  // The key itself comes before all others that begin with it, and its current version before the older ones.
  const asked = key.isWellFormed() ? { prefix: key, maxKeys: 1 } : { prefix: beginningOf(key) };
  let next: ListingPage['next'] = null;
  for (;;) {
    const page: Result<ListingPage> = await lister.page({ bucket, ...asked, pin, after: '', next }, signal);
    if (!page.ok) return page;
    const { objects, oldVersions } = page.value;
    const found = objects.find((object) => object.key === key);
    if (found !== undefined) return ok(found);
    const isDeleted = oldVersions.some((version) => version.key === key);
    const isBehind = [...objects, ...oldVersions].some((each) => compareKeys(each.key, key) > 0);
    // A store may give a page without objects before the one with the key.
    if (isDeleted || isBehind || page.value.next === null) return ok(null);
    ({ next } = page.value);
  }
}

/** The longest beginning of a non-UTF-8 key that a request can name. */
function beginningOf(key: string): string {
  return key.slice(0, key.search(/\p{Cs}/u));
}
