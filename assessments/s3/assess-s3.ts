import { join } from 'node:path';
import { s3Diagnostic } from '../../clients/s3/index.js';
import { canonicalJson, compareText, sha256 } from '../../core/canonical-json.js';
import { diagnostic } from '../../core/diagnostic.js';
import { inParallel } from '../../core/in-parallel.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { RunLock } from '../../core/run-lock.js';
import { finishSwap } from '../../core/swap-files.js';
import type { AssessedTable, Finding } from '../assessment.js';
import { sortFindings } from '../classification/complete-catalog.js';
import { cannotWrite, interrupted, runInProgress } from '../report-file/run-problems.js';
import { filesByTable } from '../storage/table-files.js';
import { tableKey } from '../storage/table-locations.js';
import type { Claim } from '../storage/table-locations.js';
import { assessBucket } from './assess-bucket.js';
import type { BucketOutcome, BucketPorts, Inventory } from './assess-bucket.js';
import { BucketCheckpoint } from './checkpoint.js';
import { s3FileNames } from './file-names.js';
import { findBuckets } from './find-buckets.js';
import type { FoundBucket } from './find-buckets.js';
import { findingsOf } from './findings.js';
import { openInventories } from './open-inventories.js';
import { openMetadataTables } from './open-metadata-tables.js';
import type { S3Assessment } from './s3-assessment.js';
import { StoreUnusable } from './settings/read-settings.js';
import { summarizeS3 } from './summarize.js';
import { writeS3Reports } from './write-reports.js';

export type S3Scope =
  | { readonly kind: 'region' }
  | { readonly kind: 'buckets'; readonly names: readonly string[] }
  | { readonly kind: 'tables'; readonly tables: readonly AssessedTable[]; readonly claims: readonly Claim[] };

export interface S3AssessmentOptions {
  readonly region: string;
  readonly scope: S3Scope;
  readonly outputDir: string;
  /** Count what the buckets hold, not only read their settings. Inventories and metadata tables are read all the same. */
  readonly withListing: boolean;
  /** `s3://` addresses of manifests of S3 Inventory, which are read instead of listing their buckets. */
  readonly inventories: readonly string[];
  /** Buckets whose live inventory tables of S3 Metadata are read instead of listing them. */
  readonly metadataTables: readonly string[];
  /** `s3://` folder that Athena writes those tables to. */
  readonly unloadTo: string;
  /** Discard the checkpoint of an interrupted run. */
  readonly fresh: boolean;
  readonly toolVersion: string;
  readonly now: Date;
  readonly signal: AbortSignal;
  /** Called repeatedly. */
  readonly onProgress: (progress: S3Progress) => void;
}

export interface S3Progress {
  readonly buckets: number;
  readonly bucketsDone: number;
  readonly objects: number;
}

/** Each bucket has its own requests side by side. */
const bucketsAtOnce = 4;

/**
 * Stage 1 for S3: the settings of buckets, and what they hold. Continues an interrupted run in the same folder with the
 * buckets that it had not finished. Writes the report and the Markdown page; on failure neither is touched.
 */
export async function assessS3(ports: BucketPorts, options: S3AssessmentOptions): Promise<Result<S3Assessment>> {
  const { outputDir, signal } = options;
  try {
    const folder = join(outputDir, s3FileNames.checkpoint);
    const lock = await RunLock.acquire(folder);
    if (!lock.ok) return fail([runInProgress(outputDir, lock.error.pid)]);
    try {
      finishSwap({ folder: outputDir, staging: join(outputDir, s3FileNames.staging) });
      if (options.fresh) lock.value.empty();
      const assessed = await assessAlone(ports, options, folder);
      if (assessed.ok) lock.value.empty();
      return assessed;
    } finally {
      lock.value.release();
    }
  } catch (error) {
    if (signal.aborted) return fail([interrupted]);
    if (error instanceof StoreUnusable) return fail([error.diagnostic]);
    const { code, syscall, message } = error as NodeJS.ErrnoException;
    if (code === undefined || syscall === undefined) throw error;
    return fail([cannotWrite(outputDir, code, message)]);
  }
}

async function assessAlone(
  ports: BucketPorts,
  options: S3AssessmentOptions,
  folder: string,
): Promise<Result<S3Assessment>> {
  const { region, scope, toolVersion, withListing, inventories: manifests, metadataTables, now, signal } = options;
  const inventories = await openInventories(options, ports, signal);
  if (!inventories.ok) return inventories;
  const found = await bucketsIn(ports, options);
  if (!found.ok) return found;
  const { buckets, findings } = found.value;
  const claims = scope.kind === 'tables' ? sha256(canonicalJson(scope.claims)) : null;
  const { endpoint = null } = ports.target;
  const identity = { toolVersion, region, endpoint, scope: scope.kind, claims, withListing, manifests, metadataTables };
  const checkpoint = await BucketCheckpoint.open(folder, identity, now.toISOString());
  try {
    const unfinished = buckets.map(({ name }) => name).filter((name) => !checkpoint.finished.has(name));
    const tables = await openMetadataTables(
      metadataTables.filter((name) => unfinished.includes(name)),
      ports,
      options,
    );
    if (!tables.ok) return tables;
    const outcomes = await outcomesOf(ports, options, {
      buckets,
      inventories: new Map([...inventories.value, ...tables.value]),
      checkpoint,
    });
    const more = [...findings, ...unused([...inventories.value.keys(), ...metadataTables], buckets)];
    return ok(await report(outcomes, more, checkpoint.startedAt, options));
  } finally {
    checkpoint.close();
  }
}

