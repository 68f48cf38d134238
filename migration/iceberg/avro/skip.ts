import { MalformedFile } from '../malformed-file.js';
import type { AvroCursor } from './cursor.js';
import type { AvroType } from './schema.js';

/** Moves the cursor behind a value of this type. */
export function skipValue(type: AvroType, cursor: AvroCursor): void {
  switch (type.kind) {
    case 'null':
      return;
    case 'boolean':
      cursor.skip(1);
      return;
    case 'long':
      cursor.skipNumber();
      return;
    case 'float':
      cursor.skip(4);
      return;
    case 'double':
      cursor.skip(8);
      return;
    case 'fixed':
      cursor.skip(type.size);
      return;
    case 'bytes':
    case 'string':
      cursor.skip(cursor.number());
      return;
    case 'union':
      skipValue(branchOf(type.branches, cursor), cursor);
      return;
    case 'record':
      for (const field of type.fields) skipValue(field.type, cursor);
      return;
    case 'array':
    case 'map':
      skipBlocks(type, cursor);
  }
}

/** The branch of a union that its value has; the cursor moves to the value. */
export function branchOf(branches: readonly AvroType[], cursor: AvroCursor): AvroType {
  const index = cursor.number();
  const branch = branches[index];
  if (branch === undefined) throw new MalformedFile(`has a union without a branch ${index}`);
  return branch;
}

/** The results of `read` for each item of an array, or each value of a map; it moves the cursor behind the item. */
export function readItems<T>(kind: 'array' | 'map', cursor: AvroCursor, read: () => T): readonly T[] {
  const items: T[] = [];
  for (let count = cursor.number(); count !== 0; count = cursor.number()) {
    // A negative count is followed by the length of the block.
    if (count < 0) cursor.skipNumber();
    for (let left = Math.abs(count); left > 0; left--) {
      if (kind === 'map') cursor.lengthPrefixed();
      items.push(read());
    }
  }
  return items;
}

function skipBlocks(
  { kind, items }: { readonly kind: 'array' | 'map'; readonly items: AvroType },
  cursor: AvroCursor,
): void {
  for (let count = cursor.number(); count !== 0; count = cursor.number()) {
    if (count < 0) {
      cursor.skip(cursor.number());
      continue;
    }
    for (; count > 0; count--) {
      if (kind === 'map') cursor.skip(cursor.number());
      skipValue(items, cursor);
    }
  }
}
