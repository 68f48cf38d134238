import { statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkPartitionFile, fileNames, partitionsOf } from '../../assessments/index.js';
import type { PartitionDetail } from '../../assessments/index.js';
import { diagnostic } from '../../core/diagnostic.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { parseS3Location } from '../../core/s3-location.js';
import { temporaryFolder } from '../../core/temporary-folder.js';
import type { TemporaryFolder } from '../../core/temporary-folder.js';
import { planFromFiles, planSha256, tableKey } from '../../mappings/index.js';
import type { Plan, PlannedFiles } from '../../mappings/index.js';
import { spoolPartitions } from '../../migration/register/index.js';
import type { ListPartitions } from '../../migration/register/index.js';
import { makeJobs } from '../../migration/run/index.js';
import type { NewJob, RunConnections } from '../../migration/run/index.js';
import { metadataFolder } from '../../migration/work-order/index.js';
import { makeManifest } from '../../registration/index.js';
import type { ManifestEntry } from '../../registration/index.js';
import { s3EndpointIn } from '../assess/connect-s3.js';
import type { CliIo } from '../io.js';

export interface RunFiles {
  readonly assessment: string;
  readonly mapping: string;
  readonly var: Readonly<Record<string, string>>;
}

export interface SourceOptions {
  readonly sourceEndpointUrl?: string;
  readonly sourceRegion?: string;
  readonly requesterPays?: boolean;
}

export interface ConnectionOptions extends SourceOptions {
  readonly trinoUrl?: string;
  readonly trinoUser: string;
}

/** A run as the files describe it; `remove` deletes what lies on the disk meanwhile. */
export interface PlannedRun extends PlannedFiles {
  readonly planSha256: string;
  readonly jobs: readonly NewJob[];
  readonly listPartitions: ListPartitions;
  readonly remove: () => Promise<void>;
}

export async function planRun({ assessment: path, mapping, var: variables }: RunFiles): Promise<Result<PlannedRun>> {
  const planned = await planFromFiles({ assessment: path, mapping, variables });
  if (!planned.ok) return planned;
  const { plan, assessment } = planned.value;
  const report = statSync(path).isDirectory() ? join(path, fileNames.report) : path;
  const damaged = assessment.partitionFile === null ? [] : await checkPartitionFile(report, assessment.partitionFile);
  if (damaged.length > 0) return fail(damaged);
  const manifest = makeManifest(plan);
  const entries = [...manifest.catalogs.values()].flat();
  const left = leftBehind(planned.value);
  const places = placesOf(entries, left);
  const outside = new Map<string, Set<string>>();
  const lines = noting(partitionsOf(report, assessment.partitionFile), places, outside);
  const spooled = await spoolToDisk(lines, entries);
  if (!spooled.ok) return spooled;
  const { list, remove } = spooled.value;
  const jobs = makeJobs({
    manifest,
    buckets: new Map(plan.buckets.map(({ sourceBucket, targetBucket }) => [sourceBucket, targetBucket])),
    leftBehind: left.map(({ table, locations }) => ({
      table,
      locations: [...locations, ...(outside.get(table) ?? [])],
    })),
    partitionLocations: new Map([...outside].map(([key, locations]) => [key, [...locations]])),
  });
  if (!jobs.ok) {
    await remove();
    return jobs;
  }
  return ok({
    ...planned.value,
    planSha256: planSha256(plan),
    jobs: jobs.value,
    listPartitions: list,
    remove,
  });
}

type Spool = Awaited<ReturnType<typeof spoolPartitions>>;

async function spoolToDisk(
  ...spooled: [AsyncIterable<PartitionDetail>, readonly ManifestEntry[]]
): Promise<Result<Spool>> {
  let folder: TemporaryFolder | undefined;
  try {
    const made = temporaryFolder('aws2openstack-');
    folder = made;
    const { list } = await spoolPartitions(...spooled, made.path);
    return ok({
      list,
      remove: () => {
        made.remove();
        return Promise.resolve();
      },
    });
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    folder?.remove();
    if (!unwritable.has(code)) throw error;
    return fail([
      diagnostic({
        code: 'no-temporary-space',
        path: tmpdir(),
        message: `The lists of partitions cannot be written there (${code}).`,
        fix: 'Free space on that disk, or set TMPDIR to a folder on another one.',
      }),
    ]);
  }
}

