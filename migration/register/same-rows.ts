import { ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import type { EntryWork } from './entry-work.js';
import { blocked, jobOf } from './failure.js';
import type { EntryFailure } from './failure.js';
import { countByPartition, firstDifference } from './partition-rows.js';
import type { PartitionRows } from './partition-rows.js';

/** A conversion that lost rows, or has some twice, never ends as done. */
export async function requireSameRows(
  work: EntryWork,
  from: string,
  staged: PartitionRows,
): Promise<Result<void, EntryFailure>> {
  const name = work.targetName;
  const loaded = await countByPartition(work, name, staged.keys, staged.types);
  if (!loaded.ok) return loaded;
  const difference = firstDifference(loaded.value, staged);
  if (difference === undefined) return ok(undefined);
  const { partitions, example, rows } = difference;
  const where = example === '' ? '' : ` in ${example}, the first of ${partitions} partitions that differ`;
  return blocked(
    work.key,
    'registration-load-differs',
    `${name} has ${rows[0]} rows after its load, and ${from} has ${rows[1]}${where}.`,
    loadAnew(work),
  );
}

/** The fix of a load that went wrong. */
export function loadAnew(work: EntryWork): string {
  return `Drop it (DROP TABLE ${work.targetName}), then \`aws2openstack migrate resume ${jobOf(work.key)}\` creates and loads it again.`;
}
