import { MalformedFile, utf8 } from '../malformed-file.js';
import { compress, decompress, writtenCodec } from './codec.js';
import { AvroCursor } from './cursor.js';
import { encodeBytes, encodeNumber } from './encode.js';
import { parseRecordSchema } from './schema.js';
import type { AvroRecord } from './schema.js';

/** Source: Apache Avro 1.12 specification, 'Object container files'. */
export interface AvroContainer {
  readonly header: ContainerHeader;
  /** Decompressed one at a time. */
  readonly blocks: Iterable<AvroBlock>;
}

export interface ContainerHeader {
  readonly metadata: ReadonlyMap<string, Buffer>;
  readonly sync: Buffer;
  readonly codec: string;
  readonly schema: AvroRecord;
}

export interface AvroBlock {
  /** Number of records. */
  readonly count: number;
  readonly data: Buffer;
}

const magic = Buffer.from('Obj\u0001', 'latin1');
const syncLength = 16;

/** Throws `MalformedFile`, as reading the blocks does. */
export function openContainer(content: Buffer): AvroContainer {
  if (!content.subarray(0, magic.length).equals(magic)) throw new MalformedFile('is not an Avro file');
  const cursor = new AvroCursor(content, magic.length);
  const metadata = readMetadata(cursor);
  const sync = cursor.take(syncLength);
  const schema = parseRecordSchema(utf8(metadata.get('avro.schema') ?? Buffer.alloc(0)));
  const header = { metadata, sync, schema, codec: metadata.get('avro.codec')?.toString() ?? 'null' };
  const { position } = cursor;
  return { header, blocks: { [Symbol.iterator]: () => readBlocks(new AvroCursor(content, position), header) } };
}

function readMetadata(cursor: AvroCursor): ReadonlyMap<string, Buffer> {
  const metadata = new Map<string, Buffer>();
  for (let count = cursor.number(); count !== 0; count = cursor.number()) {
    // A negative count is followed by the length of the block.
    if (count < 0) cursor.skipNumber();
    for (let left = Math.abs(count); left > 0; left--)
      metadata.set(utf8(cursor.lengthPrefixed()), cursor.lengthPrefixed());
  }
  return metadata;
}

function* readBlocks(cursor: AvroCursor, { sync, codec }: ContainerHeader): Generator<AvroBlock, void, undefined> {
  while (!cursor.isAtEnd) {
    const count = cursor.number();
    const data = cursor.lengthPrefixed();
    if (!cursor.take(syncLength).equals(sync)) throw new MalformedFile('has a block without its sync marker');
    yield { count, data: decompress(codec, data) };
  }
}

/**
 * The results of `read` for each record; it moves the cursor behind the record. Throws `MalformedFile` unless they fill
 * the block.
 */
export function recordsOf<T>({ count, data }: AvroBlock, read: (cursor: AvroCursor) => T): readonly T[] {
  const cursor = new AvroCursor(data);
  const records: T[] = [];
  for (let left = count; left > 0; left--) records.push(read(cursor));
  if (count < 0 || !cursor.isAtEnd) throw new MalformedFile('has a block with more than its records');
  return records;
}

/** Collects the blocks of a file with the header of another one. */
export class ContainerWriter {
  private readonly pieces: Buffer[];
  private readonly codec: 'null' | 'deflate';

  constructor(private readonly header: ContainerHeader) {
    const { metadata, sync, codec } = header;
    this.codec = writtenCodec(codec);
    const written = codec === this.codec ? metadata : new Map(metadata).set('avro.codec', Buffer.from(this.codec));
    this.pieces = [magic, encodeMetadata(written), sync];
  }

  add({ count, data }: AvroBlock): void {
    this.pieces.push(encodeNumber(count), encodeBytes(compress(this.codec, data)), this.header.sync);
  }

  content(): Buffer {
    return Buffer.concat(this.pieces);
  }
}

function encodeMetadata(metadata: ReadonlyMap<string, Buffer>): Buffer {
  const entries = [...metadata].flatMap(([key, value]) => [encodeBytes(Buffer.from(key)), encodeBytes(value)]);
  return Buffer.concat([encodeNumber(metadata.size), ...entries, encodeNumber(0)]);
}
