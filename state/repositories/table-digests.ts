import { createHash } from 'node:crypto';

/** What of a table a comparison needs to know: 8 bytes of its name's SHA-256, and its fingerprint. */
const entryBytes = 16;
const nameBytes = 8;

export interface ChangeCounts {
  readonly added: number;
  readonly removed: number;
  readonly changed: number;
}

/** The tables of a database as 16 bytes each, sorted: two such lists are compared without reading the tables. */
export function packDigests(tables: readonly { readonly table_name: string; readonly fingerprint: string }[]): Buffer {
  const entries = tables.map(({ table_name, fingerprint }) => {
    const entry = Buffer.alloc(entryBytes);
    createHash('sha256').update(table_name).digest().copy(entry, 0, 0, nameBytes);
    entry.writeBigInt64BE(BigInt(fingerprint), nameBytes);
    return entry;
  });
  return Buffer.concat(entries.sort((a, b) => a.compare(b)));
}

/** How many tables only one side has, and how many both have in different shape. */
export function countChanges(before: Uint8Array, after: Uint8Array): ChangeCounts {
  const [old, now] = [wordsOf(before), wordsOf(after)];
  let [at, to, same, changed] = [0, 0, 0, 0];
  while (at < old.byteLength && to < now.byteLength) {
    const order = old.getUint32(at) - now.getUint32(to) || old.getUint32(at + 4) - now.getUint32(to + 4);
    if (order === 0) {
      same += 1;
      if (old.getUint32(at + 8) !== now.getUint32(to + 8) || old.getUint32(at + 12) !== now.getUint32(to + 12))
        changed += 1;
    }
    if (order <= 0) at += entryBytes;
    if (order >= 0) to += entryBytes;
  }
  return { added: now.byteLength / entryBytes - same, removed: old.byteLength / entryBytes - same, changed };
}

function wordsOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
