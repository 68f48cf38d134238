import type { ObjectRef } from '../object-ref.js';

/** An inventory's row about one version of one key. */
export interface InventoryRow {
  readonly object: ObjectRef;
  /** `current`: the object that the key has. */
  readonly kind: 'current' | 'noncurrent' | 'delete-marker';
  /** Such as `SSE-S3` or `SSE-KMS`; `null` where the inventory does not have the field. */
  readonly encryption: string | null;
}

/** The columns that are read, by their names in CSV and in Parquet. */
export const columnNames = {
  key: { CSV: 'Key', Parquet: 'key' },
  versionId: { CSV: 'VersionId', Parquet: 'version_id' },
  isLatest: { CSV: 'IsLatest', Parquet: 'is_latest' },
  isDeleteMarker: { CSV: 'IsDeleteMarker', Parquet: 'is_delete_marker' },
  size: { CSV: 'Size', Parquet: 'size' },
  lastModified: { CSV: 'LastModifiedDate', Parquet: 'last_modified_date' },
  etag: { CSV: 'ETag', Parquet: 'e_tag' },
  storageClass: { CSV: 'StorageClass', Parquet: 'storage_class' },
  encryption: { CSV: 'EncryptionStatus', Parquet: 'encryption_status' },
} as const;

/** Values of a row as text; empty where there is none. The key is decoded. */
export type InventoryValues = Readonly<Record<keyof typeof columnNames, string>>;

export function rowOf(values: InventoryValues, bucket: string): InventoryRow {
  const { key, versionId, isLatest, isDeleteMarker, size, lastModified, etag, storageClass, encryption } = values;
  return {
    object: {
      bucket,
      key,
      versionId: versionId === '' ? null : versionId,
      etag: etag.replaceAll('"', ''),
      size: Number(size),
      lastModified,
      storageClass: storageClass || 'STANDARD',
    },
    kind: isDeleteMarker === 'true' ? 'delete-marker' : isLatest === 'false' ? 'noncurrent' : 'current',
    encryption: encryption === '' ? null : encryption,
  };
}
