import type { EBSClient } from '@aws-sdk/client-ebs';
import { existsSync } from 'node:fs';
import { appendFile, open, readFile, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { changedBlocks, DamagedBlock, readBlock, snapshotBlocks } from '../../../clients/ebs/index.js';
import type { BlockRef } from '../../../clients/ebs/index.js';
import { writeFileAtomically } from '../../../core/atomic-file.js';
import { sha256 } from '../../../core/canonical-json.js';
import { inParallel } from '../../../core/in-parallel.js';
import { SourcePreparationError } from '../../machines/index.js';
import type { CopyProgress, DiskContent } from '../disk-source.js';
import { rethrowAws } from '../failures.js';

export interface SnapshotCopy {
  readonly client: EBSClient;
  readonly snapshotId: string;
  /** Of the volume. */
  readonly sizeBytes: number;
  readonly file: string;
  /** Blocks at the same time. */
  readonly width: number;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: CopyProgress) => void;
}

/** The content of the file, in `<file>.state`. */
interface FileState {
  readonly snapshotId: string;
  readonly contentId: string;
}

/** Blocks between two notes of what is written. */
const noteEvery = 128;

/**
 * Brings a sparse file to the content of a snapshot: all of its blocks into a new file, or those that have changed since
 * the snapshot that the file holds. After an interruption, it goes on where it was: `<file>.<snapshot>.blocks` names the
 * blocks that are on the disk.
 */
export async function copySnapshot(copy: SnapshotCopy): Promise<DiskContent> {
  const { file, snapshotId, sizeBytes, onProgress } = copy;
  const held = await stateOf(file);
  if (held?.snapshotId === snapshotId) {
    onProgress({ copiedBytes: sizeBytes, totalBytes: sizeBytes });
    return { contentId: held.contentId };
  }
  try {
    const changed = held === undefined ? await copyAll(copy) : await copyChanges(copy, held);
    // Nothing changed: the content is the same, though the snapshot is another one.
    const contentId = held !== undefined && changed === 0 ? held.contentId : sha256(snapshotId);
    const state: FileState = { snapshotId, contentId };
    writeFileAtomically(stateFile(file), JSON.stringify(state));
    await rm(notesFile(copy), { force: true });
    onProgress({ copiedBytes: sizeBytes, totalBytes: sizeBytes });
    return { contentId };
  } catch (error) {
    copy.signal.throwIfAborted();
    if (error instanceof DamagedBlock) throw new SourcePreparationError(error.message);
    return rethrowAws(error, { what: `The snapshot ${snapshotId} cannot be read`, As: SourcePreparationError });
  }
}

async function copyAll(copy: SnapshotCopy): Promise<number> {
  // A file without notes and without a state is of unknown content.
  if (!existsSync(notesFile(copy))) await rm(copy.file, { force: true });
  return await copyBlocks(copy, snapshotBlocks(copy.client, copy.snapshotId, copy.signal));
}

async function copyChanges(copy: SnapshotCopy, held: FileState): Promise<number> {
  return await copyBlocks(copy, changedBlocks(copy.client, held.snapshotId, copy.snapshotId, copy.signal));
}

/** How many blocks there were. */
async function copyBlocks(copy: SnapshotCopy, blocks: AsyncIterable<BlockRef>): Promise<number> {
  const { client, snapshotId, sizeBytes, file, width, signal, onProgress } = copy;
  const done = await notedBlocks(copy);
  const target = await open(file, existsSync(file) ? 'r+' : 'w+');
  const stop = new AbortController();
  const reading = AbortSignal.any([signal, stop.signal]);
  let count = 0;
  const pending = async function* (): AsyncGenerator<BlockRef> {
    for await (const block of blocks) {
      count += 1;
      checkPlace(block, sizeBytes);
      if (!done.has(block.index)) yield block;
    }
  };
  const write = async (block: BlockRef): Promise<BlockRef> => {
    const content =
      block.token === null ? Buffer.alloc(block.blockBytes) : await readBlock(client, snapshotId, block, reading);
    const place = block.index * block.blockBytes;
    // The last block may reach beyond the volume's end.
    await writeAll(target, content.subarray(0, Math.min(content.length, sizeBytes - place)), place);
    return block;
  };
  const notes: number[] = [];
  const note = async (): Promise<void> => {
    // First the content, then the note that it is there.
    await target.datasync();
    await appendFile(notesFile(copy), notesOf(notes.splice(0)), { flush: true });
  };
  try {
    await target.truncate(sizeBytes);
    const fixed = { current: () => width, onChange: () => () => undefined };
    let reached = 0;
    for await (const { index, blockBytes } of inParallel(pending(), fixed, stop, write)) {
      notes.push(index);
      reached = Math.max(reached, (index + 1) * blockBytes);
      onProgress({ copiedBytes: Math.min(reached, sizeBytes), totalBytes: sizeBytes });
      if (notes.length >= noteEvery) await note();
      signal.throwIfAborted();
    }
    await note();
  } catch (error) {
    if (notes.length > 0) await note();
    throw error;
  } finally {
    await target.close();
  }
  return count;
}

function checkPlace({ index, blockBytes }: BlockRef, sizeBytes: number): void {
  if (blockBytes > 0 && index * blockBytes < sizeBytes) return;
  throw new SourcePreparationError(
    `EBS lists block ${index} of ${blockBytes} bytes, which is not on a volume of ${sizeBytes} bytes.`,
  );
}

async function writeAll(file: FileHandle, content: Uint8Array, place: number): Promise<void> {
  for (let written = 0; written < content.length;)
    written += (await file.write(content, written, content.length - written, place + written)).bytesWritten;
}

/** Four bytes each. */
function notesOf(indexes: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * indexes.length);
  for (const [at, index] of indexes.entries()) bytes.writeUInt32LE(index, 4 * at);
  return bytes;
}

async function notedBlocks(copy: SnapshotCopy): Promise<ReadonlySet<number>> {
  if (!existsSync(copy.file)) {
    await rm(notesFile(copy), { force: true });
    return new Set();
  }
  const bytes = existsSync(notesFile(copy)) ? await readFile(notesFile(copy)) : Buffer.alloc(0);
  const done = new Set<number>();
  // The last note may be cut off.
  for (let at = 0; at + 4 <= bytes.length; at += 4) done.add(bytes.readUInt32LE(at));
  return done;
}

async function stateOf(file: string): Promise<FileState | undefined> {
  if (!existsSync(file) || !existsSync(stateFile(file))) return undefined;
  return JSON.parse(await readFile(stateFile(file), 'utf8')) as FileState;
}

function stateFile(file: string): string {
  return `${file}.state`;
}

function notesFile({ file, snapshotId }: SnapshotCopy): string {
  return `${file}.${snapshotId}.blocks`;
}
