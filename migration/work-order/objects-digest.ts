import { createHash } from 'node:crypto';
import type { State } from '../../state/index.js';
import { recordedObjects } from './recorded-objects.js';

export interface ObjectsDigest {
  readonly count: number;
  readonly bytes: number;
  /** SHA-256 over the sorted hashes of the objects, one a line; in hexadecimal. */
  readonly sha256: string;
}

/**
 * Of the objects of a table that a job has copied, without what it has copied of the rest of a bucket. Holds a hash of each in
 * memory; `null` where it has copied none.
 *
 * @param table its key
 */
export async function objectsDigest(
  state: Pick<State, 'db'>,
  jobId: string,
  table: string,
): Promise<ObjectsDigest | null> {
  const hashes: string[] = [];
  let bytes = 0;
  for await (const { owner, object, sha256 } of recordedObjects(state, jobId)) {
    if (owner !== table) continue;
    hashes.push(sha256);
    bytes += object.size;
  }
  if (hashes.length === 0) return null;
  const digest = createHash('sha256');
  for (const hash of hashes.sort()) digest.update(`${hash}\n`);
  return { count: hashes.length, bytes, sha256: digest.digest('hex') };
}
