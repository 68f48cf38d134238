import { MalformedFile, utf8 } from '../malformed-file.js';
import { AvroCursor } from './cursor.js';
import { encodeBytes, encodeNumber } from './encode.js';
import type { AvroRecord, AvroType } from './schema.js';
import { branchOf, skipValue } from './skip.js';

/** Where a value lies in the bytes of its block. */
export interface Span {
  readonly type: AvroType;
  readonly start: number;
  readonly end: number;
}

/** Bytes that take the place of those from `start` to `end`. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly bytes: Uint8Array;
}

/** The spans of a record's fields in the schema's order. The cursor moves behind the record. */
export function spansOf(record: AvroRecord, cursor: AvroCursor): readonly Span[] {
  return record.fields.map(({ type }) => {
    const start = cursor.position;
    skipValue(type, cursor);
    return { type, start, end: cursor.position };
  });
}

/** The place of a field by Iceberg's field id, or by its name where a writer gave no ids. */
export function fieldIndex(record: AvroRecord, id: number, name: string): number | undefined {
  const byId = record.fields.findIndex((field) => field.id === id);
  const index = byId >= 0 ? byId : record.fields.findIndex((field) => field.id === undefined && field.name === name);
  return index < 0 ? undefined : index;
}

/** The value inside of a union; `undefined` for null. */
export function valueAt(bytes: Buffer, { type, start }: Span): { type: AvroType; cursor: AvroCursor } | undefined {
  const cursor = new AvroCursor(bytes, start);
  const inner = type.kind === 'union' ? branchOf(type.branches, cursor) : type;
  return inner.kind === 'null' ? undefined : { type: inner, cursor };
}

export function textAt(bytes: Buffer, span: Span): string | undefined {
  const value = valueAt(bytes, span);
  if (value !== undefined && value.type.kind !== 'string')
    throw new MalformedFile('has no text where a path should be');
  return value === undefined ? undefined : utf8(value.cursor.lengthPrefixed());
}

export function numberAt(bytes: Buffer, span: Span): number | undefined {
  const value = valueAt(bytes, span);
  if (value !== undefined && value.type.kind !== 'long') throw new MalformedFile('has no number where one should be');
  return value?.cursor.number();
}

export function withText(span: Span, text: string): Edit {
  return edit(span, 'string', encodeBytes(Buffer.from(text)));
}

export function withNumber(span: Span, value: number): Edit {
  return edit(span, 'long', encodeNumber(value));
}

/** Nothing where the type has no null. */
export function withNull(span: Span): readonly Edit[] {
  const isOptional = span.type.kind === 'union' && span.type.branches.some(({ kind }) => kind === 'null');
  return isOptional ? [edit(span, 'null', Buffer.alloc(0))] : [];
}

/** Replaces a value whose type, inside of a union, is of this kind. */
export function edit({ type, start, end }: Span, kind: AvroType['kind'], bytes: Uint8Array): Edit {
  if (type.kind !== 'union') return { start, end, bytes };
  const branch = type.branches.findIndex((each) => each.kind === kind);
  return { start, end, bytes: Buffer.concat([encodeNumber(branch), bytes]) };
}

/** The bytes from `start` to `end` with the edits made, in pieces. */
export function splice(bytes: Buffer, start: number, end: number, edits: readonly Edit[]): readonly Uint8Array[] {
  const pieces: Uint8Array[] = [];
  let position = start;
  for (const each of edits.toSorted((a, b) => a.start - b.start)) {
    pieces.push(bytes.subarray(position, each.start), each.bytes);
    position = each.end;
  }
  return [...pieces, bytes.subarray(position, end)];
}
