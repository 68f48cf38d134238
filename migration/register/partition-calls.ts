import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { arrayOf, identifier, literal } from '../../core/sql-text.js';
import { relocate } from '../../registration/index.js';
import type { EntryWork } from './entry-work.js';
import { blocked, statementFailure } from './failure.js';
import type { EntryFailure } from './failure.js';
import type { ListedPartition } from './listed-partition.js';
import type { RelationName } from './statement.js';

/** A Hive table with partition keys. */
export interface PartitionedTable {
  readonly name: RelationName;
  readonly keys: readonly string[];
  /** Trino's types of the keys. */
  readonly types: readonly string[];
}

export type Buckets = ReadonlyMap<string, string>;

/**
 * Registers one partition where its files lie at the target; one that is registered elsewhere is moved there. `buckets`:
 * target bucket by source bucket.
 */
export async function registerPartition(
  work: EntryWork,
  table: PartitionedTable,
  { values, location }: ListedPartition,
  buckets: Buckets,
): Promise<Result<'registered' | 'present' | 'moved', EntryFailure>> {
  const place = relocate(location, buckets);
  if (location !== null && place === null)
    return blocked(
      work.key,
      'registration-partition-bucket',
      `The partition ${JSON.stringify(values)} lies at ${location}, in a bucket that the mapping does not map.`,
      'Add a rule for the bucket (`when: { kind: bucket, bucket: … }`) to the mapping, write the manifest again with `aws2openstack synth`, and copy its objects.',
    );
  const sql = callOf('register_partition', table, values, place);
  const registered = await work.ask(sql);
  if (registered.ok) {
    work.hasEffect = true;
    return ok('registered');
  }
  const { errorName, message = '' } = registered.error[0]?.trino ?? {};
  const other = /is already registered with location (.*)$/s.exec(message)?.[1];
  if (errorName !== 'ALREADY_EXISTS' || other === undefined)
    return fail(statementFailure(work.key, sql, registered.error));
  if (place === null || isSamePlace(other, place)) return ok('present');
  const removed = await unregisterPartition(work, table, values);
  if (!removed.ok) return removed;
  const moved = await work.query(sql);
  return moved.ok ? ok('moved') : moved;
}

/** Removes one from the metastore; its files stay. False when there is none with these values. */
export async function unregisterPartition(
  work: EntryWork,
  table: PartitionedTable,
  values: readonly string[],
): Promise<Result<boolean, EntryFailure>> {
  const sql = callOf('unregister_partition', table, values, null);
  const removed = await work.ask(sql);
  if (removed.ok) {
    work.hasEffect = true;
    return ok(true);
  }
  return removed.error[0]?.trino?.errorName === 'NOT_FOUND'
    ? ok(false)
    : fail(statementFailure(work.key, sql, removed.error));
}

function callOf(
  procedure: string,
  { name: [catalog, schema, table], keys }: PartitionedTable,
  values: readonly string[],
  location: string | null,
): string {
  const given = [literal(schema), literal(table), arrayOf(keys), arrayOf(values)];
  if (location !== null) given.push(literal(location));
  return `CALL ${identifier(catalog)}.system.${procedure}(${given.join(', ')})`;
}

function isSamePlace(a: string, b: string): boolean {
  const path = (uri: string): string => uri.replace(/^s3[an]?:\/\//i, '').replace(/\/+$/, '');
  return path(a) === path(b);
}
