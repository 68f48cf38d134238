import { inParallel } from '../../core/in-parallel.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import type { State } from '../../state/index.js';
import type { CopyEngine } from '../copy/copy-engine.js';
import { recordedObjects } from '../work-order/index.js';
import type { RecordedObject } from '../work-order/index.js';
import type { MovedObjects } from './moved-objects.js';

const readsAtOnce = 8;

/**
 * The objects that the target does not give back as they were copied: missing, or with other bytes. Each byte of those that
 * `isWanted` is read.
 */
export async function damagedObjects(
  state: Pick<State, 'db'>,
  { jobId, owner, regions }: MovedObjects,
  isWanted: (object: RecordedObject) => boolean,
  holds: NonNullable<CopyEngine['holds']>,
  signal: AbortSignal,
): Promise<Result<readonly RecordedObject[]>> {
  const targetOf = new Map(regions.map(({ bucket, targetBucket }) => [bucket, targetBucket]));
  const damaged: RecordedObject[] = [];
  const stop = new AbortController();
  const width = { current: () => readsAtOnce, onChange: () => () => undefined };
  async function* wanted(): AsyncGenerator<RecordedObject> {
    for await (const recorded of recordedObjects(state, jobId))
      if (recorded.owner === owner && isWanted(recorded)) yield recorded;
  }
  const compare = async (recorded: RecordedObject) => {
    const { object, sha256, partBytes } = recorded;
    const place = { bucket: targetOf.get(object.bucket) ?? object.bucket, key: object.key };
    const copied = { size: object.size, sha256, ...(partBytes !== undefined && { partBytes }) };
    return { recorded, held: await holds(place, copied, AbortSignal.any([signal, stop.signal])) };
  };
  for await (const { recorded, held } of inParallel(wanted(), width, stop, compare)) {
    signal.throwIfAborted();
    if (!held.ok) return fail(held.error);
    if (!held.value) damaged.push(recorded);
  }
  return ok(damaged);
}
