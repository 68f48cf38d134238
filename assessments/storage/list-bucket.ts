import { isPermanent, listRanges, rangeOfPrefix } from '../../clients/s3/listing/index.js';
import type { BucketLister } from '../../clients/s3/listing/index.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { BucketTally, foldersAround, outermost } from './bucket-tally.js';
import type { TableFiles } from './bucket-tally.js';
import type { ObjectCount } from './object-figures.js';
import type { Claim } from './table-locations.js';

/** What the tables' folders in one bucket hold: JSON. */
export interface BucketListing {
  /** Each object once. */
  readonly listed: ObjectCount;
  /** Bytes that count for a second table, and for each one more. */
  readonly sharedBytes: number;
  /** By `tableKey`: the tables of which every folder in this bucket was listed. */
  readonly tables: Readonly<Record<string, TableFiles>>;
  /** Tables of which some folder could not be listed. */
  readonly unlisted: readonly string[];
  /** Why, the first of each code. */
  readonly reasons: readonly Diagnostic[];
}

export interface ListBucketOptions {
  /** Requests at the same time. */
  readonly width: number;
  readonly signal: AbortSignal;
  /** After each page: objects of this bucket so far. */
  readonly onProgress?: (objects: number) => void;
}

/**
 * Lists the folders of one bucket, each object once, and counts it for every table that reads it. A folder that cannot be
 * listed leaves its tables without figures, and the others go on; a store that does not answer ends the listing. Throws the
 * signal's reason.
 */
export async function listBucket(
  lister: BucketLister,
  bucket: string,
  claims: readonly Claim[],
  { width, signal, onProgress }: ListBucketOptions,
): Promise<BucketListing> {
  const tally = new BucketTally(claims);
  const reasons = new Map<string, Diagnostic>();
  const refused = new Set<string>();
  const keep = (failure: readonly Diagnostic[]): void => {
    for (const reason of failure) if (!reasons.has(reason.code)) reasons.set(reason.code, reason);
  };
  const ranges = outermost(claims.map(({ folder }) => folder)).map((folder) => ({ bucket, ...rangeOfPrefix(folder) }));
  const pages = listRanges(lister, ranges, {
    width,
    signal,
    pin: 'etag',
    onProgress: ({ objects }) => onProgress?.(objects),
    skips: ({ from }, failure) => {
      if (!failure.every(isPermanent)) return false;
      keep(failure);
      refused.add(from);
      return true;
    },
  });
  let isWhole = true;
  for await (const page of pages) {
    if (page.ok) for (const object of page.value) tally.add(object);
    else {
      keep(page.error);
      isWhole = false;
    }
  }
  const isRefused = ({ folder }: Claim): boolean => foldersAround(folder).some((around) => refused.has(around));
  const unlisted = new Set(claims.filter((claim) => !isWhole || isRefused(claim)).map(({ table }) => table));
  const { objects, bytes } = tally.figures();
  return {
    listed: { objects, bytes },
    sharedBytes: tally.sharedBytes,
    tables: Object.fromEntries([...tally.tableFiles()].filter(([table]) => !unlisted.has(table))),
    unlisted: [...unlisted],
    reasons: [...reasons.values()],
  };
}
