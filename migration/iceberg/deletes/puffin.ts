import { MalformedFile, utf8 } from '../malformed-file.js';
import { replaceTexts } from '../metadata/json-leaves.js';

/**
 * The parts of a Puffin file: blobs, which start with the file's magic, then the footer: magic, payload, length of the
 * payload, flags, magic. Source: Apache Iceberg, 'Puffin file format'.
 */
export interface PuffinFile {
  /** Everything before the payload. Offsets in the payload stay right while this stays. */
  readonly beforePayload: Buffer;
  /** JSON. */
  readonly payload: string;
  /** Flags and magic. */
  readonly end: Buffer;
}

const magic = Buffer.from('PFA1', 'latin1');
const compressedPayload = 1;

/** Throws `MalformedFile`. */
export function readPuffin(content: Buffer): PuffinFile {
  const lengthAt = content.length - 12;
  if (lengthAt < 8 || !content.subarray(-4).equals(magic)) throw new MalformedFile('is not a Puffin file');
  const start = lengthAt - content.readUInt32LE(lengthAt);
  if (start < 8 || !content.subarray(start - 4, start).equals(magic))
    throw new MalformedFile('is a Puffin file with a damaged footer');
  if ((content.readUInt8(lengthAt + 4) & compressedPayload) !== 0)
    throw new MalformedFile('is a Puffin file with a compressed footer, which cannot be read');
  return {
    beforePayload: content.subarray(0, start),
    payload: utf8(content.subarray(start, lengthAt)),
    end: content.subarray(lengthAt + 4),
  };
}

/** The deletion vectors of a file, for other data files. */
export function rewritePuffin(content: Buffer, map: (path: string) => string): Buffer {
  const { beforePayload, payload, end } = readPuffin(content);
  const rewritten = Buffer.from(
    replaceTexts(payload, ({ path: [blobs, , properties, name], text }) =>
      blobs === 'blobs' && properties === 'properties' && name === 'referenced-data-file' ? map(text) : undefined,
    ),
  );
  const length = Buffer.alloc(4);
  length.writeUInt32LE(rewritten.length);
  return Buffer.concat([beforePayload, rewritten, length, end]);
}
