import type { S3Client } from '@aws-sdk/client-s3';
import type { AthenaUnloads } from '../../clients/athena/index.js';
import { allKeys } from '../../clients/s3/listing/index.js';
import type { BucketLister, InventoryManifest, ReadInventoryObject } from '../../clients/s3/listing/index.js';
import type { S3Target } from '../../clients/s3/index.js';
import { countInventory } from '../storage/count-inventory.js';
import { listBucket, rangesOf } from '../storage/list-bucket.js';
import type { BucketListing } from '../storage/list-bucket.js';
import type { Claim } from '../storage/table-locations.js';
import type { FoundBucket } from './find-buckets.js';
import type { AssessedBucket, BucketContents } from './s3-assessment.js';
import { readSettings } from './settings/read-settings.js';
import type { UnreadSetting } from './settings/read-settings.js';

/** The outcome for one bucket, as JSON. */
export interface BucketOutcome {
  readonly bucket: AssessedBucket;
  readonly unread: readonly UnreadSetting[];
  /** `null` when it was not asked for. */
  readonly listing: BucketListing | null;
  /** Old versions could not be listed, and current objects could. */
  readonly versionsDenied: boolean;
}

export interface BucketPorts {
  readonly client: S3Client;
  readonly target: S3Target;
  readonly lister: BucketLister;
  /** Athena, in this catalog. */
  readonly athena: (catalog: string) => AthenaUnloads;
}

/** Takes the place of a listing. */
export interface Inventory {
  readonly source: 'inventory' | 'metadata-table';
  readonly manifest: InventoryManifest;
  readonly read: ReadInventoryObject;
}

export interface AssessBucketOptions {
  /** The folders of tables to be counted; `null` for the complete bucket. */
  readonly claims: readonly Claim[] | null;
  readonly withListing: boolean;
  readonly inventory: Inventory | undefined;
  readonly signal: AbortSignal;
  /** Objects of this bucket so far. */
  readonly onProgress: (objects: number) => void;
}

const listingWidth = 16;

/** Reads the settings of a bucket and counts what it holds. Throws `StoreUnusable`, and the signal's reason. */
export async function assessBucket(
  { client, target, lister }: BucketPorts,
  found: FoundBucket,
  options: AssessBucketOptions,
): Promise<BucketOutcome> {
  const { set, unread } = await readSettings(client, target, found.name);
  const counted =
    options.withListing || options.inventory !== undefined ? await count(lister, found.name, options) : null;
  // Nobody knows then whether there are old versions: the listing was of current objects.
  const knowsVersions = options.inventory !== undefined || !unread.some(({ setting }) => setting === 'versioning');
  const contents = counted?.contents ?? null;
  return {
    bucket: {
      ...found,
      settings: set,
      unreadSettings: unread.map(({ setting }) => setting),
      contents: contents === null || knowsVersions ? contents : { ...contents, noncurrent: null, deleteMarkers: null },
    },
    unread,
    listing: counted?.listing ?? null,
    versionsDenied: contents !== null && (!knowsVersions || contents.noncurrent === null),
  };
}

interface Counted {
  readonly listing: BucketListing;
  readonly contents: BucketContents | null;
}

async function count(lister: BucketLister, bucket: string, options: AssessBucketOptions): Promise<Counted> {
  const { inventory, signal, onProgress } = options;
  const claims = options.claims ?? [];
  const parts = { claims, ranges: options.claims === null ? [allKeys] : rangesOf(claims) };
  if (inventory !== undefined) {
    const { source, manifest, read } = inventory;
    const { listing, encryption } = await countInventory(manifest, parts, { read, signal });
    const contents = contentsOf(listing, {
      source,
      ...(manifest.created !== null && { asOf: manifest.created }),
      ...(encryption !== undefined && { encryption }),
    });
    return { listing, contents };
  }
  const settings = { width: listingWidth, signal, onProgress };
  const all = await listBucket(lister, bucket, parts, settings);
  if (!isDenied(all)) return { listing: all, contents: contentsOf(all, { source: 'listing' }) };
  const current = await listBucket(lister, bucket, parts, { ...settings, versions: 'current' });
  const contents = contentsOf(current, { source: 'listing' });
  return { listing: current, contents: contents && { ...contents, noncurrent: null, deleteMarkers: null } };
}

/** `null` when some part of the bucket is missing. */
function contentsOf(
  { listed, old, reasons }: BucketListing,
  more: Pick<BucketContents, 'source' | 'asOf' | 'encryption'>,
): BucketContents | null {
  return reasons.length > 0 ? null : { ...more, ...listed, ...old };
}

function isDenied({ reasons }: BucketListing): boolean {
  return reasons.some(({ code }) => code === 'source-listing-denied');
}
