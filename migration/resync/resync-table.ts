import type { PgBoss } from 'pg-boss';
import type { BucketLister } from '../../clients/s3/listing/index.js';
import type { TrinoClient } from '../../clients/trino/index.js';
import { diagnostic } from '../../core/diagnostic.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { listedName, qualifiedName } from '../../core/sql-text.js';
import { isFromMetadata } from '../../registration/index.js';
import type { ManifestEntry } from '../../registration/index.js';
import type { State } from '../../state/index.js';
import type { CopyEngine } from '../copy/copy-engine.js';
import { nameOf, recordedObjects, sourceDifference } from '../work-order/index.js';
import type { RecordedObject, SourceDifference } from '../work-order/index.js';
import { metadataChange } from '../source-metadata/index.js';
import type { SourceCatalog } from '../source-metadata/index.js';
import { copyAgain } from './copy-again.js';
import { damagedObjects } from './damaged-objects.js';
import { movedObjects, tableInItsPlace } from './moved-objects.js';
import type { MovedObjects } from './moved-objects.js';

export interface ResyncPorts {
  /** Of the source. */
  readonly lister: BucketLister;
  /** Of the source. */
  readonly catalog: SourceCatalog;
  /** Of the target. */
  readonly holds: NonNullable<CopyEngine['holds']>;
  readonly trino: Pick<TrinoClient, 'query'>;
}

/** Files that hold the rows that differ, as engines name them: `s3://…`. */
export interface DifferingFiles {
  readonly source: readonly string[];
  readonly target: readonly string[];
}

/** The objects of a table that are copied again, by name at the source, and those that are not. */
export interface Resync {
  /** Not at the target as they were copied. */
  readonly damaged: readonly string[];
  /** Overwritten at the source since they were copied. */
  readonly changed: readonly string[];
  /** New at the source. */
  readonly added: readonly string[];
  /** Gone from the source; at the target they stay. */
  readonly removed: readonly string[];
  /** At the target only, by name there; they stay. */
  readonly extra: readonly string[];
  /** The target has no such table, so it is registered again. */
  readonly isMissing: boolean;
  /** The newest metadata file of an Iceberg table that went on: it is registered from it. `null` where it stays. */
  readonly newerMetadata: string | null;
  /** Why it is not known whether an Iceberg table went on; `null` where it is, and for other tables. */
  readonly metadataUnknown: string | null;
  /** Of what is copied again. */
  readonly bytes: number;
  /** Whether the table's job was handed to workers: there is something to do. */
  readonly isStarted: boolean;
}

/**
 * Finds the objects because of which a table differs, and hands its job to workers for these alone. A process that is killed
 * before has changed nothing.
 *
 * @param files those of the partitions that differ; `null` where they are not known: every object of the table is read
 */
export async function resyncTable(
  state: Pick<State, 'db'>,
  boss: PgBoss,
  { jobId, files }: { readonly jobId: string; readonly files: DifferingFiles | null },
  { lister, catalog, holds, trino }: ResyncPorts,
  signal: AbortSignal,
): Promise<Result<Resync>> {
  const moved = await movedObjects(state, jobId);
  if (moved === undefined) return fail([noObjects(undefined)]);
  const { entry } = moved;
  const exists = await tableExists(entry, trino, signal);
  if (!exists.ok) return exists;
  if (moved.regions.length === 0 && exists.value) return fail([noObjects(await tableInItsPlace(state, moved))]);
  // What Trino wrote is not a copy of an object.
  if (entry.method === 'convert' && exists.value) return fail([convertedTable(entry)]);
  // Before objects are listed: all files of this metadata are among them.
  const change = await metadataChange(state, { jobId, entry }, catalog, signal);
  if (!change.ok) return change;
  const newest = change.value?.newest ?? null;
  const difference = await sourceDifference(state, [moved], lister, signal);
  if (!difference.ok) return difference;
  const now = isFixed(entry) && newest === null ? nothing : difference.value;
  const skipped = namesOf([...difference.value.changed, ...difference.value.removed]);
  const scope = await scopeOf(state, moved, files, difference.value);
  const isWanted = ({ object }: RecordedObject): boolean =>
    !skipped.has(nameOf(object)) &&
    (scope.names === undefined || scope.names.has(nameOf(object))) &&
    !(entry.method === 'register-rewritten' && object.key.includes('/metadata/'));
  const damaged = await damagedObjects(state, moved, isWanted, holds, signal);
  if (!damaged.ok) return damaged;
  const recorded = [...damaged.value, ...(await recordedOf(state, moved, namesOf([...now.changed, ...now.removed])))];
  const isStarted = recorded.length + now.added.length > 0 || newest !== null || !exists.value;
  if (isStarted) {
    const { owner } = moved;
    const started = await copyAgain(state, boss, { jobId, owner, recorded, added: now.added, metadata: newest });
    if (!started.ok) return started;
  }
  const copied = [...damaged.value.map(({ object }) => object), ...now.changed, ...now.added];
  return ok({
    damaged: damaged.value.map(({ object }) => nameOf(object)),
    changed: [...namesOf(now.changed)],
    added: [...namesOf(now.added)],
    removed: [...namesOf(now.removed)],
    // Iceberg tables have their own files: those of deletes, and of maintenance.
    extra: isFixed(entry) ? [] : scope.extra,
    isMissing: !exists.value,
    newerMetadata: newest,
    metadataUnknown: newest === null ? (change.value?.what ?? null) : null,
    bytes: copied.reduce((sum, { size }) => sum + size, 0),
    isStarted,
  });
}

