import type { Diagnostic } from '../../core/diagnostic.js';
import type { PartHashes } from '../copy/copy-engine.js';
import type { ObjectRef } from '../../clients/s3/listing/index.js';

/**
 * The state of an object of a chunk.
 * - `open`: it was not tried, or was interrupted.
 * - `recheck`: the source no longer held what the listing saw; it must be listed again.
 * - `copied`, `verified`, `gone`: settled. `verified` was read back from the target and is equal; of `gone`, the source has
 *   nothing any more.
 * - `failed`, `refused`: not copied in this attempt.
 */
export type ObjectState = 'open' | 'recheck' | 'copied' | 'verified' | 'failed' | 'gone' | 'refused';

export interface ObjectOutcome {
  readonly state: ObjectState;
  /** Of what was copied, as `CopyOutcome.sha256`. */
  readonly sha256?: string;
  /** Of the parts that `sha256` is composed of; absent for a hash of the whole. The last part may be smaller. */
  readonly partBytes?: number;
  readonly targetVersion?: string;
  /** Where an interrupted copy goes on. */
  readonly resume?: PartHashes;
  /** The object that was copied instead of the listed one, because that was overwritten in between. */
  readonly found?: ObjectRef;
  /** Why it was not copied. Its path is that of the object. */
  readonly reason?: Diagnostic;
  /** Notes on its properties that were not carried. Their path is that of the object. */
  readonly notes?: readonly Diagnostic[];
}

export const untouched: ObjectOutcome = { state: 'open' };

export function isSettled({ state }: ObjectOutcome): boolean {
  return state === 'copied' || state === 'verified' || state === 'gone';
}

export interface OutcomeCounts {
  readonly copied: number;
  readonly verified: number;
  readonly failed: number;
  readonly gone: number;
  readonly refused: number;
  readonly bytes_copied: number;
}

/** Of the objects of a chunk, each with its outcome. What is not counted is open. */
export function countOutcomes(objects: readonly ObjectRef[], outcomes: readonly ObjectOutcome[]): OutcomeCounts {
  const counts = { copied: 0, verified: 0, failed: 0, gone: 0, refused: 0, bytes_copied: 0 };
  for (const [index, { state, found }] of outcomes.entries()) {
    if (state === 'open' || state === 'recheck') continue;
    counts[state] += 1;
    if (state === 'copied' || state === 'verified') counts.bytes_copied += (found ?? objects[index])?.size ?? 0;
  }
  return counts;
}
