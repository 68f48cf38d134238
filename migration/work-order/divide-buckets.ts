import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { parseS3Location } from '../../core/s3-location.js';
import { allKeys, compareKeys, rangeOfPrefix } from '../../clients/s3/listing/index.js';
import type { KeyRange } from '../../clients/s3/listing/index.js';

export interface TableLocations {
  /** The asset's key, such as `table:sales.orders`. */
  readonly table: string;
  /** `s3://` locations of its data at the source: folders, with or without a slash at the end. */
  readonly locations: readonly string[];
}

/** The part of a bucket that belongs to one owner, as JSON. */
export interface Region {
  /** The table's key, or `bucket:acme-raw` for what belongs to no table. */
  readonly owner: string;
  readonly bucket: string;
  readonly targetBucket: string;
  /** They do not overlap, and ascend. */
  readonly ranges: readonly KeyRange[];
}

export interface BucketDivision {
  /** Together they are all keys of all mapped buckets, each key once. */
  readonly regions: readonly Region[];
  /** By table: other owners whose regions hold some of its data, because the locations are the same or lie inside its own. */
  readonly waitsFor: ReadonlyMap<string, readonly string[]>;
}

interface Claim extends KeyRange {
  readonly owner: string;
}

/**
 * Divides the mapped buckets between the tables that lie in them: a key belongs to the table with the longest location
 * that it lies in; of several tables with the same location, to the first by name; of none, to the bucket itself. Reports
 * all locations that are in no mapped bucket.
 *
 * @param buckets the bucket of the target, by that of the source
 */
export function divideBuckets(
  tables: readonly TableLocations[],
  buckets: ReadonlyMap<string, string>,
): Result<BucketDivision> {
  const claims = new Map([...buckets.keys()].map((bucket) => [bucket, new Map<string, string>()]));
  const waitsFor = new Map<string, Set<string>>();
  const wait = (table: string, owner: string): void => {
    if (table !== owner) waitsFor.set(table, (waitsFor.get(table) ?? new Set<string>()).add(owner));
  };
  const problems: Diagnostic[] = [];
  const twins: { readonly table: string; readonly owner: string }[] = [];
  for (const { table, locations } of tables.toSorted((a, b) => compareKeys(a.table, b.table)))
    for (const location of locations) {
      const place = parseS3Location(location);
      const ofBucket = claims.get(place?.bucket ?? '');
      if (place === undefined || ofBucket === undefined) {
        problems.push(unmapped(table, location, place?.bucket));
        continue;
      }
      const prefix = folderOf(place.key);
      const owner = ofBucket.get(prefix);
      if (owner === undefined) ofBucket.set(prefix, table);
      else if (owner !== table) twins.push({ table, owner });
    }
  if (problems.length > 0) return fail(problems);

  const regions = [...buckets].flatMap(([bucket, targetBucket]) => {
    const sorted = [...(claims.get(bucket) ?? [])].sort(([a], [b]) => compareKeys(a, b));
    const ranges = divide(`bucket:${bucket}`, sorted, wait);
    return [...Map.groupBy(ranges, ({ owner }) => owner)].map(([owner, own]) => ({
      owner,
      bucket,
      targetBucket,
      ranges: own.map(({ from, to }) => ({ from, to })),
    }));
  });
  for (const { table, owner } of twins) for (const each of [owner, ...(waitsFor.get(owner) ?? [])]) wait(table, each);
  return ok({
    regions,
    waitsFor: new Map([...waitsFor].map(([table, owners]) => [table, [...owners].sort(compareKeys)])),
  });
}

/** Prefixes lie inside one another or apart, so that one walk over them in order meets each border once. */
function divide(
  rest: string,
  prefixes: readonly (readonly [prefix: string, owner: string])[],
  wait: (table: string, owner: string) => void,
): readonly Claim[] {
  const ranges: Claim[] = [];
  const around: Claim[] = [{ owner: rest, ...allKeys }];
  let from = allKeys.from;
  const upTo = (to: string | null, owner: string): void => {
    if (to === null || compareKeys(from, to) < 0) ranges.push({ owner, from, to });
    from = to ?? from;
  };
  const leave = (): void => {
    const left = around.pop();
    if (left !== undefined) upTo(left.to, left.owner);
  };
  for (const [prefix, owner] of prefixes) {
    const range = rangeOfPrefix(prefix);
    while (isBehind(range.from, around.at(-1)?.to ?? null)) leave();
    for (const { owner: outer } of around.slice(1)) wait(outer, owner);
    const outer = around.at(-1)?.owner ?? rest;
    if (outer === owner) continue;
    upTo(range.from, outer);
    around.push({ owner, ...range });
  }
  while (around.length > 0) {
    const isWhole = around.at(-1)?.to === null;
    leave();
    // A location that is the whole bucket leaves nothing to the bucket itself.
    if (isWhole) break;
  }
  return ranges;
}

function isBehind(key: string, end: string | null): boolean {
  return end !== null && compareKeys(key, end) >= 0;
}

function folderOf(key: string): string {
  return key === '' || key.endsWith('/') ? key : `${key}/`;
}

function unmapped(table: string, location: string, bucket: string | undefined): Diagnostic {
  return diagnostic({
    code: 'location-not-mapped',
    path: table,
    message:
      bucket === undefined
        ? `The location ${location} is not on S3.`
        : `The location ${location} is in the bucket '${bucket}', which the Plan does not map to a bucket of the target.`,
    fix: 'Add a rule for the bucket to the mapping, or skip the table; then run `aws2openstack synth` again.',
  });
}