async function bucketsIn(
  { client, target }: BucketPorts,
  { scope, region, signal }: S3AssessmentOptions,
): Promise<Result<{ readonly buckets: readonly FoundBucket[]; readonly findings: readonly Finding[] }>> {
  if (scope.kind !== 'region') {
    const names = scope.kind === 'buckets' ? scope.names : scope.claims.map(({ bucket }) => bucket);
    const distinct = [...new Set(names)].sort(compareText);
    return ok({ buckets: distinct.map((name) => ({ name, region: null, created: null })), findings: [] });
  }
  try {
    return ok(await findBuckets(client, region, signal));
  } catch (error) {
    signal.throwIfAborted();
    const failure = s3Diagnostic(error, target);
    if (failure.code !== 's3-refused') return fail([failure]);
    return fail([
      diagnostic({
        code: 'buckets-not-listed',
        message: `The buckets of the account cannot be listed: ${failure.message}`,
        fix: 'Grant s3:ListAllMyBuckets, or name the buckets with --bucket.',
      }),
    ]);
  }
}

async function outcomesOf(
  ports: BucketPorts,
  { scope, withListing, signal, onProgress }: S3AssessmentOptions,
  work: {
    readonly buckets: readonly FoundBucket[];
    readonly inventories: ReadonlyMap<string, Inventory>;
    readonly checkpoint: BucketCheckpoint;
  },
): Promise<readonly BucketOutcome[]> {
  const { buckets, inventories, checkpoint } = work;
  const claims = scope.kind === 'tables' ? Map.groupBy(scope.claims, ({ bucket }) => bucket) : null;
  const outcomes = new Map<string, BucketOutcome>();
  for (const { name } of buckets) {
    const known = checkpoint.finished.get(name);
    if (known !== undefined) outcomes.set(name, known);
  }
  const objects = new Map([...outcomes].map(([name, { listing }]) => [name, listing?.listed.objects ?? 0]));
  const progress = (): void => {
    const sum = [...objects.values()].reduce((total, each) => total + each, 0);
    onProgress({ buckets: buckets.length, bucketsDone: outcomes.size, objects: sum });
  };
  const stop = new AbortController();
  const width = { current: () => bucketsAtOnce, onChange: () => () => undefined };
  const left = buckets.filter(({ name }) => !outcomes.has(name));
  const assessed = inParallel(left, width, stop, (bucket) =>
    assessBucket(ports, bucket, {
      claims: claims === null ? null : (claims.get(bucket.name) ?? []),
      withListing,
      inventory: inventories.get(bucket.name),
      signal: AbortSignal.any([signal, stop.signal]),
      onProgress: (listed) => {
        objects.set(bucket.name, listed);
        progress();
      },
    }),
  );
  for await (const outcome of assessed) {
    signal.throwIfAborted();
    outcomes.set(outcome.bucket.name, outcome);
    // What could not be listed may be by the next run.
    if ((outcome.listing?.reasons ?? []).length === 0) checkpoint.append(outcome);
    progress();
  }
  return [...outcomes.values()].sort((a, b) => compareText(a.bucket.name, b.bucket.name));
}

async function report(
  outcomes: readonly BucketOutcome[],
  more: readonly Finding[],
  assessedAt: string,
  { region, scope, outputDir, toolVersion }: S3AssessmentOptions,
): Promise<S3Assessment> {
  const buckets = outcomes.map(({ bucket }) => bucket);
  const findings = sortFindings([...more, ...findingsOf(outcomes)]);
  const files = filesByTable(outcomes.flatMap(({ listing }) => listing ?? []));
  const assessment: S3Assessment = {
    schemaVersion: '1.0',
    kind: 'S3Assessment',
    toolVersion,
    assessedAt,
    source: { service: 's3', region },
    scope: scope.kind,
    summary: summarizeS3(buckets, findings),
    findings,
    buckets,
    tables:
      scope.kind !== 'tables'
        ? []
        : scope.tables.map((table) => ({
            database: table.database,
            name: table.name,
            files: files.get(tableKey(table)) ?? null,
          })),
  };
  await writeS3Reports({ folder: outputDir, staging: join(outputDir, s3FileNames.staging) }, assessment);
  return assessment;
}

function unused(inventories: readonly string[], buckets: readonly FoundBucket[]): readonly Finding[] {
  const names = new Set(buckets.map(({ name }) => name));
  return inventories
    .filter((bucket) => !names.has(bucket))
    .map((bucket) => ({
      code: 'inventory-not-used',
      severity: 'warning',
      asset: bucket,
      message: `An inventory of the bucket '${bucket}' was named, which is not part of this assessment.`,
      fix: `Add \`--bucket ${bucket}\`, or leave the inventory out.`,
    }));
}
