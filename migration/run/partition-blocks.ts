import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { readPartitions } from '../../state/index.js';
import type { State } from '../../state/index.js';
import type { ListedPartition } from '../register/index.js';

const partitionsInBlock = 5000;

/** Partitions as they are stored with a job: a JSON list of a few thousand in each block, compressed. */
export async function* partitionBlocks(
  partitions: AsyncIterable<ListedPartition> | Iterable<ListedPartition>,
): AsyncGenerator<Uint8Array> {
  let block: ListedPartition[] = [];
  for await (const { values, location } of partitions) {
    block.push({ values, location });
    if (block.length < partitionsInBlock) continue;
    yield zstdCompressSync(JSON.stringify(block));
    block = [];
  }
  if (block.length > 0) yield zstdCompressSync(JSON.stringify(block));
}

export async function* listedPartitions(state: Pick<State, 'db'>, jobId: string): AsyncGenerator<ListedPartition> {
  for await (const block of readPartitions(state, jobId))
    yield* JSON.parse(zstdDecompressSync(block).toString()) as readonly ListedPartition[];
}
