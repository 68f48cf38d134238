import { ListTasksCommand } from '@aws-sdk/client-datasync';
import type { DataSyncClient } from '@aws-sdk/client-datasync';
import { awsFailure } from '../../../clients/aws-failure.js';
import { dataSyncClient } from '../../../clients/datasync.js';
import { s3Client } from '../../../clients/s3/index.js';
import type { S3Target } from '../../../clients/s3/index.js';
import { s3Transfer } from '../../../clients/s3/transfer/index.js';
import { defaultRetries } from '../../../clients/transfer/retry.js';
import type { Retries } from '../../../clients/transfer/retry.js';
import { inParallel } from '../../../core/in-parallel.js';
import type { CopyEngine, CopyOptions, CopyOutcome, CopyTask } from '../copy-engine.js';
import { Fallback, uploadsThrough } from '../proof/fallback.js';
import { isPathLike } from '../proof/path-like.js';
import { shareOf } from '../share-of.js';
import { stopAfter } from '../stop-after.js';
import { Pace } from '../stream/pace.js';
import { interruptedEnding } from '../stream/reasons.js';
import { s3StreamTarget } from '../stream/s3-target.js';
import { s3Source } from '../stream/source.js';
import { SourceTags } from '../stream/source-tags.js';
import { timed } from '../stream/timed.js';
import type { S3Source } from '../stream/source.js';
import { ended } from '../stream/workbench.js';
import { batchesOf } from './batches.js';
import type { ExecutionBench } from './execution.js';
import { proveObject } from './prove-object.js';
import type { ProofBench } from './prove-object.js';
import { requestRefused } from './reasons.js';
import { runTransfer } from './run-transfer.js';
import type { DataSyncSettings } from './settings.js';
import { transfersOf } from './transfer.js';
import { workBucket } from './work-bucket.js';
import type { WorkBucket } from './work-bucket.js';

export interface DataSyncEngineOptions {
  /** Amazon S3. */
  readonly source: S3Target;
  /** The target by its S3 API. */
  readonly target: S3Target & { readonly endpoint: string };
  readonly accessKeyId: string;
  /** Whether the target keeps tags. DataSync fails at once on one that does not know them. */
  readonly keepsTags: boolean;
  readonly settings: DataSyncSettings;
  /** Takes what DataSync does not carry exactly. */
  readonly stream: CopyEngine;
  readonly retries?: Partial<Retries>;
  /** How often an execution is asked for. @default 10000 */
  readonly pollMs?: number;
  /** How long to wait for more objects before an execution begins. @default 3000 */
  readonly idleMs?: number;
  /** How long what was begun may still take after the signal, in milliseconds. @default 10000 */
  readonly graceMs?: number;
  /** For tests. @default those of the source's account */
  readonly client?: DataSyncClient;
  readonly work?: WorkBucket;
}

export interface DataSyncEngine extends CopyEngine {
  readonly name: 'datasync';
  close(): Promise<void>;
}

const connections = 64;
const mostObjects = 10_000;
/** Reading the source for its hash, DataSync, and what `stream` takes share the bandwidth. */
const sharers = 3;
const archives: ReadonlySet<string> = new Set(['GLACIER', 'DEEP_ARCHIVE']);

/**
 * The `datasync` engine: AWS DataSync moves the bytes, many objects an execution, and each counts when its content was read
 * and hashed at both ends and is the same.
 */
