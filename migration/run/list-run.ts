import { listRanges } from '../../clients/s3/listing/index.js';
import type { BucketLister } from '../../clients/s3/listing/index.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { chosenEngine } from './table-order.js';
import type { ChosenEngine, NewJob } from './table-order.js';

export interface ListedJob extends ChosenEngine {
  readonly key: string;
  readonly objects: number;
  /** `null` where nobody knows. */
  readonly bytes: number | null;
  /** Requests of the listing. */
  readonly requests: number;
  /** By storage class. */
  readonly classes: Readonly<Record<string, number>>;
}

/** The objects that the jobs of a run would copy, as the source has them now. Holds a page of objects in memory. */
export async function listRun(
  jobs: readonly NewJob[],
  lister: BucketLister,
  { signal, onProgress }: { readonly signal: AbortSignal; readonly onProgress?: (objects: number) => void },
): Promise<Result<readonly ListedJob[]>> {
  const listed: ListedJob[] = [];
  let before = 0;
  for (const { key, order } of jobs) {
    let [objects, bytes, requests] = [0, 0, 0];
    const classes: Record<string, number> = {};
    const ranges = order.copy.regions.flatMap(({ bucket, ranges: own }) => own.map((range) => ({ bucket, ...range })));
    const pages = listRanges(lister, ranges, {
      width: listingWidth,
      signal,
      onProgress: (progress) => (requests = progress.requests),
    });
    for await (const page of pages) {
      if (!page.ok) return fail(page.error);
      for (const { size, storageClass } of page.value) {
        objects += 1;
        bytes += size;
        classes[storageClass] = (classes[storageClass] ?? 0) + 1;
      }
      onProgress?.(before + objects);
    }
    before += objects;
    listed.push({ key, ...chosenEngine(order.entries), objects, bytes, requests, classes });
  }
  return ok(listed);
}

const listingWidth = 8;
