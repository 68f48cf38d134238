import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { discardUploads } from '../../migration/copy/job/index.js';
import type { RunConnections } from '../../migration/run/index.js';
import { findRun } from '../../state/index.js';
import type { State } from '../../state/index.js';
import type { CliIo } from '../io.js';
import { connector } from './connections.js';

/** Removes what cancelled tables have left of unfinished uploads, or says that they are there. */
export async function clearCancelled(
  state: State,
  assessmentId: string,
  jobIds: readonly string[],
  io: CliIo,
): Promise<readonly Diagnostic[]> {
  const connections = (await findRun(state, assessmentId))?.connections as RunConnections | undefined;
  if (connections === undefined) return [];
  const buckets = new Map(Object.entries(connections.buckets));
  const sides = connector(io);
  const opened = sides.ok ? sides.value.open(connections) : sides;
  const engine = opened.ok ? opened.value.engines.get('stream') : undefined;
  let left = 0;
  const problems: Diagnostic[] = [];
  for (const id of jobIds) {
    const discarded = await discardUploads(state, id, engine, buckets);
    left += discarded.found - discarded.removed;
    problems.push(...discarded.problems);
  }
  if (sides.ok) await sides.value.close();
  return left === 0 ? [] : [uploadsLeft(left), ...problems.slice(0, 1)];
}

function uploadsLeft(count: number): Diagnostic {
  const what =
    count === 1 ? 'An unfinished upload of a large object is' : `${count} unfinished uploads of large objects are`;
  return diagnostic({
    code: 'uploads-left',
    severity: 'warning',
    message: `${what} left in the buckets of the target.`,
    fix: 'Set A2O_TARGET_ACCESS_KEY_ID and A2O_TARGET_SECRET_ACCESS_KEY and cancel the tables again, which removes the uploads; or continue them with aws2openstack migrate retry.',
  });
}
