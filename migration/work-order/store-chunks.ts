import { ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { insertChunks, removeChunks } from '../../state/index.js';
import type { HeldJob, NewChunk, State } from '../../state/index.js';
import type { ObjectPages } from '../../clients/s3/listing/index.js';
import { encodeObjects } from './encode-objects.js';
import { groupObjects } from './group-objects.js';
import type { ChunkLimits } from './group-objects.js';
import type { Region } from './divide-buckets.js';

export interface ListedTotals {
  readonly chunks: number;
  readonly objects: number;
  readonly bytes: number;
}

export interface StoreChunksOptions {
  readonly state: Pick<State, 'db'>;
  /** The writes carry its fence. */
  readonly job: HeldJob;
  readonly regions: readonly Region[];
  readonly list: (region: Region) => ObjectPages;
  readonly limits?: ChunkLimits;
  /** After each statement. What it throws ends the listing. */
  readonly onStored?: (totals: ListedTotals) => Promise<void>;
}

/** Chunks in one statement: a few megabytes at most. */
const batchSize = 100;

/**
 * Lists the regions and stores their objects as the job's chunks, in place of those that an interrupted listing has left.
 * Fails with the listing's Diagnostics, or when the job is lost.
 */
export async function storeChunks({
  state,
  job,
  regions,
  list,
  limits,
  onStored,
}: StoreChunksOptions): Promise<Result<ListedTotals>> {
  const removed = await removeChunks(state, job);
  if (!removed.ok) return removed;
  let totals: ListedTotals = { chunks: 0, objects: 0, bytes: 0 };
  let batch: NewChunk[] = [];
  const flush = async (): Promise<Result<void>> => {
    const stored = await insertChunks(state, job, batch);
    batch = [];
    if (stored.ok) await onStored?.(totals);
    return stored;
  };
  for (const region of regions)
    for await (const chunk of groupObjects(list(region), limits)) {
      if (!chunk.ok) return chunk;
      const objects = chunk.value.length;
      const bytes = chunk.value.reduce((sum, { size }) => sum + size, 0);
      const keys = encodeObjects(chunk.value);
      batch.push({ number: totals.chunks, owner: region.owner, objects, bytes, keys });
      totals = { chunks: totals.chunks + 1, objects: totals.objects + objects, bytes: totals.bytes + bytes };
      if (batch.length < batchSize) continue;
      const stored = await flush();
      if (!stored.ok) return stored;
    }
  const stored = await flush();
  return stored.ok ? ok(totals) : stored;
}
