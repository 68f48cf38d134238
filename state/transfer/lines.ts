export interface Line {
  /** Without the line feed. */
  readonly text: string;
  /** With the line feed. */
  readonly bytes: Uint8Array;
}

const newline = 0x0a;

/**
 * Lines that end with a line feed and nothing else: `node:readline` also splits at U+2028, which JSON text may hold. Ends
 * early when the first line is longer than `maxFirstBytes`.
 */
export async function* linesOf(content: AsyncIterable<Buffer>, maxFirstBytes: number): AsyncGenerator<Line> {
  let parts: Buffer[] = [];
  let pending = 0;
  let isFirst = true;
  for await (const chunk of content) {
    let start = 0;
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
      const last = chunk.subarray(start, end + 1);
      const bytes = parts.length === 0 ? last : Buffer.concat([...parts, last]);
      yield { text: bytes.toString('utf8', 0, bytes.length - 1), bytes };
      isFirst = false;
      parts = [];
      pending = 0;
      start = end + 1;
    }
    if (start < chunk.length) {
      parts.push(chunk.subarray(start));
      pending += chunk.length - start;
    }
    if (isFirst && pending > maxFirstBytes) return;
  }
  if (parts.length > 0) {
    const bytes = Buffer.concat(parts);
    yield { text: bytes.toString('utf8'), bytes };
  }
}
