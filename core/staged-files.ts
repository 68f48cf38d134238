import { createHash } from 'node:crypto';
import { createWriteStream, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { temporaryBeside } from './atomic-file.js';
import { ensureFolder } from './ensure-folder.js';

/** Content of a file: text as UTF-8, bytes as they are. */
export type Pieces = Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>;

/** Texts are joined up to this many characters before they are written. */
const chunkLength = 1 << 16;

/** Several files that appear together: each is written completely under a temporary name, then all are renamed. Throws the system's errors. */
export class StagedFiles {
  private readonly staged: { readonly temporary: string; readonly path: string }[] = [];

  /**
   * @param folder where the temporary files lie, in the file system of the others and for no other use at that time; the
   * names of the files differ. By default each lies beside its file, under a random name.
   */
  constructor(private readonly folder?: string) {}

  /** Returns the SHA-256 of what is written, lower-case hexadecimal. */
  async write(path: string, pieces: Pieces, { gzip }: { readonly gzip: boolean }): Promise<string> {
    ensureFolder(dirname(path));
    const temporary = this.folder === undefined ? temporaryBeside(path) : join(this.folder, `${basename(path)}.tmp`);
    this.staged.push({ temporary, path });
    const hash = createHash('sha256');
    const hashed = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        hash.update(chunk);
        done(null, chunk);
      },
    });
    const source = Readable.from(chunked(pieces), { objectMode: false });
    const sink = createWriteStream(temporary, { flush: true });
    // Node writes no time into the gzip header: equal content gives equal bytes.
    if (gzip) await pipeline(source, createGzip(), hashed, sink);
    else await pipeline(source, hashed, sink);
    return hash.digest('hex');
  }

  /** Whether the file is among them. */
  has(path: string): boolean {
    return this.staged.some((each) => each.path === path);
  }

  /** Renames in the order of writing: the last file makes the others count. */
  publish(): void {
    for (const { temporary, path } of this.staged) renameSync(temporary, path);
    this.staged.length = 0;
  }

  /** Removes what was not published. */
  discard(): void {
    for (const { temporary } of this.staged) rmSync(temporary, { force: true });
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
