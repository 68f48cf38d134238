import { isPermanent, listRanges, rangeOfPrefix } from '../../clients/s3/listing/index.js';
import type { BucketLister, KeyRange } from '../../clients/s3/listing/index.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { BucketTally, foldersAround, outermost } from './bucket-tally.js';
import type { OldVersions, TableFiles } from './bucket-tally.js';
import { sumFigures } from './object-figures.js';
import type { ObjectFigures } from './object-figures.js';
import type { Claim } from './table-locations.js';

/** The result of listing one bucket, as JSON. */
export interface BucketListing {
  /** Current objects, each once. */
  readonly listed: ObjectFigures;
  /** Zero where only current objects were listed. */
  readonly old: OldVersions;
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
  /**
   * `current`: old versions are not asked for.
   * @default whatever the bucket keeps
   */
  readonly versions?: 'current';
  /** After each page: objects of this bucket so far. */
  readonly onProgress?: (objects: number) => void;
}

/** The parts of a bucket that hold the folders of tables, and do not overlap. */
export function rangesOf(claims: readonly Claim[]): readonly KeyRange[] {
  return outermost(claims.map(({ folder }) => folder)).map(rangeOfPrefix);
}

/**
 * Lists parts of one bucket, each object once, and counts it for every table that reads it. A part that cannot be
 * listed leaves its tables without figures, and the others go on; a store that does not answer ends the listing. Throws the
 * signal's reason.
 */
export async function listBucket(
  lister: BucketLister,
  bucket: string,
  { ranges, claims }: { readonly ranges: readonly KeyRange[]; readonly claims: readonly Claim[] },
  { width, signal, versions, onProgress }: ListBucketOptions,
): Promise<BucketListing> {
  const tally = new BucketTally(claims);
  const reasons = new Map<string, Diagnostic>();
  const refused = new Set<string>();
  const keep = (failure: readonly Diagnostic[]): void => {
    for (const reason of failure) if (!reasons.has(reason.code)) reasons.set(reason.code, reason);
  };
  const parts = ranges.map((range) => ({ bucket, ...range }));
  const pages = listRanges(lister, parts, {
    width,
    signal,
    ...(versions === 'current' && { pin: 'etag' }),
    onOldVersions: (old) => {
      for (const version of old) tally.addOld(version);
    },
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
  return {
    listed: tally.figures(),
    old: tally.oldVersions(),
    sharedBytes: tally.sharedBytes,
    tables: Object.fromEntries([...tally.tableFiles()].filter(([table]) => !unlisted.has(table))),
    unlisted: [...unlisted],
    reasons: [...reasons.values()],
  };
}

/** A bucket of which nothing is known, and why. */
export function unlistedBucket(claims: readonly Claim[], reasons: readonly Diagnostic[]): BucketListing {
  return {
    listed: sumFigures([]),
    old: { noncurrent: { objects: 0, bytes: 0 }, deleteMarkers: 0 },
    sharedBytes: 0,
    tables: {},
    unlisted: [...new Set(claims.map(({ table }) => table))],
    reasons,
  };
}
