import { bytesOfKey, keyOfBytes } from '../../clients/s3/listing/index.js';
import type { KeyRange } from '../../clients/s3/listing/index.js';

/** How far the listing of a work order has come: everything before it is stored as chunks. */
export interface ListingPoint {
  /** Chunks that are stored, with their objects and bytes. Chunks with a number from `chunks` on were stored behind the point. */
  readonly chunks: number;
  readonly objects: number;
  readonly bytes: number;
  /** Index of the region that is listed. */
  readonly region: number;
  /** What is left of that region; `null` is all of it. */
  readonly left: readonly KeyRange[] | null;
}

export const beginning: ListingPoint = { chunks: 0, objects: 0, bytes: 0, region: 0, left: null };

/** A listing that rested longer begins anew: the source may be another one by then. */
const validHours = 24;

/** JSON that PostgreSQL can store: keys are base64, because they may hold NUL and bytes that are not UTF-8. */
export function encodePoint({ left, ...point }: ListingPoint): object {
  return {
    ...point,
    left: left === null ? null : left.map(({ from, to }) => [encoded(from), to === null ? null : encoded(to)]),
  };
}

/** @param checkpoint as `encodePoint` made it; null where the listing has stored nothing yet */
export function decodePoint(checkpoint: unknown, storedAt: Date, now: Date): ListingPoint {
  const isOld = now.getTime() - storedAt.getTime() > validHours * 3_600_000;
  if (checkpoint === null || isOld) return beginning;
  const { left, ...point } = checkpoint as Omit<ListingPoint, 'left'> & {
    readonly left: [string, string | null][] | null;
  };
  return {
    ...point,
    left:
      left === null ? null : left.map(([from, to]) => ({ from: decoded(from), to: to === null ? null : decoded(to) })),
  };
}

function encoded(key: string): string {
  return bytesOfKey(key).toString('base64');
}

function decoded(key: string): string {
  return keyOfBytes(Buffer.from(key, 'base64'));
}
