import type { ObjectRef } from '../../clients/s3/listing/index.js';
import { readChunks } from '../../state/index.js';
import type { State } from '../../state/index.js';
import { decodeObjects } from './encode-objects.js';
import { decodeOutcomes } from './encode-outcomes.js';

/** An object that a job has copied, as its chunk has it. */
export interface RecordedObject {
  /** Number of the chunk, and the object's place in it. */
  readonly chunk: number;
  readonly index: number;
  /** The table's key, or that of its bucket. */
  readonly owner: string;
  /** The copied object. */
  readonly object: ObjectRef;
  /** Of its content, as `ObjectOutcome` has it. */
  readonly sha256: string;
  readonly partBytes?: number;
}

const chunksAtOnce = 20;

/** The objects that a job has copied, some chunks at a time. */
export async function* recordedObjects(state: Pick<State, 'db'>, jobId: string): AsyncGenerator<RecordedObject> {
  for (let after = -1; ;) {
    const chunks = await readChunks(state, jobId, { after, limit: chunksAtOnce });
    for (const { number: chunk, owner, keys, outcomes } of chunks) {
      if (outcomes === null) continue;
      const objects = decodeObjects(keys);
      for (const [index, { state: became, sha256 = '', partBytes, found }] of decodeOutcomes(
        outcomes,
        objects,
      ).entries()) {
        const object = found ?? objects[index];
        if (object === undefined || (became !== 'copied' && became !== 'verified')) continue;
        yield { chunk, index, owner, object, sha256, ...(partBytes !== undefined && { partBytes }) };
      }
    }
    const last = chunks.at(-1)?.number;
    if (last === undefined) return;
    after = last;
  }
}