const unwritable: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG', 'EACCES', 'EROFS', 'ENOENT']);

/** Collects the locations of partitions outside their tables, by key. */
async function* noting(
  partitions: AsyncIterable<PartitionDetail>,
  places: ReadonlyMap<string, Place>,
  outside: Map<string, Set<string>>,
): AsyncGenerator<PartitionDetail> {
  for await (const partition of partitions) {
    const { database, table, location } = partition;
    const place = places.get(JSON.stringify([database, table]));
    const own = place?.location?.replace(/\/*$/, '/');
    if (place !== undefined && location !== null && (own === undefined || !`${location}/`.startsWith(own)))
      outside.set(place.key, (outside.get(place.key) ?? new Set()).add(location));
    yield partition;
  }
}

/** Where a table lies, and the key by which its partitions elsewhere are noted. */
interface Place {
  readonly key: string;
  readonly location: string | null;
}

function placesOf(entries: readonly ManifestEntry[], left: readonly LeftTable[]): ReadonlyMap<string, Place> {
  return new Map([
    ...left.map(
      ({ database, name, table, location }) => [JSON.stringify([database, name]), { key: table, location }] as const,
    ),
    ...entries.map(
      ({ key, source }) =>
        [JSON.stringify([source?.database, source?.table]), { key, location: source?.location ?? null }] as const,
    ),
  ]);
}

/** A table that the Plan skips or blocks. */
interface LeftTable {
  readonly table: string;
  readonly database: string;
  readonly name: string;
  readonly location: string | null;
  /** Of its own files; partitions may lie elsewhere. */
  readonly locations: readonly string[];
}

function leftBehind({ assessment, plan }: PlannedFiles): readonly LeftTable[] {
  const left = new Set<string>([...plan.skipped, ...plan.blocked].map(({ key }) => key));
  return assessment.tables.flatMap((source) => {
    const { database, name, location, additionalLocations = [] } = source;
    const table = tableKey(source);
    const metadata = source.iceberg?.metadataLocation ?? null;
    const locations = [
      location ?? '',
      ...additionalLocations,
      // It may lie outside the table's location. A whole bucket is never a folder of metadata.
      ...(metadata === null || isWholeBucket(metadataFolder(metadata)) ? [] : [metadataFolder(metadata)]),
    ].filter((each) => each !== '');
    return left.has(table) ? [{ table, database, name, location, locations }] : [];
  });
}

function isWholeBucket(location: string): boolean {
  return (parseS3Location(location)?.key ?? '') === '';
}

/** `before` is how the run reached its source until now; what is not given stays as it was. */
export function sourceConnection(
  plan: Plan,
  options: SourceOptions,
  env: CliIo['env'],
  before?: RunConnections['source'],
): RunConnections['source'] {
  const requesterPays = options.requesterPays ?? before?.requesterPays ?? false;
  return {
    endpoint: options.sourceEndpointUrl ?? (before === undefined ? (s3EndpointIn(env) ?? null) : before.endpoint),
    region: options.sourceRegion ?? before?.region ?? plan.source.region,
    ...(requesterPays && { requesterPays }),
  };
}

export function connectionsOf(
  plan: Plan,
  options: ConnectionOptions & { readonly trinoUrl: string },
  source: RunConnections['source'],
): RunConnections {
  const { objectStore, versions, dataSync, trust } = plan.target;
  const keepsTags = objectStore.capabilities?.tagging ?? objectStore.type === 'ceph-rgw';
  return {
    source,
    target: {
      type: objectStore.type,
      endpoint: objectStore.endpoint,
      region: objectStore.region,
      trailingChecksums: objectStore.capabilities?.trailingChecksums ?? false,
    },
    ...(trust !== undefined && { authorities: trust.authorities }),
    ...(dataSync !== undefined && { dataSync: { ...dataSync, keepsTags } }),
    trino: { url: options.trinoUrl, user: options.trinoUser, version: Number(versions.trino) },
    buckets: Object.fromEntries(plan.buckets.map(({ sourceBucket, targetBucket }) => [sourceBucket, targetBucket])),
  };
}
