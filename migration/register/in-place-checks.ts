import { ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { qualifiedName } from '../../core/sql-text.js';
import type { EntryWork } from './entry-work.js';
import { blocked, jobOf } from './failure.js';
import type { EntryFailure } from './failure.js';
import { lookAt } from './files.js';
import type { HasObjects } from './objects.js';
import { countByPartition } from './partition-rows.js';
import type { TableStatement } from './statement.js';

/** Obstacles that only the copied files show, and that would change the rows of the table. */
export async function requireConvertible(
  work: EntryWork,
  staged: TableStatement,
  hasObjects: HasObjects,
): Promise<Result<void, EntryFailure>> {
  const free = await requireNoMetadata(work, staged, hasObjects);
  return free.ok ? await requirePlainNames(work, staged) : free;
}

/** Of a table without partitions, all files below its location are data, in whatever folder. */
async function requireNoMetadata(
  work: EntryWork,
  { location, isPartitioned }: TableStatement,
  hasObjects: HasObjects,
): Promise<Result<void, EntryFailure>> {
  if (isPartitioned || location === null) return ok(undefined);
  const folder = `${location}/metadata/`;
  const found = await lookAt(work, folder, hasObjects);
  if (!found.ok) return found;
  if (!found.value) return ok(undefined);
  return blocked(
    work.key,
    'registration-in-place-metadata',
    `There are objects in ${folder}, where the Iceberg table would have its metadata, and Trino would read them as data.`,
    `If an interrupted conversion left them, remove them, then \`aws2openstack migrate resume ${jobOf(work.key)}\`. If they are data, leave \`inPlace\` out of \`convert\` in the table's rule.`,
  );
}

/** Hive writes them as `%2F` and the like in names of folders. Source: Hive, `FileUtils.charToEscape`. */
// eslint-disable-next-line no-control-regex -- control characters are among those that Hive escapes
const escaped = /[\u0001-\u001f"#%'*/:=?\\\u007f{}[\]^]/;

/** Iceberg takes the value from the folder's name as it is written there. Source: Iceberg, `DataFiles.data`. */
async function requirePlainNames(work: EntryWork, { name }: TableStatement): Promise<Result<void, EntryFailure>> {
  const keys = work.entry.partitionedTable?.keys ?? [];
  if (keys.length === 0) return ok(undefined);
  const counted = await countByPartition(work, qualifiedName(...name), keys);
  if (!counted.ok) return counted;
  const isOdd = (partition: string): boolean =>
    (JSON.parse(partition) as readonly (string | null)[]).some((value) => escaped.test(value ?? ''));
  const odd = [...counted.value.rows.keys()].find(isOdd);
  if (odd === undefined) return ok(undefined);
  return blocked(
    work.key,
    'registration-in-place-partition',
    `The partition ${odd} of ${work.targetName} has a character that is escaped in folder names: converted in place, Iceberg would take the escaped text for the value.`,
    "Leave `inPlace` out of `convert` in the table's rule, and start a run of a new assessment.",
  );
}
