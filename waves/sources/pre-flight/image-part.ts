import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';

/** Bytes of a raw image that belong together, in their order: of a partition, one range; of a logical volume, its segments. */
export interface ImagePart {
  readonly file: string;
  readonly ranges: readonly ByteRange[];
}

export interface ByteRange {
  readonly startBytes: number;
  readonly sizeBytes: number;
}

/** Fewer bytes where the part ends before. */
export async function readPart({ file, ranges }: ImagePart, startBytes: number, sizeBytes: number): Promise<Buffer> {
  const image = await open(file, 'r');
  try {
    const pieces: Buffer[] = [];
    let before = 0;
    for (const range of ranges) {
      const from = Math.max(startBytes - before, 0);
      const to = Math.min(startBytes + sizeBytes - before, range.sizeBytes);
      if (from < to) pieces.push(await readAt(image, range.startBytes + from, to - from));
      before += range.sizeBytes;
    }
    return Buffer.concat(pieces);
  } finally {
    await image.close();
  }
}

const blockBytes = 1024 * 1024;

/** Writes the part into its own file, without the blocks of zeros. */
export async function copyPart(part: ImagePart, target: string, signal?: AbortSignal): Promise<void> {
  const size = part.ranges.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const [image, copy] = [await open(part.file, 'r'), await open(target, 'wx')];
  try {
    await copy.truncate(size);
    let at = 0;
    for (const { startBytes, sizeBytes } of part.ranges)
      for (let done = 0; done < sizeBytes; done += blockBytes) {
        signal?.throwIfAborted();
        const block = await readAt(image, startBytes + done, Math.min(blockBytes, sizeBytes - done));
        if (!block.equals(zeros.subarray(0, block.length))) await copy.write(block, 0, block.length, at);
        at += Math.min(blockBytes, sizeBytes - done);
      }
  } finally {
    await image.close();
    await copy.close();
  }
}

const zeros = Buffer.alloc(blockBytes);

async function readAt(image: FileHandle, place: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  const { bytesRead } = await image.read(bytes, 0, length, place);
  return bytes.subarray(0, bytesRead);
}
