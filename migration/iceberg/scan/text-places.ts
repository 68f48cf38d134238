import type { AvroCursor } from '../avro/cursor.js';
import type { AvroRecord, AvroType } from '../avro/schema.js';
import { branchOf, readItems, skipValue } from '../avro/skip.js';

export interface TextPlace {
  /** Such as `data_file.lower_bounds[2147483546]`. */
  readonly place: string;
  readonly bytes: Buffer;
}

/** Every string and bytes of a value, with its place. The cursor moves behind the value. */
export function* textPlaces(type: AvroType, cursor: AvroCursor, place: string): Generator<TextPlace, void, undefined> {
  switch (type.kind) {
    case 'string':
    case 'bytes':
      yield { place, bytes: cursor.lengthPrefixed() };
      return;
    case 'fixed':
      yield { place, bytes: cursor.take(type.size) };
      return;
    case 'union':
      yield* textPlaces(branchOf(type.branches, cursor), cursor, place);
      return;
    case 'record':
      yield* recordPlaces(type, cursor, place);
      return;
    case 'array':
    case 'map':
      yield* readItems(type.kind, cursor, () => [...textPlaces(type.items, cursor, place)]).flat();
      return;
    case 'null':
    case 'boolean':
    case 'long':
    case 'float':
    case 'double':
      skipValue(type, cursor);
  }
}

function* recordPlaces({ fields }: AvroRecord, cursor: AvroCursor, place: string): Generator<TextPlace, void> {
  const [key, value] = fields;
  // A map whose keys are not text is an array of such records.
  if (fields.length === 2 && key?.name === 'key' && value?.name === 'value' && key.type.kind === 'long') {
    yield* textPlaces(value.type, cursor, `${place}[${cursor.number()}]`);
    return;
  }
  for (const { name, type } of fields) yield* textPlaces(type, cursor, place === '' ? name : `${place}.${name}`);
}
