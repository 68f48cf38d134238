import { createReadStream } from 'node:fs';

const newline = 0x0a;

/**
 * The lines of a file without their line feeds, one by one: memory holds the longest line, not the file.
 * Only a line feed ends a line (`readline` also ends it at U+2028, which a JSON text may hold). Throws the system's error.
 */
export function linesOf(path: string): AsyncGenerator<Buffer> {
  return linesIn(createReadStream(path, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>);
}

/** The same of bytes that come from elsewhere. */
export async function* linesIn(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let pending: Buffer[] = [];
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
      const line = chunk.subarray(start, end);
      yield pending.length === 0 ? line : Buffer.concat([...pending, line]);
      pending = [];
      start = end + 1;
    }
    if (start < chunk.length) pending.push(chunk.subarray(start));
  }
  if (pending.length > 0) yield Buffer.concat(pending);
}

export function countLineFeeds(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(newline); at >= 0; at = bytes.indexOf(newline, at + 1)) count += 1;
  return count;
}