const nothing: SourceDifference = { objects: 0, bytes: 0, added: [], changed: [], removed: [] };

/**
 * Iceberg's metadata names its files and their sizes: what was added to the source since is not part of a table whose
 * metadata stays.
 */
function isFixed({ method }: ManifestEntry): boolean {
  return isFromMetadata({ method }) || method === 'convert-in-place';
}

function namesOf(objects: SourceDifference['added']): ReadonlySet<string> {
  return new Set(objects.map(nameOf));
}

async function recordedOf(
  state: Pick<State, 'db'>,
  { jobId, owner }: MovedObjects,
  names: ReadonlySet<string>,
): Promise<readonly RecordedObject[]> {
  const found: RecordedObject[] = [];
  if (names.size === 0) return found;
  for await (const recorded of recordedObjects(state, jobId))
    if (recorded.owner === owner && names.has(nameOf(recorded.object))) found.push(recorded);
  return found;
}

interface Scope {
  /** At the source; `undefined` for all. */
  readonly names: ReadonlySet<string> | undefined;
  /** At the target, where no object was copied to. */
  readonly extra: readonly string[];
}

/** A file that is not known by its name makes the names useless: all objects are looked at then. */
async function scopeOf(
  state: Pick<State, 'db'>,
  { jobId, owner, regions }: MovedObjects,
  files: DifferingFiles | null,
  { added }: SourceDifference,
): Promise<Scope> {
  if (files === null) return { names: undefined, extra: [] };
  const targetOf = new Map(regions.map(({ bucket, targetBucket }) => [bucket, targetBucket]));
  const [source, target] = [new Set(files.source), new Set(files.target)];
  const names = new Set<string>();
  for (const name of namesOf(added)) source.delete(name);
  for await (const { owner: own, object } of recordedObjects(state, jobId)) {
    if (own !== owner) continue;
    const name = nameOf(object);
    const atTarget = nameOf({ ...object, bucket: targetOf.get(object.bucket) ?? object.bucket });
    if (source.has(name) || target.has(atTarget)) names.add(name);
    source.delete(name);
    target.delete(atTarget);
  }
  return { names: source.size === 0 && target.size === 0 ? names : undefined, extra: [...target] };
}

async function tableExists(
  { target }: ManifestEntry,
  trino: ResyncPorts['trino'],
  signal: AbortSignal,
): Promise<Result<boolean>> {
  const { catalog, schema, table } = target;
  const answer = await trino.query(
    `SELECT count(*) FROM ${qualifiedName(catalog, 'information_schema', 'tables')} ` +
      `WHERE table_schema = ${listedName(schema)} AND table_name = ${listedName(table ?? '')}`,
    { signal },
  );
  return answer.ok ? ok(Number(answer.value.rows[0]?.[0]) > 0) : answer;
}

function convertedTable({ target }: ManifestEntry) {
  const name = qualifiedName(target.catalog, target.schema, target.table ?? '');
  return diagnostic({
    code: 'resync-converted',
    path: name,
    message: 'Trino wrote the files of this table when it was converted, so no object can be copied again.',
    fix: `Drop it (DROP TABLE ${name}), and run the same command again: it copies what differs and converts the table again.`,
  });
}

function noObjects(other: MovedObjects | undefined) {
  const named = other === undefined ? 'another table' : nameOfEntry(other.entry);
  return diagnostic({
    code: 'resync-without-objects',
    message: `The job that moved the table copied no objects itself: the table has the location of ${named}.`,
    fix: `Run the command for ${other === undefined ? 'the table that comes first by name among those with this location' : named}.`,
  });
}

function nameOfEntry({ source }: ManifestEntry): string {
  return `${source?.database ?? ''}.${source?.table ?? ''}`;
}
