import type { Finding } from '../assessment.js';
import type { TableFiles } from '../storage/bucket-tally.js';
import type { ObjectCount, ObjectFigures } from '../storage/object-figures.js';
import type { BucketSetting } from './settings/read-settings.js';

/** The contents of S3, and how its buckets are set up. Figures are whole numbers, exact up to 2^53 bytes (9 PB). */
export interface S3Assessment {
  /** `major.minor`; a newer minor version only adds. */
  readonly schemaVersion: '1.0';
  readonly kind: 'S3Assessment';
  readonly toolVersion: string;
  /** ISO 8601, UTC. */
  readonly assessedAt: string;
  readonly source: {
    readonly service: 's3';
    readonly region: string;
  };
  /**
   * - `region`: every bucket of the account in the region.
   * - `buckets`: those that were named.
   * - `tables`: the folders of the tables of an assessment of Glue.
   */
  readonly scope: 'region' | 'buckets' | 'tables';
  readonly summary: S3Summary;
  /** Everything that could not be read or needs attention, sorted by bucket. */
  readonly findings: readonly Finding[];
  /** Sorted by name. */
  readonly buckets: readonly AssessedBucket[];
  /** With the scope `tables`: sorted by database, then name. Empty otherwise. */
  readonly tables: readonly AssessedTableFiles[];
}

export interface S3Summary extends ObjectFigures {
  readonly buckets: number;
  /** Buckets of which the contents are not known. */
  readonly bucketsWithoutContents: number;
  /** Of the buckets whose versions are known. */
  readonly noncurrent: ObjectCount;
  readonly deleteMarkers: number;
  /** Whether everything that was asked for could be read. */
  readonly complete: boolean;
}

export interface AssessedBucket {
  readonly name: string;
  /** `null` when S3 does not say. */
  readonly region: string | null;
  /** ISO 8601, UTC; `null` when S3 does not say. */
  readonly created: string | null;
  /** The settings that the bucket has, and what becomes of each. */
  readonly settings: readonly BucketSetting[];
  /** Names of the settings that could not be read; the findings say why. */
  readonly unreadSettings: readonly string[];
  /** `null` when the bucket was not listed, or could not be; the findings say why. */
  readonly contents: BucketContents | null;
}

/** Current objects, and what is beside them. */
export interface BucketContents extends ObjectFigures {
  readonly source: 'listing' | 'inventory' | 'metadata-table';
  /** When the inventory was made, or the metadata table was read: ISO 8601, UTC. */
  readonly asOf?: string;
  /** Versions that later ones took the place of; `null` when they could not be listed. */
  readonly noncurrent: ObjectCount | null;
  /** All of them, current or not; `null` when they could not be listed. */
  readonly deleteMarkers: number | null;
  /** Of current objects, by what the inventory or the metadata table calls it, such as `SSE-KMS`; a listing does not tell. */
  readonly encryption?: Readonly<Record<string, ObjectCount>>;
}

export interface AssessedTableFiles {
  readonly database: string;
  readonly name: string;
  /** `null` when some of its folders could not be listed, or when it has none on S3. */
  readonly files: TableFiles | null;
}
