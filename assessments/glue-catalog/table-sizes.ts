import { canonicalJson, compareText, sha256 } from '../../core/canonical-json.js';
import { isPermanent } from '../../clients/s3/listing/index.js';
import type { BucketLister } from '../../clients/s3/listing/index.js';
import type { AssessedTable, Finding, PartitionDetail } from '../assessment.js';
import { liesWithin } from '../classification/location.js';
import { listBucket } from '../storage/list-bucket.js';
import type { BucketListing } from '../storage/list-bucket.js';
import { listingFindings } from '../storage/listing-findings.js';
import type { ObjectCount } from '../storage/object-figures.js';
import { filesByTable, withFiles } from '../storage/table-files.js';
import { claimOf, claimsOfTable, tableKey } from '../storage/table-locations.js';
import type { Claim } from '../storage/table-locations.js';
import type { CollectionCheckpoint } from './checkpoint.js';
import type { CollectedCatalog } from './collected-catalog.js';

/** What a listing says of the tables of a catalog. */
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
        ? await listBucket(lister, bucket, claims, {
            width: listingWidth,
            signal,
            onProgress: (objects) => {
              onProgress(before + objects);
            },
          })
        : unlisted(claims, down));
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

function unlisted(claims: readonly Claim[], { reasons }: BucketListing): BucketListing {
  return {
    listed: { objects: 0, bytes: 0 },
    sharedBytes: 0,
    tables: {},
    unlisted: [...new Set(claims.map(({ table }) => table))],
    reasons: reasons.filter((reason) => !isPermanent(reason)),
  };
}

/** Sorted by bucket, table and folder. */
function claimsByBucket(
  catalog: CollectedCatalog,
  checkpoint: CollectionCheckpoint,
): ReadonlyMap<string, readonly Claim[]> {
  const tables = [...catalog.tables.values()].flatMap((siblings) => [...siblings.values()]);
  const claims = tables.flatMap((table) => [
    ...claimsOfTable(table),
    ...claimsOfPartitions(table, catalog, checkpoint),
  ]);
  const distinct = new Map(claims.map((claim) => [canonicalJson(claim), claim]));
  const sorted = [...distinct].sort(([a], [b]) => compareText(a, b)).map(([, claim]) => claim);
  return Map.groupBy(sorted, ({ bucket }) => bucket);
}

/** Those outside the table's own folder. Athena does not look at the partitions of a table that it projects. */
function claimsOfPartitions(
  table: AssessedTable,
  catalog: CollectedCatalog,
  checkpoint: CollectionCheckpoint,
): readonly Claim[] {
  if (table.projection !== null) return [];
  const claimsOfPage = (lines: readonly string[]): readonly Claim[] =>
    lines.flatMap((line) => {
      const { location } = JSON.parse(line) as PartitionDetail;
      const isOutside = location !== null && (table.location === null || !liesWithin(location, table.location));
      return isOutside ? claimOf(table, location) : [];
    });
  return catalog.pagesOf(table.database, table.name).flatMap((page) => claimsOfPage(checkpoint.readPage(page)));
}
