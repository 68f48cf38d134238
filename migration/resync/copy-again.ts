import type { PgBoss } from 'pg-boss';
import type { ObjectRef } from '../../clients/s3/listing/index.js';
import type { Result } from '../../core/result.js';
import { appendChunks, changeChunks, readChunks, repeatJob, storePartCheckpoint } from '../../state/index.js';
import type { State } from '../../state/index.js';
import {
  countOutcomes,
  decodeObjects,
  decodeOutcomes,
  encodeObjects,
  encodeOutcomes,
  ObjectGrouper,
} from '../work-order/index.js';
import { pinPart, pinPhase } from '../source-metadata/index.js';
import type { PinnedMetadata } from '../source-metadata/index.js';
import type { RecordedObject } from '../work-order/index.js';

export interface ObjectsToCopy {
  readonly jobId: string;
  readonly owner: string;
  /** Of the job: they are looked for at the source once more, and copied as they are now. */
  readonly recorded: readonly Pick<RecordedObject, 'chunk' | 'index'>[];
  /** The job does not have them. */
  readonly added: readonly ObjectRef[];
  /** From which an Iceberg table is registered now. @default null: it stays as it was */
  readonly metadata?: string | null;
}

/**
 * Opens objects of a finished job again and hands it to workers, all or nothing. The job then goes on as one whose objects
 * were overwritten while it copied, and registers the table again.
 */
export async function copyAgain(
  state: Pick<State, 'db'>,
  boss: PgBoss,
  { jobId, owner, recorded, added, metadata = null }: ObjectsToCopy,
): Promise<Result<unknown>> {
  const indexes = Map.groupBy(recorded, ({ chunk }) => chunk);
  return await repeatJob(state, boss, jobId, async (within) => {
    if (metadata !== null) {
      const checkpoint: PinnedMetadata = { metadata, reason: null };
      await storePartCheckpoint(within, jobId, { part: pinPart, phase: pinPhase, checkpoint });
    }
    for (const [chunk, own] of indexes) await openAgain(within, jobId, chunk, new Set(own.map(({ index }) => index)));
    const grouper = new ObjectGrouper();
    for (const objects of [...grouper.add(added), ...grouper.end()])
      await appendChunks(within, jobId, [
        {
          owner,
          objects: objects.length,
          bytes: objects.reduce((sum, { size }) => sum + size, 0),
          keys: encodeObjects(objects),
        },
      ]);
  });
}

async function openAgain(
  state: Pick<State, 'db'>,
  jobId: string,
  number: number,
  indexes: ReadonlySet<number>,
): Promise<void> {
  const [row] = await readChunks(state, jobId, { after: number - 1, limit: 1 });
  if (row === undefined || row.outcomes === null)
    throw new Error(`Bug: the chunk ${number} of the job ${jobId} has no outcomes.`);
  const objects = decodeObjects(row.keys);
  const outcomes = decodeOutcomes(row.outcomes, objects).map((outcome, index) =>
    indexes.has(index) ? ({ state: 'recheck' } as const) : outcome,
  );
  const counts = countOutcomes(objects, outcomes);
  await changeChunks(state, jobId, [{ number, state: 'RECHECK', outcomes: encodeOutcomes(outcomes), ...counts }]);
}
