import { ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import type { ObjectPages, ObjectRef } from '../../clients/s3/listing/index.js';

export interface ChunkLimits {
  readonly objects: number;
  /** Of a chunk's objects together; a larger object is its own chunk. */
  readonly bytes: number;
}

export const defaultChunkLimits: ChunkLimits = { objects: 1000, bytes: 1024 ** 3 };

/** Groups listed objects into chunks within the limits. Holds one chunk in memory. A failure of the listing is the last. */
export async function* groupObjects(
  pages: ObjectPages,
  limits: ChunkLimits = defaultChunkLimits,
): AsyncGenerator<Result<readonly ObjectRef[]>> {
  let chunk: ObjectRef[] = [];
  let bytes = 0;
  for await (const page of pages) {
    if (!page.ok) {
      yield page;
      return;
    }
    for (const object of page.value) {
      if (object.size >= limits.bytes) {
        yield ok([object]);
        continue;
      }
      if (chunk.length === limits.objects || bytes + object.size > limits.bytes) {
        yield ok(chunk);
        [chunk, bytes] = [[], 0];
      }
      chunk.push(object);
      bytes += object.size;
    }
  }
  if (chunk.length > 0) yield ok(chunk);
}
