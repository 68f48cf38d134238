import { crc32, deflateRawSync } from 'node:zlib';

/** 1 January 1980, the earliest date that the format knows: equal content gives equal bytes. */
const date = 0x21;
const regularFile = 0o100644 << 16;
const version = 20;
const deflated = 8;
const utf8Names = 0x800;

/** A ZIP file of small files, by their paths in it. Source: PKWARE, 'APPNOTE.TXT', version 6.3.10, 4.3. */
export function zipArchive(files: Readonly<Record<string, Uint8Array>>): Uint8Array {
  const entries: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [path, content] of Object.entries(files)) {
    const name = Buffer.from(path);
    const packed = deflateRawSync(content, { level: 9 });
    const common = commonFields(content, packed, name);
    const local = Buffer.concat([uint32(0x04034b50), uint16(version), common, uint16(0), name, packed]);
    directory.push(
      Buffer.concat([
        uint32(0x02014b50),
        uint16((3 << 8) | version),
        uint16(version),
        common,
        ...[0, 0, 0, 0].map(uint16),
        uint32(regularFile >>> 0),
        uint32(offset),
        name,
      ]),
    );
    entries.push(local);
    offset += local.length;
  }
  const list = Buffer.concat(directory);
  const counts = [0, 0, directory.length, directory.length].map(uint16);
  const end = [uint32(0x06054b50), ...counts, uint32(list.length), uint32(offset), uint16(0)];
  return Buffer.concat([...entries, list, ...end]);
}

/** From the flags to the length of the name, which both headers of a file have. */
function commonFields(content: Uint8Array, packed: Uint8Array, name: Uint8Array): Buffer {
  return Buffer.concat([
    uint16(utf8Names),
    uint16(deflated),
    uint16(0),
    uint16(date),
    uint32(crc32(content)),
    uint32(packed.length),
    uint32(content.length),
    uint16(name.length),
  ]);
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
