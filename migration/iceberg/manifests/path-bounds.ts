import { isUtf8 } from 'node:buffer';
import type { Edit } from '../avro/spans.js';
import { filePathId } from '../deletes/position-deletes.js';
import type { PathMap } from '../path-map.js';
import { boundsAt, withBounds } from './bounds.js';
import type { Bounds } from './bounds.js';
import type { EntrySpans } from './manifest.js';

/**
 * The bounds of the paths in a position delete file. The same rule on both keeps them bounds, since every path between
 * two with the same prefix has it, too. Where it is not the same rule, or a bound was cut off inside the prefix or inside
 * a character, they are left out: bounds are optional.
 */
export function withMappedPathBounds(data: Buffer, { lowerBounds, upperBounds }: EntrySpans, map: PathMap): Edit[] {
  const sides = [lowerBounds, upperBounds].flatMap((span) => {
    const bounds = span === undefined ? undefined : boundsAt(data, span);
    const value = bounds?.find(([id]) => id === filePathId)?.[1];
    return span === undefined || bounds === undefined || value === undefined ? [] : [{ span, bounds, value }];
  });
  const [lower, upper] = sides;
  const mapped =
    lower !== undefined && upper !== undefined && areMappedAlike(lower.value, upper.value, map)
      ? (value: Buffer) => map.map(value.toString())
      : () => undefined;
  return sides.map(({ span, bounds, value }) => withBounds(span, replaced(bounds, mapped(value))));
}

function areMappedAlike(lower: Buffer, upper: Buffer, map: PathMap): boolean {
  return isUtf8(lower) && isUtf8(upper) && map.isMappedAlike(lower.toString(), upper.toString());
}

function replaced(bounds: Bounds, path: string | undefined): Bounds {
  return bounds.flatMap(([id, value]): Bounds => {
    if (id !== filePathId) return [[id, value]];
    return path === undefined ? [] : [[id, Buffer.from(path)]];
  });
}
