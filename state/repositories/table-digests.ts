import { createHash } from 'node:crypto';

/**
 * Digests of the tables of a database, 8 bytes each: the sorted SHA-256 prefixes of their names, and their fingerprints in
 * the same order. They allow two databases to be compared without reading the tables.
 */
export interface TableDigests {
  readonly names: Uint8Array;
  readonly fingerprints: Uint8Array;
}

export interface ChangeCounts {
  readonly added: number;
  readonly removed: number;
  readonly changed: number;
}

const bytes = 8;

export function packDigests(
  tables: readonly { readonly table_name: string; readonly fingerprint: string }[],
): Record<keyof TableDigests, Buffer> {
  const entries = tables
    .map(({ table_name, fingerprint }) => {
      const print = Buffer.alloc(bytes);
      print.writeBigInt64BE(BigInt(fingerprint));
      return { name: createHash('sha256').update(table_name).digest().subarray(0, bytes), print };
    })
    .sort((a, b) => a.name.compare(b.name));
  return {
    names: Buffer.concat(entries.map(({ name }) => name)),
    fingerprints: Buffer.concat(entries.map(({ print }) => print)),
  };
}

/** How many tables exist on one side only, and how many differ between both. */
export function countChanges(before: TableDigests, after: TableDigests): ChangeCounts {
  const [old, now] = [wordsOf(before.names), wordsOf(after.names)];
  const [oldPrints, nowPrints] = [wordsOf(before.fingerprints), wordsOf(after.fingerprints)];
  let [at, to, same, changed] = [0, 0, 0, 0];
  while (at < old.byteLength && to < now.byteLength) {
    const order = old.getUint32(at) - now.getUint32(to) || old.getUint32(at + 4) - now.getUint32(to + 4);
    if (order === 0) {
      same += 1;
      if (differ(oldPrints, at, nowPrints, to)) changed += 1;
    }
    if (order <= 0) at += bytes;
    if (order >= 0) to += bytes;
  }
  return { added: now.byteLength / bytes - same, removed: old.byteLength / bytes - same, changed };
}

/** How many fingerprints differ, when both sides have tables of the same names. */
export function countDifferent(before: Uint8Array, after: Uint8Array): number {
  const [old, now] = [wordsOf(before), wordsOf(after)];
  let different = 0;
  for (let at = 0; at < old.byteLength; at += bytes) if (differ(old, at, now, at)) different += 1;
  return different;
}

function differ(one: DataView, at: number, other: DataView, to: number): boolean {
  return one.getUint32(at) !== other.getUint32(to) || one.getUint32(at + 4) !== other.getUint32(to + 4);
}

function wordsOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
