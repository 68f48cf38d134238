import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { dirname, join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { atExit } from './at-exit.js';
import { ensureFolder } from './ensure-folder.js';
import { finishSwap, swapFiles } from './swap-files.js';

/** Content of a file: text as UTF-8, bytes as they are. */
export type Pieces = Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>;

/** Texts are joined up to this many characters before they are written. */
const chunkLength = 1 << 16;

/**
 * Several files that appear in a folder in one step, whatever kills the process. One writer at a time: the caller holds a
 * lock. Throws the system's errors.
 */
export class StagedFiles {
  private readonly names = new Set<string>();
  private readonly forget = atExit(() => {
    finishSwap({ folder: this.folder, staging: this.staging });
  });

  private constructor(
    private readonly folder: string,
    private readonly staging: string,
  ) {}

  /**
   * Completes or removes what a killed writer has left.
   *
   * @param staging a folder for no other use, in the file system of `folder`; it exists only while files are written.
   */
  static open(folder: string, staging: string): StagedFiles {
    finishSwap({ folder, staging });
    return new StagedFiles(folder, staging);
  }

  /** Returns the SHA-256 of what is written, lower-case hexadecimal. */
  async write(name: string, pieces: Pieces, { gzip }: { readonly gzip: boolean }): Promise<string> {
    const path = join(this.staging, 'new', name);
    ensureFolder(dirname(path));
    this.names.add(name);
    const hash = createHash('sha256');
    const hashed = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        hash.update(chunk);
        done(null, chunk);
      },
    });
    const source = Readable.from(chunked(pieces), { objectMode: false });
    const sink = createWriteStream(path, { flush: true });
    // Node writes no time into the gzip header: equal content gives equal bytes.
    if (gzip) await pipeline(source, createGzip(), hashed, sink);
    else await pipeline(source, hashed, sink);
    return hash.digest('hex');
  }

  /** Replaces the files of the folder; those among `owned` that were not written are removed in the same step. */
  publish(owned: readonly string[] = []): void {
    ensureFolder(this.folder);
    const obsolete = owned.filter((name) => !this.names.has(name));
    swapFiles({ folder: this.folder, staging: this.staging, obsolete });
    this.forget();
  }

  /** Removes what was not published. */
  discard(): void {
    this.forget();
    finishSwap({ folder: this.folder, staging: this.staging });
  }
}

async function* chunked(pieces: Pieces): AsyncGenerator<Uint8Array> {
  let pending = '';
  for await (const piece of pieces) {
    if (typeof piece !== 'string') {
      yield Buffer.from(pending);
      pending = '';
      yield piece;
      continue;
    }
    pending += piece;
    if (pending.length < chunkLength) continue;
    yield Buffer.from(pending);
    pending = '';
  }
  yield Buffer.from(pending);
}
