import { canonicalJson, compareText } from '../../core/canonical-json.js';
import { bucketAliasKind, isTableBucket } from '../../core/s3-alias.js';
import { parseS3Location } from '../../core/s3-location.js';
import type { S3Location } from '../../core/s3-location.js';
import type { AssessedTable } from '../assessment.js';
import { liesWithin } from '../classification/location.js';

/** A folder of a bucket that one table reads. */
export interface Claim {
  /** The table: `tableKey`. */
  readonly table: string;
  readonly bucket: string;
  /** With a slash at its end; empty for the complete bucket. */
  readonly folder: string;
}

/** Names may hold any character, so they are not joined with one. */
export function tableKey({ database, name }: Pick<AssessedTable, 'database' | 'name'>): string {
  return JSON.stringify([database, name]);
}

/** The folders that hold a table's files, apart from those of its partitions. Empty for what holds no data, or not on S3. */
export function claimsOfTable(table: AssessedTable): readonly Claim[] {
  const { format, federation, location, additionalLocations = [], projection } = table;
  if (format === 'VIEW' || format === 'RESOURCE_LINK' || federation !== undefined) return [];
  return [location, ...additionalLocations, fixedPart(projection?.['storage.location.template'])].flatMap((uri) =>
    claimOf(table, uri),
  );
}

/** The folder of a partition that is not in the table's. Athena does not look at the partitions of a table that it projects. */
export function claimsOfPartition(table: AssessedTable, location: string | null): readonly Claim[] {
  const isInside = location === null || (table.location !== null && liesWithin(location, table.location));
  return isInside || table.projection !== null ? [] : claimOf(table, location);
}

/** Each once, sorted by bucket, folder and table. */
export function distinctClaims(claims: readonly Claim[]): readonly Claim[] {
  const distinct = new Map(claims.map((claim) => [canonicalJson(claim), claim]));
  return [...distinct].sort(([a], [b]) => compareText(a, b)).map(([, claim]) => claim);
}

function claimOf(table: Pick<AssessedTable, 'database' | 'name'>, location: string | null): readonly Claim[] {
  const place = parseS3Location(location);
  if (place === undefined || !isListed(place)) return [];
  const folder = place.key === '' || place.key.endsWith('/') ? place.key : `${place.key}/`;
  return [{ table: tableKey(table), bucket: place.bucket, folder }];
}

/** Aliases of access points take the place of a bucket's name in requests; other aliases need other requests. */
function isListed({ bucket }: S3Location): boolean {
  return !isTableBucket(bucket) && (bucketAliasKind(bucket) === null || bucket.endsWith('-s3alias'));
}

/** The folder that all partitions of a projection share. */
function fixedPart(template: string | undefined): string | null {
  if (template === undefined) return null;
  const [fixed = ''] = template.split('${');
  return fixed === template ? template : fixed.slice(0, fixed.lastIndexOf('/') + 1);
}
