import { createHash } from 'node:crypto';
import type { State } from '../../state/index.js';
import { recordedObjects } from './recorded-objects.js';

export interface ObjectsDigest {
  readonly count: number;
  readonly bytes: number;
  /** SHA-256 over the sorted hashes of the objects, one a line; in hexadecimal. */
  readonly sha256: string;
}

/** Of the objects that a job has copied. Holds a hash of each in memory; `null` where it has copied none. */
export async function objectsDigest(state: Pick<State, 'db'>, jobId: string): Promise<ObjectsDigest | null> {
  const hashes: string[] = [];
  let bytes = 0;
  for await (const { object, sha256 } of recordedObjects(state, jobId)) {
    hashes.push(sha256);
    bytes += object.size;
  }
  if (hashes.length === 0) return null;
  const digest = createHash('sha256');
  for (const hash of hashes.sort()) digest.update(`${hash}\n`);
  return { count: hashes.length, bytes, sha256: digest.digest('hex') };
}
