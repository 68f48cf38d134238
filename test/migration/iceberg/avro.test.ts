import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { openContainer, ContainerWriter } from '../../../migration/iceberg/avro/container.js';
import { AvroCursor } from '../../../migration/iceberg/avro/cursor.js';
import { encodeNumber } from '../../../migration/iceberg/avro/encode.js';
import { parseRecordSchema } from '../../../migration/iceberg/avro/schema.js';
import {
  numberAt,
  spansOf,
  splice,
  textAt,
  withNull,
  withNumber,
  withText,
} from '../../../migration/iceberg/avro/spans.js';
import { MalformedFile } from '../../../migration/iceberg/malformed-file.js';
import { AvroEncoder, avroFile, long } from './avro-encoder.js';
import type { Codec } from './avro-encoder.js';

interface Typed {
  readonly schema: unknown;
  readonly value: unknown;
}

let names = 0;
const named = (): string => `n${names++}`;

const primitive: fc.Arbitrary<Typed> = fc.oneof(
  fc.constant({ schema: 'null', value: null }),
  fc.boolean().map((value) => ({ schema: 'boolean', value })),
  fc.integer().map((value) => ({ schema: 'int', value })),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value) => ({ schema: 'long', value })),
  fc.float().map((value) => ({ schema: 'float', value })),
  fc.double().map((value) => ({ schema: 'double', value })),
  fc.string({ unit: 'binary' }).map((value) => ({ schema: { type: 'string', logicalType: 'x' }, value })),
  fc.uint8Array().map((bytes) => ({ schema: 'bytes', value: Buffer.from(bytes) })),
  fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => ({
    schema: { type: 'fixed', name: named(), size: 16 },
    value: Buffer.from(bytes),
  })),
  fc.nat(2).map((value) => ({ schema: { type: 'enum', name: named(), symbols: ['A', 'B', 'C'] }, value })),
);

/** Types with a value, nested up to three levels. */
const { typed } = fc.letrec<{ typed: Typed }>((tie) => ({
  typed: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    primitive,
    // Items of one type, and with it of one value.
    fc.tuple(tie('typed'), fc.nat(3)).map(([{ schema, value }, count]) => ({
      schema: { type: 'array', items: schema },
      value: Array.from({ length: count }, () => value),
    })),
    fc.tuple(tie('typed'), fc.uniqueArray(fc.string(), { maxLength: 3 })).map(([{ schema, value }, keys]) => ({
      schema: { type: 'map', values: schema },
      value: Object.fromEntries(keys.map((key) => [`k${key}`, value])),
    })),
    fc.tuple(tie('typed'), fc.boolean()).map(([{ schema, value }, isFirst]) =>
      // A union directly in a union is not allowed.
      Array.isArray(schema) || schema === 'null'
        ? { schema, value }
        : { schema: isFirst ? [schema, 'null'] : ['null', schema], value: { branch: isFirst ? 0 : 1, value } },
    ),
    fc.array(tie('typed'), { maxLength: 4 }).map((fields) => ({
      schema: {
        type: 'record',
        name: named(),
        namespace: 'a.b',
        fields: fields.map(({ schema }, i) => ({ name: `f${i}`, type: schema })),
      },
      value: Object.fromEntries(fields.map(({ value }, i) => [`f${i}`, value])),
    })),
  ),
}));

const fieldsAround = fc.tuple(fc.array(typed, { maxLength: 4 }), fc.array(typed, { maxLength: 4 }));

function recordOf(before: readonly Typed[], after: readonly Typed[], path: string) {
  const fields = [...before, { schema: 'string', value: path }, ...after];
  return {
    schema: {
      type: 'record',
      name: 'r',
      fields: fields.map(({ schema }, i) => ({ name: `f${i}`, type: schema })),
    },
    value: Object.fromEntries(fields.map(({ value }, i) => [`f${i}`, value])),
  };
}

test('in a record of any schema, a changed path changes nothing else', () => {
  fc.assert(
    fc.property(
      fieldsAround,
      fc.string(),
      fc.string(),
      fc.boolean(),
      ([before, after], old, changed, negativeCounts) => {
        const [source, expected] = [recordOf(before, after, old), recordOf(before, after, changed)];
        const encode = ({ schema, value }: typeof source) => new AvroEncoder({ negativeCounts }).encode(schema, value);
        const bytes = encode(source);
        const cursor = new AvroCursor(bytes);
        const spans = spansOf(parseRecordSchema(JSON.stringify(source.schema)), cursor);
        expect(cursor.isAtEnd).toBe(true);
        const span = spans[before.length];
        if (span === undefined) throw new Error('no span');
        expect(textAt(bytes, span)).toBe(Buffer.from(old).toString());
        const spliced = Buffer.concat(splice(bytes, 0, bytes.length, [withText(span, changed)]));
        expect(spliced.equals(encode(expected))).toBe(true);
      },
    ),
    { numRuns: 300 },
  );
});

test('numbers are encoded as Avro does', () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), (value) => {
      expect(encodeNumber(value)).toEqual(long(value));
    }),
  );
});

test('a record that holds itself is passed over', () => {
  const schema = {
    type: 'record',
    name: 'list',
    namespace: 'x',
    fields: [
      { name: 'value', type: 'int' },
      { name: 'next', type: ['null', 'list'] },
    ],
  };
  const bytes = Buffer.concat([long(1), long(1), long(2), long(1), long(3), long(0)]);
  const cursor = new AvroCursor(bytes);
  spansOf(parseRecordSchema(JSON.stringify(schema)), cursor);
  expect(cursor.isAtEnd).toBe(true);
});

