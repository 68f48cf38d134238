import { snappyCompress } from 'hyparquet-writer/src/snappy.js';
import { crc32, deflateRawSync, zstdCompressSync } from 'node:zlib';

/** A value of a union, with the branch that it has; elsewhere null takes the branch null and anything else the other. */
export interface Branch {
  readonly branch: number;
  readonly value: unknown;
}

type Schema = string | readonly Schema[] | Readonly<Record<string, unknown>>;

/** An encoder of the tests' own, which shares nothing with what it is to prove. Arrays and maps may come in several blocks. */
export class AvroEncoder {
  private readonly named = new Map<string, Schema>();

  constructor(private readonly options: { readonly negativeCounts?: boolean } = {}) {}

  encode(schema: Schema, value: unknown): Buffer {
    if (Array.isArray(schema)) return this.union(schema as readonly Schema[], value);
    if (typeof schema === 'string') {
      const named = this.named.get(schema);
      return named === undefined ? this.primitive(schema, value) : this.encode(named, value);
    }
    const { type, name, items, values, fields } = schema as {
      type: Schema;
      name?: string;
      items?: Schema;
      values?: Schema;
      fields?: readonly { name: string; type: Schema }[];
    };
    if (name !== undefined) this.named.set(name, schema);
    switch (type) {
      case 'record':
        return Buffer.concat(
          (fields ?? []).map((field) => this.encode(field.type, (value as Record<string, unknown>)[field.name])),
        );
      case 'array':
        return this.blocks((value as readonly unknown[]).map((item) => this.encode(items ?? 'null', item)));
      case 'map':
        return this.blocks(
          Object.entries(value as object).map(([key, item]) =>
            Buffer.concat([this.primitive('string', key), this.encode(values ?? 'null', item)]),
          ),
        );
      case 'fixed':
        return value as Buffer;
      case 'enum':
        return long(value as number);
      default:
        return this.encode(type, value);
    }
  }

  private union(branches: readonly Schema[], value: unknown): Buffer {
    const chosen: Branch =
      typeof value === 'object' && value !== null && 'branch' in value
        ? (value as Branch)
        : {
            branch: branches.findIndex((each) => (each === 'null') === (value === null || value === undefined)),
            value,
          };
    return Buffer.concat([long(chosen.branch), this.encode(branches[chosen.branch] ?? 'null', chosen.value)]);
  }

  private blocks(items: readonly Buffer[]): Buffer {
    if (items.length === 0) return long(0);
    const content = Buffer.concat(items);
    const head =
      this.options.negativeCounts === true ? [long(-items.length), long(content.length)] : [long(items.length)];
    return Buffer.concat([...head, content, long(0)]);
  }

  private primitive(type: string, value: unknown): Buffer {
    switch (type) {
      case 'null':
        return Buffer.alloc(0);
      case 'boolean':
        return Buffer.from([value === true ? 1 : 0]);
      case 'int':
      case 'long':
        return long(value as number | bigint);
      case 'float': {
        const bytes = Buffer.alloc(4);
        bytes.writeFloatLE(value as number);
        return bytes;
      }
      case 'double': {
        const bytes = Buffer.alloc(8);
        bytes.writeDoubleLE(value as number);
        return bytes;
      }
      case 'string':
        return prefixed(Buffer.from(value as string));
      case 'bytes':
        return prefixed(value as Buffer);
      default:
        throw new Error(`no schema ${type}`);
    }
  }
}

export function long(value: number | bigint): Buffer {
  let rest = BigInt.asUintN(64, (BigInt(value) << 1n) ^ (BigInt(value) >> 63n));
  const bytes: number[] = [];
  for (; rest >= 128n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return Buffer.from([...bytes, Number(rest)]);
}

export function prefixed(bytes: Buffer): Buffer {
  return Buffer.concat([long(bytes.length), bytes]);
}

export type Codec = 'null' | 'deflate' | 'snappy' | 'zstandard';

/** An object container file with the records in blocks of this many. */
export function avroFile(
  schema: Schema,
  records: readonly unknown[],
  {
    codec = 'deflate',
    metadata = {},
    blockSize = 2,
    negativeCounts = false,
  }: {
    readonly codec?: Codec;
    readonly metadata?: Readonly<Record<string, string>>;
    readonly blockSize?: number;
    readonly negativeCounts?: boolean;
  } = {},
): Buffer {
  const sync = Buffer.from('0123456789abcdef');
  const entries = Object.entries({ 'avro.schema': JSON.stringify(schema), 'avro.codec': codec, ...metadata });
  const header = entries.flatMap(([key, value]) => [prefixed(Buffer.from(key)), prefixed(Buffer.from(value))]);
  const pieces = [Buffer.from('Obj\u0001', 'latin1'), long(entries.length), ...header, long(0), sync];
  for (let i = 0; i < records.length; i += blockSize) {
    const block = records.slice(i, i + blockSize);
    const encoder = new AvroEncoder({ negativeCounts });
    const data = Buffer.concat(block.map((record) => encoder.encode(schema, record)));
    pieces.push(long(block.length), prefixed(compressed(codec, data)), sync);
  }
  return Buffer.concat(pieces);
}

function compressed(codec: Codec, data: Buffer): Buffer {
  switch (codec) {
    case 'null':
      return data;
    case 'deflate':
      return deflateRawSync(data);
    case 'zstandard':
      return zstdCompressSync(data);
    case 'snappy': {
      const crc = Buffer.alloc(4);
      crc.writeUInt32BE(crc32(data));
      return Buffer.concat([snappyCompress(data), crc]);
    }
  }
}
