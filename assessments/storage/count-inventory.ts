import { inventoryRows } from '../../clients/s3/listing/index.js';
import type { InventoryManifest, KeyRange, ReadInventoryObject } from '../../clients/s3/listing/index.js';
import { compareText } from '../../core/canonical-json.js';
import { BucketTally } from './bucket-tally.js';
import { unlistedBucket } from './list-bucket.js';
import type { BucketListing } from './list-bucket.js';
import type { ObjectCount } from './object-figures.js';
import type { Claim } from './table-locations.js';

export interface CountedInventory {
  readonly listing: BucketListing;
  /** Of current objects, by the words of the inventory; absent where it does not have the field. */
  readonly encryption?: Readonly<Record<string, ObjectCount>>;
}

/** As `listBucket`, from an inventory of the bucket. One that is damaged counts for nothing. Throws the signal's reason. */
export async function countInventory(
  manifest: InventoryManifest,
  { ranges, claims }: { readonly ranges: readonly KeyRange[]; readonly claims: readonly Claim[] },
  { read, signal }: { readonly read: ReadInventoryObject; readonly signal: AbortSignal },
): Promise<CountedInventory> {
  const tally = new BucketTally(claims);
  const encryption = new Map<string, { objects: number; bytes: number }>();
  for await (const page of inventoryRows(manifest, { read, ranges, signal })) {
    if (!page.ok) return { listing: unlistedBucket(claims, page.error) };
    for (const { object, kind, encryption: by } of page.value) {
      if (kind !== 'current') {
        tally.addOld({ kind, size: object.size });
        continue;
      }
      tally.add(object);
      if (by === null) continue;
      const count = encryption.get(by) ?? { objects: 0, bytes: 0 };
      encryption.set(by, { objects: count.objects + 1, bytes: count.bytes + object.size });
    }
  }
  return {
    listing: {
      listed: tally.figures(),
      old: tally.oldVersions(),
      sharedBytes: tally.sharedBytes,
      tables: Object.fromEntries(tally.tableFiles()),
      unlisted: [],
      reasons: [],
    },
    ...(encryption.size > 0 && {
      encryption: Object.fromEntries([...encryption].sort(([a], [b]) => compareText(a, b))),
    }),
  };
}
