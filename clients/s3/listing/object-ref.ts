/** An object of the source as the listing saw it: the exact content that is copied, or none. */
export interface ObjectRef {
  readonly bucket: string;
  /** As stored: no prefix, no decoding, no normalization. */
  readonly key: string;
  /** `null` where the bucket keeps no versions; 'null' is S3's name for a version that can be overwritten. */
  readonly versionId: string | null;
  /** Without quotation marks. */
  readonly etag: string;
  /** Bytes. */
  readonly size: number;
  /** ISO 8601, UTC. */
  readonly lastModified: string;
  /** Such as `STANDARD` or `GLACIER`. */
  readonly storageClass: string;
}
