import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { ByteReader, ByteWriter } from './bytes.js';

/** Compresses what is written, behind a byte that names the version of its shape. */
export function pack(version: number, write: (writer: ByteWriter) => void): Buffer {
  const writer = new ByteWriter();
  write(writer);
  return Buffer.concat([Buffer.from([version]), zstdCompressSync(writer.done())]);
}

/** Throws for a version that this program does not know: a newer one has written it. */
export function unpack<T>(packed: Uint8Array, version: number, read: (reader: ByteReader) => T): T {
  if (packed[0] !== version)
    throw new Error(`A newer aws2openstack has written this chunk (version ${packed[0] ?? 'none'}); update this one.`);
  return read(new ByteReader(zstdDecompressSync(packed.subarray(1))));
}
