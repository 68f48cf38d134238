import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { diagnostic } from '../../core/diagnostic.js';
import type { EntryWork } from './entry-work.js';
import type { EntryFailure } from './failure.js';
import type { ListedPartition } from './listed-partition.js';
import { sideBySide } from './side-by-side.js';
import { registerPartition } from './partition-calls.js';
import type { Buckets, PartitionedTable } from './partition-calls.js';

export interface BatchOptions {
  readonly buckets: Buckets;
  /** How many statements run at a time. */
  readonly atOnce: number;
}

/** Of a batch, what became of each partition. */
export type BatchResult = Readonly<Record<'registered' | 'present' | 'moved', readonly ListedPartition[]>>;

/** Partitions that are registered before the next ones are read, and the progress stored. */
export const batchSize = 200;

/** Registers the partitions of a batch side by side. Those that fail do not stop the others, unless Trino is not reached. */
export async function registerBatch(
  work: EntryWork,
  table: PartitionedTable,
  batch: readonly ListedPartition[],
  { buckets, atOnce }: BatchOptions,
): Promise<Result<BatchResult, EntryFailure>> {
  const { done, failures } = await sideBySide(batch, atOnce, (partition) =>
    registerPartition(work, table, partition, buckets),
  );
  if (failures.length > 0) return fail(partitionsFailed(work.key, failures, batch.length));
  const became = (wanted: keyof BatchResult): readonly ListedPartition[] =>
    done.filter(([, outcome]) => outcome === wanted).map(([partition]) => partition);
  return ok({ registered: became('registered'), present: became('present'), moved: became('moved') });
}

/** A failure that may pass comes before others. */
export function partitionsFailed(key: string, failures: readonly EntryFailure[], count: number): EntryFailure {
  const worst = failures.find(({ kind }) => kind === 'retry') ?? failures[0];
  if (worst === undefined) throw new Error(`Bug: no partition of ${key} failed.`);
  const { kind, diagnostic: first } = worst;
  if (failures.length === 1) return worst;
  return {
    kind,
    diagnostic: diagnostic({
      code: 'registration-partitions-failed',
      path: key,
      message: `${failures.length} of ${count} partitions failed. The first: ${first.message}`,
      fix: first.fix,
    }),
  };
}