test('in a union, the branch is written in front', () => {
  const schema = { type: 'record', name: 'r', fields: [{ name: 'a', type: ['string', 'null', 'long'] }] };
  const bytes = new AvroEncoder().encode(schema, { a: { branch: 0, value: 'x' } });
  const [span] = spansOf(parseRecordSchema(JSON.stringify(schema)), new AvroCursor(bytes));
  if (span === undefined) throw new Error('no span');
  const edited = (edit: ReturnType<typeof withText>) => Buffer.concat(splice(bytes, 0, bytes.length, [edit]));
  expect(edited(withText(span, 'yz'))).toEqual(Buffer.concat([long(0), long(2), Buffer.from('yz')]));
  expect(edited(withNumber(span, 7))).toEqual(Buffer.concat([long(2), long(7)]));
  expect(withNull(span).map(edited)).toEqual([long(1)]);
  expect(numberAt(edited(withNumber(span, -7)), { ...span, end: 2 })).toBe(-7);
});

describe('object container files', () => {
  const schema = { type: 'record', name: 'r', fields: [{ name: 'a', type: 'string' }] };
  const records = ['one', 'two', 'three', 'four', 'five'].map((a) => ({ a }));

  test.each(['null', 'deflate', 'snappy', 'zstandard'] as const)('%s is read', (codec) => {
    const { header, blocks } = openContainer(avroFile(schema, records, { codec }));
    const data = [...blocks];
    expect(data.map(({ count }) => count)).toEqual([2, 2, 1]);
    expect(Buffer.concat(data.map((block) => block.data)).toString('latin1')).toBe(
      '\u0006one\u0006two\nthree\u0008four\u0008five',
    );
    expect(header.codec).toBe(codec);
  });

  test.each([
    ['null', 'null'],
    ['deflate', 'deflate'],
    ['snappy', 'deflate'],
    ['zstandard', 'deflate'],
  ] as const)('%s is written as %s, with the rest of the header as it was', (codec, written) => {
    const metadata = { 'partition-spec': '[]', empty: '' };
    const { header, blocks } = openContainer(avroFile(schema, records, { codec, metadata }));
    const writer = new ContainerWriter(header);
    for (const block of blocks) writer.add(block);
    expect(writer.content().equals(avroFile(schema, records, { codec: written, metadata }))).toBe(true);
  });

  test('a file without a codec is not compressed', () => {
    const file = avroFile(schema, records, { codec: 'null' });
    const unnamed = Buffer.from(file.toString('latin1').replace('avro.codec', 'avro.other'), 'latin1');
    expect([...openContainer(unnamed).blocks]).toHaveLength(3);
  });

  const whole = avroFile(schema, records, { codec: 'snappy' });
  test.each([
    ['another format', Buffer.from('PAR1 and more'), 'is not an Avro file'],
    ['an empty file', Buffer.alloc(0), 'is not an Avro file'],
    ['cut in the header', whole.subarray(0, 20), 'ends inside a value'],
    ['cut in a block', whole.subarray(0, -20), 'ends inside a value'],
    ['cut in the last sync marker', whole.subarray(0, -1), 'ends inside a value'],
    ['another sync marker', flipped(whole, whole.length - 1), 'has a block without its sync marker'],
    ['a flipped bit in a block', flipped(whole, whole.length - 20), 'not snappy data'],
    [
      'an unknown codec',
      avroFile(schema, records, { codec: 'null', metadata: { 'avro.codec': 'bzip2' } }),
      "compressed with 'bzip2'",
    ],
    ['a schema that is not JSON', avroFile(schema, records, { metadata: { 'avro.schema': '{' } }), 'not JSON'],
    [
      'a schema that is not a record',
      avroFile(schema, records, { metadata: { 'avro.schema': '"int"' } }),
      'not a record',
    ],
    [
      'an unknown type',
      avroFile(schema, records, {
        metadata: { 'avro.schema': '{"type":"record","name":"r","fields":[{"name":"a","type":"text"}]}' },
      }),
      "unknown type 'text'",
    ],
  ])('malformed: %s', (_, file, message) => {
    const read = (): void => {
      for (const block of openContainer(file).blocks) expect(block.count).toBeGreaterThan(0);
    };
    expect(read).toThrow(MalformedFile);
    expect(read).toThrow(message);
  });

  test('whatever is cut or flipped, the file is read or malformed', () => {
    fc.assert(
      fc.property(
        fc.constantFrom<Codec>('null', 'deflate', 'snappy', 'zstandard'),
        fc.nat(),
        fc.nat(255),
        fc.boolean(),
        (codec, at, byte, isCut) => {
          const file = Buffer.from(avroFile(schema, records, { codec }));
          const position = at % file.length;
          file[position] = byte;
          try {
            const { header, blocks } = openContainer(isCut ? file.subarray(0, position) : file);
            for (const { count, data } of blocks) {
              const cursor = new AvroCursor(data);
              for (let left = count; left > 0; left--)
                for (const span of spansOf(header.schema, cursor)) textAt(data, span);
            }
          } catch (error) {
            expect(error).toBeInstanceOf(MalformedFile);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});

function flipped(file: Buffer, position: number): Buffer {
  const copy = Buffer.from(file);
  copy.writeUInt8(copy.readUInt8(position) ^ 1, position);
  return copy;
}
