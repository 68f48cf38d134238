/** Source: google/snappy, 'format_description.txt': the length in groups of seven bits, the lowest first. */
export function uncompressedLength(compressed: Buffer): number {
  let length = 0;
  for (let i = 0, factor = 1; i < 5; i++, factor *= 128) {
    const byte = compressed.readUInt8(i);
    length += (byte & 127) * factor;
    if (byte < 128) break;
  }
  return length;
}
