import { createHash } from 'node:crypto';
import { readChunks } from '../../state/index.js';
import type { State } from '../../state/index.js';
import { decodeObjects } from './encode-objects.js';
import { decodeOutcomes } from './encode-outcomes.js';

export interface ObjectsDigest {
  readonly count: number;
  readonly bytes: number;
  /** SHA-256 over the sorted hashes of the objects, one a line; in hexadecimal. */
  readonly sha256: string;
}

const chunksAtOnce = 20;

/** Of the objects that a job has copied. Holds a hash of each in memory; `null` where it has copied none. */
export async function objectsDigest(state: Pick<State, 'db'>, jobId: string): Promise<ObjectsDigest | null> {
  const hashes: string[] = [];
  let bytes = 0;
  for (let after = -1; ;) {
    const chunks = await readChunks(state, jobId, { after, limit: chunksAtOnce });
    for (const { keys, outcomes } of chunks) {
      if (outcomes === null) continue;
      const objects = decodeObjects(keys);
      for (const [index, { state: became, sha256, found }] of decodeOutcomes(outcomes, objects).entries()) {
        if (became !== 'copied' && became !== 'verified') continue;
        hashes.push(sha256 ?? '');
        bytes += (found ?? objects[index])?.size ?? 0;
      }
    }
    const last = chunks.at(-1)?.number;
    if (last === undefined) break;
    after = last;
  }
  if (hashes.length === 0) return null;
  const digest = createHash('sha256');
  for (const hash of hashes.sort()) digest.update(`${hash}\n`);
  return { count: hashes.length, bytes, sha256: digest.digest('hex') };
}
