import { canonicalJson, sha256 } from '../../core/canonical-json.js';
import { isPermanent } from '../../clients/s3/listing/index.js';
import type { BucketLister } from '../../clients/s3/listing/index.js';
import type { AssessedTable, Finding, PartitionDetail } from '../assessment.js';
import { listBucket, rangesOf, unlistedBucket } from '../storage/list-bucket.js';
import type { BucketListing } from '../storage/list-bucket.js';
import { listingFindings } from '../storage/listing-findings.js';
import type { ObjectCount } from '../storage/object-figures.js';
import { filesByTable, withFiles } from '../storage/table-files.js';
import { claimsOfPartition, claimsOfTable, distinctClaims, tableKey } from '../storage/table-locations.js';
import type { Claim } from '../storage/table-locations.js';
import type { CollectionCheckpoint } from './checkpoint.js';
import type { CollectedCatalog } from './collected-catalog.js';

/** The sizes of a catalog's tables according to a listing. */
export interface TableSizes {
  readonly complete: (table: AssessedTable) => AssessedTable;
  /** Each object once. */
  readonly listed: ObjectCount;
  readonly findings: readonly Finding[];
}

export interface SizesOptions {
  readonly lister: BucketLister;
  readonly catalog: CollectedCatalog;
  readonly checkpoint: CollectionCheckpoint;
  readonly signal: AbortSignal;
  /** Objects so far. */
  readonly onProgress: (objects: number) => void;
}

const listingWidth = 32;

/**
 * Lists the folders of all tables, bucket after bucket, each object once. A bucket that an earlier run finished is not
 * listed again. Throws the signal's reason, and the system's errors.
 */
export async function listTableSizes(options: SizesOptions): Promise<TableSizes> {
  const { lister, catalog, checkpoint, signal, onProgress } = options;
  const listings = new Map<string, BucketListing>();
  let before = 0;
  for (const [bucket, claims] of claimsByBucket(catalog, checkpoint)) {
    const hash = sha256(canonicalJson(claims));
    const known = catalog.listingOf(bucket, hash);
    const down = [...listings.values()].find(({ reasons }) => !reasons.every(isPermanent));
    const listing =
      known ??
      (down === undefined
        ? await listBucket(
            lister,
            bucket,
            { ranges: rangesOf(claims), claims },
            {
              versions: 'current',
              width: listingWidth,
              signal,
              onProgress: (objects) => {
                onProgress(before + objects);
              },
            },
          )
        : unlistedBucket(
            claims,
            down.reasons.filter((reason) => !isPermanent(reason)),
          ));
    listings.set(bucket, listing);
    before += listing.listed.objects;
    onProgress(before);
    // What may pass is tried again by the next run.
    if (known === undefined && listing.reasons.length === 0) {
      const record = { kind: 'listing', bucket, claims: hash, listing } as const;
      checkpoint.append(record);
      catalog.add(record, null);
    }
  }
  const files = filesByTable([...listings.values()]);
  return {
    complete: (table) => {
      const found = files.get(tableKey(table));
      return found === undefined ? table : withFiles(table, found);
    },
    listed: {
      objects: [...listings.values()].reduce((sum, { listed }) => sum + listed.objects, 0),
      bytes: [...listings.values()].reduce((sum, { listed }) => sum + listed.bytes, 0),
    },
    findings: listingFindings(listings),
  };
}

function claimsByBucket(
  catalog: CollectedCatalog,
  checkpoint: CollectionCheckpoint,
): ReadonlyMap<string, readonly Claim[]> {
  const tables = [...catalog.tables.values()].flatMap((siblings) => [...siblings.values()]);
  const claims = tables.flatMap((table) => [
    ...claimsOfTable(table),
    ...claimsOfPartitions(table, catalog, checkpoint),
  ]);
  return Map.groupBy(distinctClaims(claims), ({ bucket }) => bucket);
}

function claimsOfPartitions(
  table: AssessedTable,
  catalog: CollectedCatalog,
  checkpoint: CollectionCheckpoint,
): readonly Claim[] {
  const claimsOfPage = (lines: readonly string[]): readonly Claim[] =>
    lines.flatMap((line) => claimsOfPartition(table, (JSON.parse(line) as PartitionDetail).location));
  return catalog.pagesOf(table.database, table.name).flatMap((page) => claimsOfPage(checkpoint.readPage(page)));
}
