import { createHash } from 'node:crypto';
import { ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import type { EntryWork } from './entry-work.js';
import type { EntryFailure } from './failure.js';
import type { ListedPartition } from './listed-partition.js';
import { batchSize, registerBatch } from './partition-batches.js';
import type { BatchOptions } from './partition-batches.js';
import type { PartitionedTable } from './partition-calls.js';

/** A hash over partitions in their order, which can be asked for after each. */
export function partitionsHash(): { readonly add: (partition: ListedPartition) => void; readonly value: () => string } {
  const hash = createHash('sha256');
  return {
    add: ({ values, location }) => hash.update(`${JSON.stringify([values, location])}\n`),
    value: () => hash.copy().digest('hex'),
  };
}

/**
 * Registers every partition of the list, each where it lies. The progress is stored after each batch; a later attempt goes
 * on behind it, if the list still begins with the same partitions.
 */
export async function registerList(
  work: EntryWork,
  table: PartitionedTable,
  list: () => AsyncIterable<ListedPartition>,
  options: BatchOptions & { readonly expected: number | null },
): Promise<Result<{ readonly registered: number; readonly moved: number }, EntryFailure>> {
  const counts = { registered: 0, moved: 0 };
  const hash = partitionsHash();
  let lines = 0;
  let batch: ListedPartition[] = [];
  let before = await positionIn(list(), work);

  const flush = async (): Promise<Result<void, EntryFailure>> => {
    const registered = await registerBatch(work, table, batch, options);
    if (!registered.ok) return registered;
    counts.registered += registered.value.registered.length;
    counts.moved += registered.value.moved.length;
    batch = [];
    await work.saveProgress({ partitions: { lines, hash: hash.value() } });
    await work.step('partitions', lines, options.expected);
    return ok(undefined);
  };

  for await (const partition of list()) {
    hash.add(partition);
    lines += 1;
    if (before > 0) {
      before -= 1;
      continue;
    }
    batch.push(partition);
    if (batch.length < batchSize) continue;
    const flushed = await flush();
    if (!flushed.ok) return flushed;
  }
  const flushed = await flush();
  return flushed.ok ? ok(counts) : flushed;
}

/** How many partitions at the beginning are registered already. */
async function positionIn(list: AsyncIterable<ListedPartition>, { progress }: EntryWork): Promise<number> {
  const { partitions } = progress;
  if (partitions === null) return 0;
  const hash = partitionsHash();
  let lines = 0;
  for await (const partition of list) {
    hash.add(partition);
    lines += 1;
    if (lines === partitions.lines) return hash.value() === partitions.hash ? lines : 0;
  }
  return 0;
}
