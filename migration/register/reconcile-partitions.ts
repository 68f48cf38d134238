import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { qualifiedName } from '../../core/sql-text.js';
import type { EntryWork } from './entry-work.js';
import type { EntryFailure } from './failure.js';
import { batchSize, registerBatch } from './partition-batches.js';
import type { BatchOptions, BatchResult } from './partition-batches.js';
import { partitionsHash } from './partition-list.js';
import type { ListedPartition } from './listed-partition.js';
import type { PartitionedTable } from './partition-calls.js';
import { keyOfListed, keyOfRow } from './partition-values.js';
import type { PartitionKey } from './partition-values.js';

export interface Reconciled {
  readonly registered: number;
  readonly moved: number;
  /** The partitions that Trino has and the source does not list. */
  readonly surplus: readonly PartitionKey[];
  /** Partitions that the source lists, and the hash over them. */
  readonly lines: number;
  readonly hash: string;
}

/**
 * Registers the partitions that the source lists and Trino lacks, and finds those that Trino has and the source does not
 * list. The partitions that Trino has are held in memory, about 150 bytes each.
 *
 * Trino tells a key's value, not its text: where the key is a number and folders such as `1` and `01` lie side by side, of
 * which the source lists one, the other one can be taken for it.
 */
export async function reconcile(
  work: EntryWork,
  table: PartitionedTable,
  list: () => AsyncIterable<ListedPartition>,
  options: BatchOptions,
): Promise<Result<Reconciled, EntryFailure>> {
  const held = await partitionsOf(work, table);
  if (!held.ok) return held;
  const present = held.value;
  const hash = partitionsHash();
  /** Of values that differ in their text only, some are registered and it is not known which. */
  const unclear = new Set<string>();
  let [registered, moved, lines] = [0, 0, 0];
  const register = async (batch: readonly ListedPartition[]): Promise<Result<BatchResult, EntryFailure>> => {
    const result = await registerBatch(work, table, batch, options);
    if (result.ok) {
      registered += result.value.registered.length;
      moved += result.value.moved.length;
    }
    return result;
  };

  for await (const missing of batches(lacking())) {
    const result = await register(missing);
    if (!result.ok) return result;
    for (const { values } of result.value.present) unclear.add(textOf(keyOfListed(values, table.types)));
  }
  if (unclear.size > 0) {
    for await (const batch of batches(withKeysIn(unclear))) {
      const result = await register(batch);
      if (!result.ok) return result;
    }
  }
  const surplus = [...present].flatMap(([key, count]) => Array<PartitionKey>(count).fill(keyOf(key)));
  return ok({ registered, moved, surplus, lines, hash: hash.value() });

  async function* lacking(): AsyncGenerator<ListedPartition> {
    for await (const partition of list()) {
      hash.add(partition);
      lines += 1;
      if (lines % batchSize === 0) await work.step('partitions', lines, work.entry.expected.partitions);
      const key = textOf(keyOfListed(partition.values, table.types));
      const count = present.get(key);
      if (count === undefined) yield partition;
      else if (count === 1) present.delete(key);
      else present.set(key, count - 1);
    }
  }

  async function* withKeysIn(keys: ReadonlySet<string>): AsyncGenerator<ListedPartition> {
    for await (const partition of list()) {
      if (keys.has(textOf(keyOfListed(partition.values, table.types)))) yield partition;
    }
  }
}

/** How many partitions Trino has with each key. */
async function partitionsOf(
  work: EntryWork,
  { name: [catalog, schema, table], types }: PartitionedTable,
): Promise<Result<Map<string, number>, EntryFailure>> {
  const held = new Map<string, number>();
  for await (const page of work.pages(`SELECT * FROM ${qualifiedName(catalog, schema, `${table}$partitions`)}`)) {
    if (!page.ok) return fail(page.error);
    for (const row of page.value.rows) {
      const key = textOf(keyOfRow(row, types));
      held.set(key, (held.get(key) ?? 0) + 1);
    }
  }
  return ok(held);
}

async function* batches(partitions: AsyncIterable<ListedPartition>): AsyncGenerator<readonly ListedPartition[]> {
  let batch: ListedPartition[] = [];
  for await (const partition of partitions) {
    batch.push(partition);
    if (batch.length < batchSize) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

function textOf(key: PartitionKey): string {
  return JSON.stringify(key);
}

function keyOf(text: string): PartitionKey {
  return JSON.parse(text) as PartitionKey;
}
