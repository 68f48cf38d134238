import type { DataSyncSettings } from '../copy/datasync/index.js';

/** How the jobs of a run reach both sides, as it is stored: addresses and names. Workers have the secrets. JSON. */
export interface RunConnections {
  readonly source: {
    /** `null` for Amazon S3. */
    readonly endpoint: string | null;
    readonly region: string;
    /** Whether this account pays for requests to buckets whose requester pays. @default false */
    readonly requesterPays?: boolean;
  };
  readonly target: {
    readonly type: 'swift' | 'ceph-rgw';
    /** Of its S3 API. */
    readonly endpoint: string;
    readonly region: string;
    /** Whether the store understands checksums behind the content. */
    readonly trailingChecksums: boolean;
  };
  /** Of the target, as in its Plan: PEM of authorities besides the well-known ones. @default none */
  readonly authorities?: readonly string[];
  /** Where a table of the run is copied by DataSync. */
  readonly dataSync?: DataSyncSettings & {
    /** Whether the target's object store keeps tags. */
    readonly keepsTags: boolean;
  };
  readonly trino: {
    readonly url: string;
    readonly user: string;
    /** Such as 476. */
    readonly version: number;
  };
  /** Bucket of the target by that of the source. */
  readonly buckets: Readonly<Record<string, string>>;
}
