import type { AssessedTable } from '../assessments/index.js';
import { parseS3Location } from '../core/s3-location.js';
import type { RegistrationTarget } from './registration-target.js';

/** The locations of a table's own data; none for views and resource links, which hold no data. */
export function locationsOf({ view, link, location, iceberg, projection }: AssessedTable): readonly string[] {
  if (view !== null || link !== null) return [];
  const template = projection?.['storage.location.template'] ?? null;
  return [location, iceberg?.metadataLocation ?? null, template].filter((uri) => uri !== null);
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
