import type { FileReader, FileSizes, FileWriter } from '../../../migration/iceberg/index.js';

/** A store in memory, by URI. */
export class MemoryFiles implements FileReader, FileWriter, FileSizes {
  /** URIs in the order in which they were read and written. */
  readonly reads: string[] = [];
  readonly writes: string[] = [];

  constructor(readonly files = new Map<string, Buffer>()) {}

  async read(uri: string): Promise<Buffer | undefined> {
    this.reads.push(uri);
    await Promise.resolve();
    return this.files.get(uri);
  }

  async write(uri: string, content: Buffer): Promise<void> {
    await Promise.resolve();
    this.writes.push(uri);
    this.files.set(uri, content);
  }

  async sizeOf(uri: string): Promise<number | undefined> {
    await Promise.resolve();
    return this.files.get(uri)?.length;
  }

  get(uri: string): Buffer {
    const content = this.files.get(uri);
    if (content === undefined) throw new Error(`no file ${uri}; there are\n${[...this.files.keys()].join('\n')}`);
    return content;
  }
}

/** What a plain copy under the name of another bucket makes. */
export function copied(files: MemoryFiles, from: string, to: string): MemoryFiles {
  const moved = (uri: string) => (uri.startsWith(`${from}/`) ? `${to}${uri.slice(from.length)}` : uri);
  return new MemoryFiles(new Map([...files.files].map(([uri, content]) => [moved(uri), content])));
}
