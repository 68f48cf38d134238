import { decompressSnappy, decompressZstd } from 'hyparquet-compressors';
import { inflateRawSync } from 'node:zlib';
import { MalformedFile } from '../../malformed-file.js';
import { uncompressedLength } from '../../snappy-length.js';

const names = ['NONE', 'ZLIB', 'SNAPPY', 'LZO', 'LZ4', 'ZSTD'] as const;
type Kind = 'NONE' | 'ZLIB' | 'SNAPPY' | 'ZSTD';

export interface Compression {
  readonly kind: Kind;
  /** Most bytes of a chunk, decompressed. */
  readonly blockSize: number;
}

export function compressionOf(code: number, blockSize: number): Compression {
  const kind = names[code];
  if (kind === undefined || kind === 'LZO' || kind === 'LZ4')
    throw new MalformedFile(
      `is an ORC file that is compressed with ${kind ?? 'an unknown codec'}, which cannot be read`,
    );
  return { kind, blockSize };
}

/**
 * A stream or a footer: chunks, each with three bytes that say its length and whether it is compressed.
 * Source: ORC specification v1, 'Compression'.
 */
export function decompressStream(content: Buffer, { kind, blockSize }: Compression): Buffer {
  if (kind === 'NONE') return content;
  const chunks: Uint8Array[] = [];
  for (let position = 0; position < content.length;) {
    if (position + 3 > content.length) throw new MalformedFile('ends inside a chunk');
    const header = content.readUIntLE(position, 3);
    const end = position + 3 + (header >>> 1);
    if (end > content.length) throw new MalformedFile('ends inside a chunk');
    const chunk = content.subarray(position + 3, end);
    chunks.push((header & 1) === 1 ? chunk : decompressChunk(kind, chunk, blockSize));
    position = end;
  }
  return Buffer.concat(chunks);
}

function decompressChunk(kind: Exclude<Kind, 'NONE'>, chunk: Buffer, blockSize: number): Uint8Array {
  try {
    switch (kind) {
      case 'ZLIB':
        return inflateRawSync(chunk, { maxOutputLength: blockSize });
      case 'SNAPPY':
        return decompressSnappy(chunk, uncompressedLength(chunk));
      case 'ZSTD':
        return decompressZstd(chunk);
    }
  } catch (cause) {
    throw new MalformedFile(`has a chunk that is not ${kind} data, or was damaged`, { cause });
  }
}
