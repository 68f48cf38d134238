import { MalformedFile } from '../../malformed-file.js';
import { BitReader } from './bit-reader.js';
import { safe, Varints } from './protobuf.js';

/** Bits by their code of five bits. Source: ORC specification v1, 'Direct', table of the width encoding. */
const widths = [
  1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 26, 28, 30, 32, 40, 48, 56, 64,
];

/** Integers of a stream. Source: ORC specification v1, 'Integer Run Length Encoding, version 2'. */
export function decodeRunLength2(content: Buffer, isSigned: boolean): readonly number[] {
  const values: number[] = [];
  const bytes = new Varints(content);
  const signed = (value: number): number => (isSigned ? zigzag(value) : value);
  while (!bytes.isAtEnd) {
    const first = bytes.byte();
    switch (first >>> 6) {
      case 0: {
        const value = signed(bigEndian(bytes.take(((first >>> 3) & 7) + 1)));
        for (let left = (first & 7) + 3; left > 0; left--) values.push(value);
        break;
      }
      case 1: {
        const [width, length] = [widthOf(first), lengthOf(first, bytes)];
        const bits = new BitReader(bytes.take(Math.ceil((width * length) / 8)));
        for (let left = length; left > 0; left--) values.push(signed(bits.read(width)));
        break;
      }
      case 2:
        for (const value of patchedBase(first, bytes)) values.push(value);
        break;
      default:
        for (const value of delta(first, bytes, signed)) values.push(value);
    }
  }
  return values;
}

/** Source: ORC specification v1, 'Integer Run Length Encoding, version 1'. */
export function decodeRunLength1(content: Buffer, isSigned: boolean): readonly number[] {
  const values: number[] = [];
  const bytes = new Varints(content);
  const signed = (value: number): number => (isSigned ? zigzag(value) : value);
  while (!bytes.isAtEnd) {
    const control = bytes.byte();
    if (control < 128) {
      const step = Buffer.of(bytes.byte()).readInt8();
      const base = signed(bytes.next());
      for (let i = 0; i < control + 3; i++) values.push(base + i * step);
    } else for (let left = 256 - control; left > 0; left--) values.push(signed(bytes.next()));
  }
  return values;
}

/** Large values of a run have their high bits in a list of patches. */
function* patchedBase(first: number, bytes: Varints): Generator<number, void, undefined> {
  const [width, length] = [widthOf(first), lengthOf(first, bytes)];
  const [third, fourth] = [bytes.byte(), bytes.byte()];
  const baseBytes = bytes.take((third >>> 5) + 1);
  const patchWidth = widths[third & 31] ?? 0;
  const gapWidth = (fourth >>> 5) + 1;
  // The first bit is the sign.
  const sign = ((baseBytes[0] ?? 0) & 128) === 0 ? 1 : -1;
  const base = sign * bigEndian(Buffer.from([(baseBytes[0] ?? 0) & 127, ...baseBytes.subarray(1)]));
  const bits = new BitReader(bytes.take(Math.ceil((width * length) / 8)));
  const values = Array.from({ length }, () => bits.read(width));
  const entryWidth = widths.find((each) => each >= gapWidth + patchWidth) ?? 64;
  const entries = fourth & 31;
  const patches = new BitReader(bytes.take(Math.ceil((entryWidth * entries) / 8)));
  for (let index = 0, left = entries; left > 0; left--) {
    patches.read(entryWidth - gapWidth - patchWidth);
    index += patches.read(gapWidth);
    const patch = patches.read(patchWidth);
    const value = values[index];
    if (value === undefined) throw new MalformedFile('has a patch behind the end of its run');
    values[index] = safe(value + patch * 2 ** width);
  }
  for (const value of values) yield base + value;
}

function* delta(first: number, bytes: Varints, signed: (value: number) => number): Generator<number, void, undefined> {
  const code = (first >>> 1) & 31;
  const [width, length] = [code === 0 ? 0 : widthOf(first), lengthOf(first, bytes)];
  let value = signed(bytes.next());
  yield value;
  if (length === 1) return;
  const step = zigzag(bytes.next());
  value += step;
  yield value;
  const bits = new BitReader(bytes.take(Math.ceil((width * (length - 2)) / 8)));
  for (let left = length - 2; left > 0; left--) {
    value += width === 0 ? step : (step < 0 ? -1 : 1) * bits.read(width);
    yield value;
  }
}

function widthOf(first: number): number {
  return widths[(first >>> 1) & 31] ?? 0;
}

function lengthOf(first: number, bytes: Varints): number {
  return (first & 1) * 256 + bytes.byte() + 1;
}

function zigzag(value: number): number {
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}

function bigEndian(bytes: Buffer): number {
  return safe(bytes.reduce((value, byte) => value * 256 + byte, 0));
}
