import { MalformedFile } from '../../malformed-file.js';
import { compressionOf, decompressStream } from './compression.js';
import type { Compression } from './compression.js';
import { Message } from './protobuf.js';

/** Source: ORC specification v1, 'File Tail'. Numbers are those of the messages' fields. */
export interface OrcFile {
  readonly stripes: readonly OrcStripe[];
  /** The columns below the root, by number. */
  readonly columns: readonly OrcColumn[];
  readonly rows: number;
}

export interface OrcColumn {
  readonly number: number;
  readonly name: string;
  /** Of the type: 4 is a long, 7 is a string. */
  readonly kind: number;
  /** Iceberg's field id. */
  readonly id: number | undefined;
}

export interface OrcStripe {
  readonly rows: number;
  /** Bytes of a column's stream, decompressed; `undefined` where it has none. */
  stream(column: number, kind: StreamKind): Buffer | undefined;
  encoding(column: number): { readonly kind: number; readonly dictionarySize: number };
}

export const streamKinds = { present: 0, data: 1, length: 2, dictionaryData: 3 } as const;
export type StreamKind = keyof typeof streamKinds;

/** Throws `MalformedFile`. */
export function openOrc(content: Buffer): OrcFile {
  const psLength = content.at(-1) ?? 0;
  const psStart = content.length - 1 - psLength;
  if (psStart < 3 || content.toString('latin1', 0, 3) !== 'ORC') throw new MalformedFile('is not an ORC file');
  const postscript = new Message(content.subarray(psStart, -1));
  const compression = compressionOf(postscript.number(2), postscript.number(3));
  const footerStart = psStart - postscript.number(1);
  const footer = new Message(decompressStream(section(content, footerStart, psStart), compression));
  return {
    rows: footer.number(6),
    columns: columnsOf(footer.messages(4)),
    stripes: footer.messages(3).map((stripe) => openStripe(content, stripe, compression)),
  };
}

function columnsOf(types: readonly Message[]): readonly OrcColumn[] {
  const [root] = types;
  const names = root?.texts(3) ?? [];
  return (root?.numberList(2) ?? []).map((number, i) => {
    const attributes = types[number]?.messages(7) ?? [];
    const id = attributes.find((pair) => pair.texts(1)[0] === 'iceberg.id')?.texts(2)[0];
    return {
      number,
      name: names[i] ?? '',
      kind: types[number]?.number(1) ?? 0,
      id: id === undefined ? undefined : Number(id),
    };
  });
}

function openStripe(content: Buffer, stripe: Message, compression: Compression): OrcStripe {
  const [offset, indexLength, dataLength] = [stripe.number(1), stripe.number(2), stripe.number(3)];
  const footerStart = offset + indexLength + dataLength;
  const bytes = section(content, footerStart, footerStart + stripe.number(4));
  const footer = new Message(decompressStream(bytes, compression));
  const encodings = footer.messages(2);
  let position = offset;
  const streams = footer.messages(1).map((stream) => {
    const start = position;
    position += stream.number(3);
    return { kind: stream.number(1), column: stream.number(2), start, end: position };
  });
  return {
    rows: stripe.number(5),
    stream: (column, kind) => {
      const found = streams.find((each) => each.column === column && each.kind === streamKinds[kind]);
      return found && decompressStream(section(content, found.start, found.end), compression);
    },
    encoding: (column) => ({
      kind: encodings[column]?.number(1) ?? 0,
      dictionarySize: encodings[column]?.number(2) ?? 0,
    }),
  };
}

function section(content: Buffer, start: number, end: number): Buffer {
  if (start < 0 || end > content.length || start > end) throw new MalformedFile('is an ORC file with a damaged footer');
  return content.subarray(start, end);
}
