/**
 * The characters that a TrueType or OpenType font has glyphs for. Throws a RangeError for a damaged font. Source: OpenType
 * specification, 'cmap', formats 4 and 12.
 */
export function coverageOf(font: Buffer): (codePoint: number) => boolean {
  const cmap = tableAt(font, 'cmap');
  const ranges: { readonly from: number; readonly to: number }[] = [];
  for (let index = 0; index < font.readUInt16BE(cmap + 2); index += 1) {
    const subtable = cmap + font.readUInt32BE(cmap + 8 + index * 8);
    const format = font.readUInt16BE(subtable);
    if (format === 12) ranges.push(...groupsOf(font, subtable));
    else if (format === 4) ranges.push(...segmentsOf(font, subtable));
  }
  return (codePoint) => ranges.some(({ from, to }) => from <= codePoint && codePoint <= to);
}

function tableAt(font: Buffer, tag: string): number {
  for (let index = 0; index < font.readUInt16BE(4); index += 1) {
    const record = 12 + index * 16;
    if (font.toString('latin1', record, record + 4) === tag) return font.readUInt32BE(record + 8);
  }
  throw new RangeError(`The font has no table '${tag}'.`);
}

function* groupsOf(font: Buffer, subtable: number) {
  for (let index = 0; index < font.readUInt32BE(subtable + 12); index += 1) {
    const group = subtable + 16 + index * 12;
    yield { from: font.readUInt32BE(group), to: font.readUInt32BE(group + 4) };
  }
}

function* segmentsOf(font: Buffer, subtable: number) {
  const bytes = font.readUInt16BE(subtable + 6);
  const [ends, starts] = [subtable + 14, subtable + 16 + bytes];
  const [deltas, offsets] = [starts + bytes, starts + 2 * bytes];
  for (let at = 0; at < bytes; at += 2) {
    const [start, end] = [font.readUInt16BE(starts + at), font.readUInt16BE(ends + at)];
    const [delta, offset] = [font.readUInt16BE(deltas + at), font.readUInt16BE(offsets + at)];
    for (let codePoint = start; codePoint <= end && codePoint < 0xffff; codePoint += 1) {
      const glyph =
        offset === 0
          ? (codePoint + delta) & 0xffff
          : font.readUInt16BE(offsets + at + offset + 2 * (codePoint - start));
      if (glyph !== 0) yield { from: codePoint, to: codePoint };
    }
  }
}
