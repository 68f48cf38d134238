import { decompressSnappy, decompressZstd } from 'hyparquet-compressors';
import { crc32, deflateRawSync, inflateRawSync } from 'node:zlib';
import { MalformedFile } from '../malformed-file.js';
import { uncompressedLength } from '../snappy-length.js';

/** Source: Apache Avro 1.12 specification, 'Required codecs', 'Optional codecs'. Throws `MalformedFile`. */
export function decompress(codec: string, data: Buffer): Buffer {
  switch (codec) {
    case 'null':
      return data;
    case 'deflate':
      return decoded(codec, () => inflateRawSync(data));
    case 'snappy':
      return decoded(codec, () => decompressWithCrc(data));
    case 'zstandard':
      return decoded(codec, () => asBuffer(decompressZstd(data)));
    default:
      throw new MalformedFile(`is compressed with '${codec}'; null, deflate, snappy and zstandard can be read`);
  }
}

/** The codec in which a file is written that was read in this one. Every reader of Avro has null and deflate. */
export function writtenCodec(read: string): 'null' | 'deflate' {
  return read === 'null' ? 'null' : 'deflate';
}

export function compress(codec: 'null' | 'deflate', data: Buffer): Buffer {
  return codec === 'null' ? data : deflateRawSync(data);
}

/** The data is followed by the CRC of what it holds. */
function decompressWithCrc(data: Buffer): Buffer {
  const crcAt = data.length - 4;
  const compressed = data.subarray(0, crcAt);
  const content = asBuffer(decompressSnappy(compressed, uncompressedLength(compressed)));
  if (crc32(content) !== data.readUInt32BE(crcAt)) throw new Error('CRC differs');
  return content;
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function decoded(codec: string, work: () => Buffer): Buffer {
  try {
    return work();
  } catch (cause) {
    throw new MalformedFile(`has a block that is not ${codec} data, or was damaged`, { cause });
  }
}
