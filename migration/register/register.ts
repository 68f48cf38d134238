import PQueue from 'p-queue';
import { setTimeout as delay } from 'node:timers/promises';
import type { TrinoClient } from '../../clients/trino/index.js';
import { diagnostic } from '../../core/diagnostic.js';
import type { Result } from '../../core/result.js';
import { qualifiedName } from '../../core/sql-text.js';
import type { Manifest, ManifestEntry } from '../../registration/index.js';
import { EntryWork } from './entry-work.js';
import type { Step } from './entry-work.js';
import { jobOf } from './failure.js';
import type { EntryFailure } from './failure.js';
import type { EntryLedger } from './ledger.js';
import type { ListPartitions } from './listed-partition.js';
import type { HasObjects } from './objects.js';
import { reportOf } from './outcome.js';
import type { EntryOutcome, RegistrationReport } from './outcome.js';
import { runEntry } from './run-entry.js';
import type { EntryOptions, EntryResult } from './run-entry.js';
import { readsOf, viewGroups } from './view-order.js';

/** The connections that the registration works with. */
export interface RegistrationPorts {
  readonly trino: TrinoClient;
  readonly ledger: EntryLedger;
  /** Of the target's object store. */
  readonly hasObjects: HasObjects;
  /** Of the assessment that the manifest was made from. */
  readonly listPartitions: ListPartitions;
}

export interface RegistrationOptions {
  /** Target bucket by source bucket. */
  readonly buckets: ReadonlyMap<string, string>;
  /** How many entries are registered at a time. @default 8 */
  readonly entriesAtOnce?: number;
  /** How many partitions of one table are registered at a time. @default 8 */
  readonly partitionsAtOnce?: number;
  /**
   * Whether partitions stay in Trino that the source does not list. Athena does not read their folders.
   * @default false
   */
  readonly keepUnlistedPartitions?: boolean;
  /** How often an entry is tried whose failure may pass. @default 3 */
  readonly attempts?: number;
  /** Before the second attempt; doubles, and is shortened at random by up to half. @default 1000 */
  readonly retryDelayMs?: number;
  readonly signal?: AbortSignal;
  /** Awaited before the work goes on. */
  readonly onProgress?: (event: RegistrationProgress) => void | Promise<void>;
}

export type RegistrationProgress =
  /** A step of an entry begins or goes on. `total` is `null` where it is not known. */
  | {
      readonly kind: 'step';
      readonly key: string;
      readonly step: Step;
      readonly done: number;
      readonly total: number | null;
    }
  /** An entry has ended; `done` and `total` count entries. */
  | {
      readonly kind: 'entry';
      readonly key: string;
      readonly state: EntryOutcome['state'];
      readonly done: number;
      readonly total: number;
    };

/**
 * Registers the manifest's schemas, tables and views in Trino: all schemas, then all tables, then views after what they
 * read. One that fails stops only what needs it. What is registered already stays as it is, and a run that ended at any
 * moment goes on from the ledger's records. Rejects with the signal's reason when it is aborted, and with the ledger's
 * errors.
 */
