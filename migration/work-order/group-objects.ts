import type { ObjectRef } from '../../clients/s3/listing/index.js';

export interface ChunkLimits {
  readonly objects: number;
  /** Of a chunk's objects together; a larger object is its own chunk. */
  readonly bytes: number;
}

export const defaultChunkLimits: ChunkLimits = { objects: 1000, bytes: 1024 ** 3 };

/** Groups objects into chunks within the limits, as they come. Holds one chunk. */
export class ObjectGrouper {
  #chunk: ObjectRef[] = [];
  #bytes = 0;

  constructor(private readonly limits: ChunkLimits = defaultChunkLimits) {}

  /** The chunks that are full. */
  *add(objects: readonly ObjectRef[]): Generator<readonly ObjectRef[]> {
    const { limits } = this;
    for (const object of objects) {
      if (object.size >= limits.bytes) {
        yield [object];
        continue;
      }
      if (this.#chunk.length === limits.objects || this.#bytes + object.size > limits.bytes) yield* this.end();
      this.#chunk.push(object);
      this.#bytes += object.size;
    }
  }

  /** The chunk that is not full, if there is one. */
  *end(): Generator<readonly ObjectRef[]> {
    if (this.#chunk.length > 0) yield this.#chunk;
    [this.#chunk, this.#bytes] = [[], 0];
  }
}
