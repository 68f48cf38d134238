import type { PgBoss } from 'pg-boss';
import { diagnostic } from '../../core/diagnostic.js';
import { fail } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import type { State } from '../../state/index.js';
import { recordedObjects } from '../work-order/index.js';
import type { RecordedObject } from '../work-order/index.js';
import { copyAgain } from './copy-again.js';
import { movedObjects } from './moved-objects.js';

/**
 * Hands the finished job of a table to workers once more: they copy every object that it has copied as the source has it
 * by now, and register the table again. Objects that the source has got since are not looked for. Reads and writes the store
 * alone, so that it can be asked for where nobody has the keys of the object stores.
 */
export async function copyTableAgain(state: Pick<State, 'db'>, boss: PgBoss, jobId: string): Promise<Result<unknown>> {
  const moved = await movedObjects(state, jobId);
  if (moved === undefined || moved.regions.length === 0) return fail([nothingToCopy()]);
  const { owner, entry } = moved;
  if (entry.method !== 'external') return fail([otherFiles()]);
  const recorded: RecordedObject[] = [];
  for await (const each of recordedObjects(state, jobId)) if (each.owner === owner) recorded.push(each);
  return await copyAgain(state, boss, { jobId, owner, recorded, added: [] });
}

function nothingToCopy() {
  return diagnostic({
    code: 'copy-again-without-objects',
    message: 'The job of this table has copied no objects: it is a view or a link, or another job copies its folder.',
    fix: 'Choose the table whose folder it is; `aws2openstack migrate status` lists the jobs.',
  });
}

function otherFiles() {
  return diagnostic({
    code: 'copy-again-other-files',
    message:
      'The files of this table are those in its Iceberg metadata, or those that Trino wrote when it converted the table; the objects that the source has now are not part of it.',
    fix: 'Run `aws2openstack validate table NAME --resync`, which copies damaged objects again and says what else to do.',
  });
}
