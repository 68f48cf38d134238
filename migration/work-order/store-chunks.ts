import { ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { insertChunks, removeChunks } from '../../state/index.js';
import type { HeldJob, NewChunk, State } from '../../state/index.js';
import { withoutRange } from '../../clients/s3/listing/index.js';
import type { ListedPage, ObjectRef } from '../../clients/s3/listing/index.js';
import { encodeObjects } from './encode-objects.js';
import { ObjectGrouper } from './group-objects.js';
import type { ChunkLimits } from './group-objects.js';
import type { Region } from './divide-buckets.js';
import { beginning } from './listing-point.js';
import type { ListingPoint } from './listing-point.js';

export interface StoreChunksOptions {
  readonly state: Pick<State, 'db'>;
  /** The writes carry its fence. */
  readonly job: HeldJob;
  readonly regions: readonly Region[];
  /** Lists the ranges of a region. */
  readonly list: (region: Region) => AsyncIterable<Result<ListedPage>>;
  readonly limits?: ChunkLimits;
  /** Where an interrupted listing goes on. @default at the beginning */
  readonly from?: ListingPoint;
  /** How long listed objects may stay unsaved, at most. @default 2 */
  readonly saveSeconds?: number;
  /** After each statement. What it throws ends the listing. */
  readonly onStored?: (point: ListingPoint) => Promise<void>;
}

/** Chunks in one statement: a few megabytes at most. */
const batchSize = 100;

/**
 * Lists the regions and stores their objects as the job's chunks, from a point of an interrupted listing on. Fails with the
 * listing's Diagnostics, or when the job is lost. Returns the point at the end.
 */
export async function storeChunks(options: StoreChunksOptions): Promise<Result<ListingPoint>> {
  const { state, job, regions, list, limits, from = beginning, saveSeconds = 2, onStored } = options;
  const removed = await removeChunks(state, job, from.chunks);
  if (!removed.ok) return removed;
  let point = from;
  let batch: NewChunk[] = [];
  let savedAt = performance.now();
  const add = (owner: string, chunks: Iterable<readonly ObjectRef[]>): void => {
    for (const chunk of chunks) {
      const objects = chunk.length;
      const bytes = chunk.reduce((sum, { size }) => sum + size, 0);
      batch.push({ number: point.chunks, owner, objects, bytes, keys: encodeObjects(chunk) });
      point = {
        ...point,
        chunks: point.chunks + 1,
        objects: point.objects + objects,
        bytes: point.bytes + bytes,
      };
    }
  };
  const flush = async (): Promise<Result<void>> => {
    const stored = await insertChunks(state, job, batch);
    batch = [];
    savedAt = performance.now();
    if (stored.ok) await onStored?.(point);
    return stored;
  };
  for (const [index, region] of regions.entries()) {
    if (index < from.region) continue;
    const grouper = new ObjectGrouper(limits);
    const ranges = index === from.region ? (from.left ?? region.ranges) : region.ranges;
    point = { ...point, region: index, left: ranges };
    for await (const page of list({ ...region, ranges })) {
      if (!page.ok) return page;
      const { objects, done } = page.value;
      add(region.owner, grouper.add(objects));
      if (done !== undefined) point = { ...point, left: withoutRange(point.left ?? [], done) };
      if (batch.length < batchSize && performance.now() - savedAt < saveSeconds * 1000) continue;
      // What is done is stored whole, so the last chunk is not filled up by the next pages.
      add(region.owner, grouper.end());
      const stored = await flush();
      if (!stored.ok) return stored;
    }
    add(region.owner, grouper.end());
    point = { ...point, region: index + 1, left: null };
  }
  const stored = await flush();
  return stored.ok ? ok(point) : stored;
}
