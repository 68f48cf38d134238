/** Field ids of a position delete file. Source: Apache Iceberg specification, 'Reserved Field IDs'. */
export const filePathId = 2147483546;
export const positionId = 2147483545;
export const deletedRowId = 2147483544;

/** Row `positions[i]` of the data file `paths[i]` is deleted. Sorted by path, then by position. */
export interface PositionDeletes {
  readonly paths: readonly string[];
  readonly positions: readonly bigint[];
}

/** Readers rely on the order, which several prefixes in one file may change. */
export function sorted({ paths, positions }: PositionDeletes): PositionDeletes {
  const isSorted = paths.every((path, i) => i === 0 || compareUtf8(paths[i - 1] ?? '', path) <= 0);
  if (isSorted) return { paths, positions };
  // Positions of one path are next to each other and in order, and a stable sort keeps that.
  const order = Array.from(paths.keys()).sort((a, b) => compareUtf8(paths[a] ?? '', paths[b] ?? ''));
  return { paths: order.map((i) => paths[i] ?? ''), positions: order.map((i) => positions[i] ?? 0n) };
}

/** Iceberg orders text by its bytes, which is the order of its code points, and not that of UTF-16. */
function compareUtf8(a: string, b: string): number {
  return a === b ? 0 : Buffer.compare(Buffer.from(a), Buffer.from(b));
}