export function dataSyncEngine(options: DataSyncEngineOptions): DataSyncEngine {
  const { settings, stream, keepsTags, pollMs = 10_000, idleMs = 3000, graceMs = 10_000 } = options;
  const client = options.client ?? dataSyncClient(options.source);
  const s3 = s3Client(options.source);
  const work = options.work ?? workBucket(s3, settings.workBucket);
  const [from, to] = [s3Transfer(options.source, { connections }), s3Transfer(options.target, { connections })];
  const { endpoint, ca } = options.target;
  const store = { endpoint, accessKeyId: options.accessKeyId, ...(ca !== undefined && { ca }) };
  const there = s3Source(to);
  const readers = {
    targetTags: (...asked: Parameters<S3Source['tags']>) => there.tags(...asked),
    retries: { ...defaultRetries, ...options.retries },
    comparesMd5: options.source.endpoint?.startsWith('http:') ?? false,
  };

  return {
    name: 'datasync',
    copy: async function* (tasks, copyOptions: CopyOptions) {
      const { signal, limits, onBytes, onSpent } = copyOptions;
      const { stop, stopped, forget } = stopAfter(signal, graceMs);
      const { share, forget: forgetShare } = shareOf(limits, sharers);
      const pace = new Pace(share, (ms) => onSpent?.('limit', ms));
      const fallback = new Fallback(stream, 'DataSync', { ...copyOptions, signal: stop.signal, limits: share });
      const stopping = stop.signal;
      const execution = { client, settings, store, work, keepsTags, limits: share, pollMs, stopping };
      const source = s3Source(timed(from, 'source', onSpent));
      const target = s3StreamTarget(timed(to, 'target', onSpent));
      const proof = {
        ...readers,
        source,
        tags: new SourceTags({ source, retries: readers.retries, stopping, stopped }),
        target,
        pace,
        fallback,
        keepsTags,
        stopping,
        stopped,
        ...(onBytes && { onBytes }),
      };
      try {
        for await (const batch of batchesOf(tasks, { most: mostObjects, idleMs, signal: stopping }))
          yield* copyBatch(batch, { execution, proof, stop, limits });
        await fallback.end();
      } finally {
        stop.abort();
        await fallback.end().catch(() => undefined);
        pace.end();
        forgetShare();
        forget();
      }
    },
    ...uploadsThrough(stream),
    check: async () => {
      try {
        await client.send(new ListTasksCommand({ MaxResults: 1 }));
        await work.put('aws2openstack/datasync/check', '');
        return [];
      } catch (error) {
        return [requestRefused(awsFailure(error))];
      }
    },
    close: async () => {
      client.destroy();
      s3.destroy();
      await Promise.all([from.close(), to.close()]);
    },
  };
}

interface BatchBench {
  readonly execution: ExecutionBench;
  readonly proof: ProofBench;
  readonly stop: AbortController;
  readonly limits: CopyOptions['limits'];
}

async function* copyBatch(
  batch: readonly CopyTask[],
  { execution, proof, stop, limits }: BatchBench,
): AsyncGenerator<CopyOutcome> {
  const others = batch.filter((task) => reasonAgainst(task) !== undefined);
  const carried = batch.filter((task) => reasonAgainst(task) === undefined);
  const width = limits.width('objectsAtOnce');
  yield* eachOf(others, (task) => proof.fallback.copy(task, reasonAgainst(task) ?? ''));
  for (const transfer of transfersOf(carried)) {
    const end = await runTransfer(transfer, execution);
    yield* eachOf(transfer.tasks, (task) => proveObject(task, end, proof));
    await end.forget();
  }

  /** Each has an outcome, after the signal, too. */
  async function* eachOf(
    tasks: readonly CopyTask[],
    work: (task: CopyTask) => Promise<CopyOutcome>,
  ): AsyncGenerator<CopyOutcome> {
    const left = new Set(tasks);
    const begin = (task: CopyTask): Promise<CopyOutcome> => {
      left.delete(task);
      return work(task);
    };
    yield* inParallel(tasks, width, stop, begin);
    for (const task of left) yield ended(task, interruptedEnding(task.source));
  }
}

/** Why DataSync is not asked to copy an object, as a clause. */
function reasonAgainst({ source, target, resume }: CopyTask): string | undefined {
  if (resume !== undefined) return 'it goes on where an earlier attempt has ended';
  if (!isPathLike(source.key) || source.key !== target.key) return 'DataSync might write it under another key';
  if (archives.has(source.storageClass)) return 'it is archived';
  return undefined;
}
