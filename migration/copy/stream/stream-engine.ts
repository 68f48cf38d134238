import type { S3Target } from '../../../clients/s3/index.js';
import type { KeyRange } from '../../../clients/s3/listing/index.js';
import { s3Transfer } from '../../../clients/s3/transfer/index.js';
import { fail, ok } from '../../../core/result.js';
import type { Result } from '../../../core/result.js';
import type {
  CopiedContent,
  CopyEngine,
  CopyOptions,
  CopyOutcome,
  CopyTask,
  ObjectPlace,
  Upload,
} from '../copy-engine.js';
import { isAborted, stopAfter } from '../stop-after.js';
import { Buffers } from './buffers.js';
import { copyInParts } from './copy-parts.js';
import { copyWhole } from './copy-whole.js';
import { holds } from './holds.js';
import { inParallel } from '../../../core/in-parallel.js';
import { openTarget } from './open-target.js';
import type { TargetOptions } from './open-target.js';
import { Pace } from './pace.js';
import { interruptedEnding, targetEnding } from './reasons.js';
import { defaultRetries, withRetries } from '../../../clients/transfer/retry.js';
import type { Retries } from '../../../clients/transfer/retry.js';
import { s3Source } from './source.js';
import { SourceTags } from './source-tags.js';
import { timed } from './timed.js';
import { ended } from './workbench.js';
import type { Workbench } from './workbench.js';

export interface StreamEngineOptions {
  /** Amazon S3, or a compatible store. */
  readonly source: S3Target;
  readonly target: TargetOptions;
  /**
   * Memory for content on its way, in bytes. Parts above half of it are passed on while they come.
   * @default 96 MiB
   */
  readonly bufferBytes?: number;
  /**
   * Share of objects whose content is read back from the target, 0 to 1.
   * @default 0.01
   */
  readonly readBackShare?: number;
  /**
   * Whether an ETag that is an MD5 is compared where the source names no checksum.
   * @default if the source is not asked over TLS, which protects the content on its way
   */
  readonly comparesMd5?: boolean;
  readonly retries?: Partial<Retries>;
  /**
   * How long a part may still take after the signal, in milliseconds.
   * @default 10000
   */
  readonly graceMs?: number;
}

const MiB = 1024 * 1024;
const defaultBufferBytes = 96 * MiB;
const defaultGraceMs = 10_000;
const connections = 64;
const rounds = 3;

/** The `stream` engine: reads from S3, hashes what comes, and writes to a store that verifies the hash. */
export interface StreamEngine extends CopyEngine {
  readonly name: 'stream';
  discard(upload: Upload, signal: AbortSignal): Promise<Result<void>>;
  uploads(bucket: string, range: KeyRange, signal: AbortSignal): Promise<Result<readonly Upload[]>>;
  holds(place: ObjectPlace, copied: CopiedContent, signal: AbortSignal): Promise<Result<boolean>>;
  /** Ends its connections. */
  close(): Promise<void>;
}

export function streamEngine(options: StreamEngineOptions): StreamEngine {
  const { bufferBytes = defaultBufferBytes, readBackShare = 0.01, graceMs = defaultGraceMs } = options;
  const from = s3Transfer(options.source, { connections });
  const to = openTarget(options.target, connections);
  const isTls = options.source.endpoint?.startsWith('https:') ?? true;
  const retries = { ...defaultRetries, ...options.retries };
  const buffers = new Buffers(bufferBytes);

  return {
    name: 'stream',
    copy: async function* (tasks, { signal, limits, onPart, onBytes, onSpent }: CopyOptions) {
      const { stop, stopped, forget } = stopAfter(signal, graceMs);
      const pace = new Pace(
        limits,
        onSpent &&
          ((ms) => {
            onSpent('limit', ms);
          }),
      );
      const target = to.timed(onSpent);
      const rules = await withRetries(() => target.rules(), retries, stop.signal);
      const source = s3Source(timed(from, 'source', onSpent));
      const bench: Omit<Workbench, 'rules'> = {
        source,
        tags: new SourceTags({ source, retries, stopping: stop.signal, stopped }),
        target,
        buffers,
        bufferedBytes: bufferBytes / 2,
        pace,
        retries,
        rounds,
        readBackShare,
        comparesMd5: options.comparesMd5 ?? !isTls,
        limits,
        ...(onPart !== undefined && { onPart }),
        ...(onBytes !== undefined && { onBytes }),
        stopping: stop.signal,
        stopped,
      };
      const copy = (task: CopyTask): Promise<CopyOutcome> =>
        rules.ok
          ? copyObject(task, { ...bench, rules: rules.value })
          : Promise.resolve(ended(task, targetEnding(rules.error, task.target, target.endpoint)));
      try {
        yield* inParallel(tasks, limits.width('objectsAtOnce'), stop, copy);
      } finally {
        forget();
        pace.end();
      }
    },
    discard: async (upload, signal) => {
      const target = to.timed(undefined);
      const gone = await withRetries(() => target.abort(upload, signal), retries, signal);
      return gone.ok ? gone : fail([targetEnding(gone.error, upload, target.endpoint).reason]);
    },
    uploads: async (bucket, range, signal) => {
      const target = to.timed(undefined);
      const found = await withRetries(() => target.uploads(bucket, range, signal), retries, signal);
      return found.ok ? found : fail([targetEnding(found.error, { bucket, key: range.from }, target.endpoint).reason]);
    },
    holds: async (place, copied, signal) => {
      const target = to.timed(undefined);
      const held = await holds(place, copied, { target, retries, stopping: signal, stopped: signal });
      return held.ok ? ok(held.value) : fail([targetEnding(held.error, place, target.endpoint).reason]);
    },
    close: async () => {
      await Promise.all([from.close(), to.close()]);
    },
  };
}

async function copyObject(task: CopyTask, bench: Workbench): Promise<CopyOutcome> {
  if (bench.stopping.aborted) return ended(task, interruptedEnding(task.source));
  const reason = bench.rules.refusal(task.target);
  if (reason !== undefined) return ended(task, { state: 'refused', reason });
  const wholeBytes = Math.min(bench.rules.parts.wholeBytes, bench.bufferedBytes);
  const outcome = await (task.source.size <= wholeBytes ? copyWhole(task, bench) : copyInParts(task, bench));
  // After the signal nothing is tried again, so the failure of a request says nothing.
  const gaveUpEarly =
    outcome.state === 'failed' && isAborted(bench.stopping) && outcome.reason?.code !== 'content-damaged';
  return gaveUpEarly ? { ...outcome, ...interruptedEnding(task.source) } : outcome;
}
