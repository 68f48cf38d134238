import { icebergTableLocation } from '../../core/iceberg-metadata.js';
import type { ManifestEntry } from '../../registration/index.js';

/**
 * Where the data of a manifest's entry lies, as far as the entry tells: its location and, of an Iceberg table, the folder of
 * its metadata. Empty for schemas and views. Partitions and `write.*` paths elsewhere are not in the entry.
 */
export function locationsOfEntry({ phase, source }: Pick<ManifestEntry, 'phase' | 'source'>): readonly string[] {
  if (phase !== 'table' || source === null) return [];
  const { location, metadataLocation } = source;
  if (metadataLocation === null) return location === null || location === '' ? [] : [location];
  const place = icebergTableLocation(metadataLocation, location);
  return [...new Set([...(place === undefined ? [] : [place]), metadataFolder(metadataLocation)])];
}

/** `s3://lake/t/metadata/` of `s3://lake/t/metadata/00001-a.metadata.json`. */
export function metadataFolder(metadataLocation: string): string {
  return metadataLocation.slice(0, metadataLocation.lastIndexOf('/') + 1);
}
