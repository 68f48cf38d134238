import { join } from 'node:path';
import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import type { BucketLister } from '../../clients/s3/listing/index.js';
import type { Assessment } from '../assessment.js';
import { cannotWrite, interrupted, runInProgress } from '../report-file/run-problems.js';
import { AdaptiveCalls } from './adaptive-calls.js';
import type { CallLimits } from './adaptive-calls.js';
import { CollectionCheckpoint } from './checkpoint.js';
import type { Opening } from './checkpoint.js';
import { collect } from './collect.js';
import { CollectedCatalog } from './collected-catalog.js';
import type { GlueApi } from './glue-api.js';
import { RunLock } from '../../core/run-lock.js';
import { finishSwap } from '../../core/swap-files.js';
import { noMatchCode } from './database-filter.js';
import { fileNames } from './file-names.js';
import type { SizesOptions, TableSizes } from './table-sizes.js';
import { writeReports } from './write-reports.js';

export interface GlueAssessmentOptions {
  readonly region: string;
  readonly endpoint?: string | undefined;
  readonly profile?: string | undefined;
  readonly outputDir: string;
  /** As `--catalog-id` names it; absent for the account's default catalog. */
  readonly catalogId?: string | undefined;
  /** The text of the filter on databases, `null` for all, and what it selects. */
  readonly databases: { readonly text: string | null; readonly selects: (name: string) => boolean };
  readonly withTags: boolean;
  /** Anything that could not be read is a failure, and nothing is written. */
  readonly strict: boolean;
  /** Lists the folders of tables, for their sizes; `null` to take what the catalog says. */
  readonly lister: BucketLister | null;
  /** Discard a checkpoint that an earlier run left. */
  readonly fresh: boolean;
  readonly toolVersion: string;
  readonly now: Date;
  readonly limits: CallLimits;
  readonly signal: AbortSignal;
  /** Called once, before the first call to Glue. */
  readonly onOpening: (opening: Opening) => void;
  /** Called repeatedly. */
  readonly onProgress: (progress: GlueProgress) => void;
}

export interface GlueProgress {
  readonly databases: number;
  readonly databasesListed: number;
  readonly tables: number;
  readonly partitions: number;
  /** Listed for the sizes of tables. */
  readonly objects: number;
  readonly calls: number;
  readonly throttled: number;
}

const progressIntervalMs = 200;

/**
 * Stage 1 for a Glue Data Catalog: lists everything, continuing an interrupted run in the same folder, and writes the
 * report, the partition file and the Markdown page. On failure none of them is touched and the checkpoint stays.
 */
export async function assessGlueCatalog(api: GlueApi, options: GlueAssessmentOptions): Promise<Result<Assessment>> {
  try {
    return await assessInto(api, options);
  } catch (error) {
    const { code, syscall, message } = error as NodeJS.ErrnoException;
    if (code === undefined || syscall === undefined) throw error;
    return fail([cannotWrite(options.outputDir, code, message)]);
  }
}

async function assessInto(api: GlueApi, options: GlueAssessmentOptions): Promise<Result<Assessment>> {
  const folder = join(options.outputDir, fileNames.checkpoint);
  const lock = await RunLock.acquire(folder);
  if (!lock.ok) return fail([runInProgress(options.outputDir, lock.error.pid)]);
  try {
    finishSwap({ folder: options.outputDir, staging: join(options.outputDir, fileNames.staging) });
    return await assessAlone(api, options, lock.value, folder);
  } finally {
    lock.value.release();
  }
}

async function assessAlone(
  api: GlueApi,
  options: GlueAssessmentOptions,
  lock: RunLock,
  folder: string,
): Promise<Result<Assessment>> {
  const { region, endpoint, profile, outputDir, databases, withTags } = options;
  if (options.fresh) lock.empty();
  const catalog = new CollectedCatalog();
  const identity = {
    toolVersion: options.toolVersion,
    region,
    catalogId: options.catalogId ?? null,
    endpoint: endpoint ?? null,
    databases: databases.text,
    tags: withTags,
  };
  const { checkpoint, opening } = await CollectionCheckpoint.open(
    folder,
    identity,
    options.now.toISOString(),
    (record, page) => {
      catalog.add(record, page);
    },
  );
  options.onOpening(opening);
  const stop = new AbortController();
  const calls = new AdaptiveCalls(options.limits, AbortSignal.any([options.signal, stop.signal]));
  let objects = 0;
  const report = (): void => {
    options.onProgress({ ...progressOf(catalog, calls, databases.selects), objects });
  };
  const progress = setInterval(report, progressIntervalMs);
  try {
    const collected = await collect({
      api,
      calls,
      checkpoint,
      catalog,
      context: { region, endpoint, profile },
      catalogId: options.catalogId ?? null,
      filter: databases.text,
      selects: databases.selects,
      withTags,
      stop: () => {
        stop.abort();
      },
    });
    if (!collected.ok) {
      // The databases that were listed are not kept: the next run may find one that matches.
      if (collected.error.some(({ code }) => code === noMatchCode)) lock.empty();
      return collected;
    }
    const unread = collected.value.filter(({ severity }) => severity === 'error');
    if (options.strict && unread.length > 0) {
      return fail(
        unread.map(({ code, asset, message, fix }): Diagnostic =>
          diagnostic({
            code,
            path: asset,
            message,
            fix,
          }),
        ),
      );
    }
    const { lister, signal } = options;
    const onProgress = (listed: number): void => {
      objects = listed;
    };
    const sizes = lister === null ? ok(null) : await unlessAborted({ lister, catalog, checkpoint, signal, onProgress });
    if (!sizes.ok) return sizes;
    const assessment = await writeReports({
      folder: outputDir,
      staging: join(outputDir, fileNames.staging),
      catalog,
      checkpoint,
      catalogId: options.catalogId ?? null,
      filter: databases.text,
      selects: databases.selects,
      findings: collected.value,
      sizes: sizes.value,
      region,
      toolVersion: options.toolVersion,
    });
    lock.empty();
    report();
    return ok(assessment);
  } finally {
    clearInterval(progress);
    checkpoint.close();
    if (checkpoint.isEmpty) lock.empty();
  }
}

async function unlessAborted(options: SizesOptions): Promise<Result<TableSizes>> {
  try {
    // Without a listing, the client of S3 is not loaded.
    const { listTableSizes } = await import('./table-sizes.js');
    return ok(await listTableSizes(options));
  } catch (error) {
    if (options.signal.aborted) return fail([interrupted]);
    throw error;
  }
}

function progressOf(
  catalog: CollectedCatalog,
  { calls, throttled }: AdaptiveCalls,
  selects: (name: string) => boolean,
): Omit<GlueProgress, 'objects'> {
  const owned = [...catalog.databases.values()].filter(({ name, link }) => link === null && selects(name));
  return {
    databases: owned.length,
    databasesListed: owned.filter(({ name }) => catalog.progress(['tables', name]) === null).length,
    tables: catalog.tableCount,
    partitions: catalog.partitions,
    calls,
    throttled,
  };
}
