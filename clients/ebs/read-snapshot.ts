import { GetSnapshotBlockCommand, paginateListChangedBlocks, paginateListSnapshotBlocks } from '@aws-sdk/client-ebs';
import type { EBSClient } from '@aws-sdk/client-ebs';
import { createHash } from 'node:crypto';

/** A block of a snapshot. A snapshot has no blocks where nothing was ever written: they are zeros. */
export interface BlockRef {
  /** Its place is `index` × `blockBytes`. */
  readonly index: number;
  /** For reading it; `null` where the second of two snapshots no longer has the block. */
  readonly token: string | null;
  readonly blockBytes: number;
}

/** In the order of their indexes. Source: EBS direct APIs, 'ListSnapshotBlocks'. */
export async function* snapshotBlocks(
  client: EBSClient,
  snapshotId: string,
  signal: AbortSignal,
): AsyncGenerator<BlockRef> {
  const pages = paginateListSnapshotBlocks(
    { client },
    { SnapshotId: snapshotId, MaxResults: pageSize },
    { abortSignal: signal },
  );
  for await (const { Blocks = [], BlockSize = 0 } of pages)
    for (const { BlockIndex = 0, BlockToken = '' } of Blocks)
      yield { index: BlockIndex, token: BlockToken, blockBytes: BlockSize };
}

/** The blocks that differ in `second`, in the order of their indexes. Source: EBS direct APIs, 'ListChangedBlocks'. */
export async function* changedBlocks(
  client: EBSClient,
  first: string,
  second: string,
  signal: AbortSignal,
): AsyncGenerator<BlockRef> {
  const input = { FirstSnapshotId: first, SecondSnapshotId: second, MaxResults: pageSize };
  const pages = paginateListChangedBlocks({ client }, input, { abortSignal: signal });
  for await (const { ChangedBlocks = [], BlockSize = 0 } of pages)
    for (const { BlockIndex = 0, SecondBlockToken = null } of ChangedBlocks)
      yield { index: BlockIndex, token: SecondBlockToken, blockBytes: BlockSize };
}

const pageSize = 10_000;
/** Of a block whose content is not what its checksum says. */
const readAttempts = 3;

/** A block came damaged several times. */
export class DamagedBlock extends Error {}

/** The content of a block, compared with the SHA-256 that comes with it. Throws the client's errors, or `DamagedBlock`. */
export async function readBlock(
  client: EBSClient,
  snapshotId: string,
  { index, token, blockBytes }: BlockRef,
  signal: AbortSignal,
): Promise<Buffer> {
  const named = { SnapshotId: snapshotId, BlockIndex: index, BlockToken: token ?? '' };
  let problem = '';
  for (let attempt = 1; attempt <= readAttempts; attempt += 1) {
    const answer = await client.send(new GetSnapshotBlockCommand(named), { abortSignal: signal });
    const content = Buffer.from((await answer.BlockData?.transformToByteArray()) ?? []);
    if (content.length !== blockBytes) problem = `it has ${content.length} bytes instead of ${blockBytes}`;
    else if (answer.ChecksumAlgorithm !== 'SHA256') problem = 'it came without a SHA-256';
    else if (createHash('sha256').update(content).digest('base64') !== answer.Checksum)
      problem = 'its SHA-256 is not the one that it came with';
    else return content;
  }
  throw new DamagedBlock(
    `Block ${index} of the snapshot ${snapshotId} came damaged ${readAttempts} times: ${problem}.`,
  );
}
