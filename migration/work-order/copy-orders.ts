import { diagnostic } from '../../core/diagnostic.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { compareKeys } from '../../clients/s3/listing/index.js';
import type { BucketDivision, Region, TableLocations } from './divide-buckets.js';

/** The payload of a table's copy job: JSON. */
export interface CopyOrder {
  /** The table's own first, then those of buckets that this job copies along. */
  readonly regions: readonly Region[];
  /** Owners of other data of the table: their objects must be copied before the table is registered. */
  readonly waitsFor: readonly string[];
}

/**
 * An order for each table. What belongs to no table is copied by the job of the first table in its bucket, or else by the
 * first of all, because each job is one of a table.
 */
export function copyOrders(
  tables: readonly TableLocations[],
  { regions, waitsFor }: BucketDivision,
): Result<ReadonlyMap<string, CopyOrder>> {
  const names = tables.map(({ table }) => table).sort(compareKeys);
  const ofOwner = Map.groupBy(regions, ({ owner }) => owner);
  const ofBucket = Map.groupBy(regions, ({ bucket }) => bucket);
  const along = Map.groupBy(
    regions.filter(isOfNoTable),
    ({ bucket }) => firstIn(ofBucket.get(bucket) ?? []) ?? names[0] ?? '',
  );
  const homeless = along.get('');
  if (homeless !== undefined) return fail(homeless.map(noTable));
  return ok(
    new Map(
      names.map((table) => [
        table,
        { regions: [...(ofOwner.get(table) ?? []), ...(along.get(table) ?? [])], waitsFor: waitsFor.get(table) ?? [] },
      ]),
    ),
  );
}

function isOfNoTable({ owner, bucket }: Region): boolean {
  return owner === `bucket:${bucket}`;
}

function firstIn(regions: readonly Region[]): string | undefined {
  const tables = regions.filter((region) => !isOfNoTable(region)).map(({ owner }) => owner);
  return tables.sort(compareKeys)[0];
}

function noTable({ bucket }: Region) {
  return diagnostic({
    code: 'bucket-without-job',
    path: `bucket:${bucket}`,
    message: `The bucket '${bucket}' cannot be copied: the Plan maps no table, and each job belongs to a table.`,
    fix: 'Map a table, or copy the bucket with another program.',
  });
}
