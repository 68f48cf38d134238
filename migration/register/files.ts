import { diagnostic } from '../../core/diagnostic.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import type { EntryWork } from './entry-work.js';
import { blocked, jobOf } from './failure.js';
import type { EntryFailure } from './failure.js';
import type { HasObjects } from './objects.js';
import type { RegisterStatement, TableStatement } from './statement.js';

const copyFirst = (key: string): string =>
  `Copy its objects to the target, then \`aws2openstack migrate resume ${jobOf(key)}\`.`;

/** Trino creates a table over a folder without files, and only a query would show that nothing is there. */
export async function requireFiles(
  work: EntryWork,
  { name, location }: TableStatement,
  hasObjects: HasObjects,
): Promise<Result<void, EntryFailure>> {
  const { source, expected, partitionsBy } = work.entry;
  // Partitions may lie anywhere.
  if (location === null || partitionsBy === 'partition-file' || partitionsBy === 'projection') return ok(undefined);
  const found = await lookAt(work, location, hasObjects);
  if (!found.ok || found.value) return found.ok ? ok(undefined) : found;
  const isEmpty = source?.bytes === 0 || expected.partitions === 0;
  if (isEmpty) return ok(undefined);
  if ((source?.bytes ?? 0) > 0 || (expected.rows.value ?? 0) > 0)
    return blocked(
      work.key,
      'registration-files-missing',
      `There are no objects at ${location}, where the files of ${name.join('.')} should be.`,
      copyFirst(work.key),
    );
  work.warnings.push(
    diagnostic({
      code: 'registration-no-files',
      severity: 'warning',
      path: work.key,
      message: `There are no objects at ${location}: ${name.join('.')} has no rows.`,
      fix: 'If the table has files at the source, copy them. Nothing else needs to be done.',
    }),
  );
  return ok(undefined);
}

/** Not every catalog server says that the file is what it misses. */
export async function requireMetadata(
  work: EntryWork,
  { name, location, metadataFile }: RegisterStatement,
  hasObjects: HasObjects,
): Promise<Result<void, EntryFailure>> {
  const file = `${location}/metadata/${metadataFile}`;
  const found = await lookAt(work, file, hasObjects);
  if (!found.ok) return found;
  if (found.value) return ok(undefined);
  return blocked(
    work.key,
    'registration-metadata-missing',
    `There is no object ${file}, from which ${name.join('.')} is registered.`,
    copyFirst(work.key),
  );
}

/** Whether objects lie there. */
export async function lookAt(
  work: EntryWork,
  location: string,
  hasObjects: HasObjects,
): Promise<Result<boolean, EntryFailure>> {
  const found = await hasObjects(location, work.signal);
  if (found.ok) return found;
  const [first] = found.error;
  if (first === undefined) throw new Error('Bug: the object store failed without a reason.');
  const isPassing = ['s3-timeout', 's3-unreachable', 's3-failed'].includes(first.code);
  return fail({ kind: isPassing ? 'retry' : 'block', diagnostic: { ...first, path: work.key } });
}
