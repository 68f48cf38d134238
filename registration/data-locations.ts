import type { AssessedTable } from '../assessments/index.js';
import { foreignWritePaths, icebergTableLocation } from '../core/iceberg-metadata.js';
import { parseS3Location } from '../core/s3-location.js';
import type { RegistrationTarget } from './registration-target.js';

/** Where a table lies, as its catalog or its Iceberg metadata says; `null` when neither does. */
export function placeOf({ location, iceberg }: Pick<AssessedTable, 'location' | 'iceberg'>): string | null {
  const metadata = iceberg?.metadataLocation ?? null;
  const place = metadata === null ? location : (icebergTableLocation(metadata, location) ?? location);
  return place === '' ? null : place;
}

/** The locations of a table's own data; none for views and resource links, which hold no data. */
export function locationsOf(table: AssessedTable): readonly string[] {
  const { view, link, iceberg, projection } = table;
  if (view !== null || link !== null) return [];
  // Athena projects no partitions of Iceberg tables.
  const template = iceberg === null ? (projection?.['storage.location.template'] ?? null) : null;
  return [placeOf(table), iceberg?.metadataLocation ?? null, template, ...writePathsOf(table)].filter(
    (uri) => uri !== null,
  );
}

/** An Iceberg table's folders outside of its location. */
export function writePathsOf(table: Pick<AssessedTable, 'location' | 'iceberg' | 'parameters'>): readonly string[] {
  return table.iceberg === null ? [] : foreignWritePaths(table.parameters, placeOf(table));
}

/** `write.data.path` and its like: an Iceberg table's files lie there, too. Hive tables are read from their location only. */
function furtherLocationsOf({ format, additionalLocations = [] }: AssessedTable): readonly string[] {
  return format === 'ICEBERG' ? additionalLocations : [];
}

/** Buckets that hold a table's data, including its partitions. May name one twice. */
export function bucketsOf(table: AssessedTable): readonly string[] {
  const own = [...locationsOf(table), ...furtherLocationsOf(table)].flatMap(
    (location) => parseS3Location(location)?.bucket ?? [],
  );
  return [...own, ...table.partitions.otherBuckets];
}

/** The same place in the target's object store; `null` for what is not on S3 or in a bucket that is not mapped. */
export function relocate(location: string | null, buckets: RegistrationTarget['buckets']): string | null {
  const parsed = parseS3Location(location);
  const bucket = parsed === undefined ? undefined : buckets.get(parsed.bucket);
  return parsed === undefined || bucket === undefined ? null : `s3://${bucket}/${parsed.key}`;
}
