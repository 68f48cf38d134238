import { encodeBytes, encodeNumber } from '../avro/encode.js';
import { readItems } from '../avro/skip.js';
import { edit, valueAt } from '../avro/spans.js';
import type { Edit, Span } from '../avro/spans.js';

/** Bounds by field id, in the order in which they stand. */
export type Bounds = readonly (readonly [fieldId: number, value: Buffer])[];

/** `undefined` where there are none. */
export function boundsAt(data: Buffer, span: Span): Bounds | undefined {
  const value = valueAt(data, span);
  if (value?.type.kind !== 'array') return undefined;
  const { cursor } = value;
  // Each item is a record of key and value.
  return readItems('array', cursor, () => [cursor.number(), cursor.lengthPrefixed()]);
}

export function withBounds(span: Span, bounds: Bounds): Edit {
  const items = bounds.flatMap(([id, value]) => [encodeNumber(id), encodeBytes(value)]);
  const block = bounds.length === 0 ? [] : [encodeNumber(bounds.length), ...items];
  return edit(span, 'array', Buffer.concat([...block, encodeNumber(0)]));
}