export async function register(
  { catalogs }: Manifest,
  ports: RegistrationPorts,
  options: RegistrationOptions,
): Promise<RegistrationReport> {
  const entries = [...catalogs.values()].flat();
  const reads = readsOf(entries);
  const schemas = new Map(
    entries.filter(({ phase }) => phase === 'schema').map((entry) => [schemaOf(entry), entry.key]),
  );
  const phase = (wanted: ManifestEntry['phase']): ManifestEntry[] => entries.filter((entry) => entry.phase === wanted);
  const groups = [phase('schema'), phase('table'), ...viewGroups(phase('view'), reads)];

  const stop = new AbortController();
  const signal = options.signal === undefined ? stop.signal : AbortSignal.any([options.signal, stop.signal]);
  const outcomes = new Map<string, EntryOutcome>();
  const queue = new PQueue({ concurrency: options.entriesAtOnce ?? 8 });
  try {
    for (const group of groups) await Promise.all(group.map((entry) => queue.add(() => run(entry))));
  } catch (error) {
    // The others end at their next statement.
    stop.abort(error);
    queue.clear();
    await queue.onIdle();
    options.signal?.throwIfAborted();
    throw error;
  }
  return reportOf(entries.flatMap(({ key }) => outcomes.get(key) ?? []));

  async function run(entry: ManifestEntry): Promise<void> {
    const missing = needsOf(entry).find((key) => ['failed', 'blocked'].includes(outcomes.get(key)?.state ?? ''));
    const outcome =
      missing === undefined
        ? await registerEntry(entry, ports, { ...options, signal })
        : withoutNeed(entry, missing, outcomes.get(missing));
    outcomes.set(entry.key, outcome);
    const { key, state } = outcome;
    await options.onProgress?.({ kind: 'entry', key, state, done: outcomes.size, total: entries.length });
  }

  function needsOf(entry: ManifestEntry): readonly string[] {
    const schema = entry.phase === 'schema' ? undefined : schemas.get(schemaOf(entry));
    return [...(schema === undefined ? [] : [schema]), ...(reads.get(entry.key) ?? [])];
  }
}

async function registerEntry(
  entry: ManifestEntry,
  { trino, ledger, hasObjects, listPartitions }: RegistrationPorts,
  options: RegistrationOptions & { readonly signal: AbortSignal },
): Promise<EntryOutcome> {
  const { signal, onProgress, attempts = 3, retryDelayMs = 1000 } = options;
  const entryOptions: EntryOptions = {
    hasObjects,
    partitions: {
      list: listPartitions,
      buckets: options.buckets,
      atOnce: options.partitionsAtOnce ?? 8,
      keepsUnlisted: options.keepUnlistedPartitions ?? false,
    },
  };
  const onStep = async (step: Step, done: number, total: number | null): Promise<void> => {
    await onProgress?.({ kind: 'step', key: entry.key, step, done, total });
  };
  let hasEffect = false;
  for (let attempt = 1; ; attempt += 1) {
    signal.throwIfAborted();
    const work = await EntryWork.begin({ entry, trino, ledger, signal, onStep });
    const isResumed = work.wasBegun && !work.wasDone;
    const result = await runEntry(work, entryOptions);
    signal.throwIfAborted();
    hasEffect ||= work.hasEffect;
    if (result.ok || result.error.kind !== 'retry' || attempt >= attempts)
      return await ended(work, result, hasEffect || isResumed);
    await delay(retryDelayMs * 2 ** (attempt - 1) * (1 - Math.random() / 2), undefined, { signal });
  }
}

async function ended(
  work: EntryWork,
  result: Result<EntryResult, EntryFailure>,
  isNew: boolean,
): Promise<EntryOutcome> {
  const { key, warnings } = work;
  if (result.ok) {
    await work.end('done', null);
    return { key, state: isNew ? 'registered' : 'unchanged', failure: null, diagnostics: warnings, ...result.value };
  }
  const { kind, diagnostic: reason } = result.error;
  const state = kind === 'block' ? 'blocked' : 'failed';
  await work.end(state, reason.message);
  return { key, state, failure: kind, diagnostics: [reason, ...warnings], partitions: null, rowsLoaded: null };
}

function withoutNeed({ key, phase }: ManifestEntry, need: string, outcome: EntryOutcome | undefined): EntryOutcome {
  const reason = outcome?.diagnostics[0]?.message ?? '';
  return {
    key,
    state: 'blocked',
    failure: outcome?.failure === 'retry' ? 'retry' : 'block',
    diagnostics: [
      diagnostic({
        code: 'registration-need-missing',
        path: key,
        message: `The ${phase} needs ${need}, which is not registered: ${reason}`,
        fix: `Resolve the failure of ${need}, then \`aws2openstack migrate resume ${jobOf(key)}\`.`,
      }),
    ],
    partitions: null,
    rowsLoaded: null,
  };
}

function schemaOf({ target: { catalog, schema } }: ManifestEntry): string {
  return qualifiedName(catalog, schema);
}
