import { findRclone, s3Remote, startRclone } from '../../../clients/rclone/index.js';
import type { S3RemoteOptions } from '../../../clients/rclone/index.js';
import type { S3Target } from '../../../clients/s3/index.js';
import { s3Transfer } from '../../../clients/s3/transfer/index.js';
import { defaultRetries } from '../../../clients/transfer/retry.js';
import type { Retries } from '../../../clients/transfer/retry.js';
import { inParallel } from '../../../core/in-parallel.js';
import type { CopyEngine, CopyOptions } from '../copy-engine.js';
import { Fallback, uploadsThrough } from '../proof/fallback.js';
import { shareOf } from '../share-of.js';
import { stopAfter } from '../stop-after.js';
import { Pace } from '../stream/pace.js';
import { s3StreamTarget } from '../stream/s3-target.js';
import { s3Source } from '../stream/source.js';
import { SourceTags } from '../stream/source-tags.js';
import { timed } from '../stream/timed.js';
import { copyByRclone } from './copy-by-rclone.js';
import { RunningRclone } from './running-rclone.js';
import type { StartRclone } from './running-rclone.js';

export interface RcloneEngineOptions {
  readonly source: S3Target;
  /** The target by its S3 API. */
  readonly target: S3Target & { readonly provider: Exclude<S3RemoteOptions['provider'], 'AWS'> };
  /** Takes what rclone cannot carry exactly, and what turns out not to be the same. */
  readonly stream: CopyEngine;
  /** @default `rclone`, on the path */
  readonly program?: string;
  readonly retries?: Partial<Retries>;
  /**
   * How long an object may still take after the signal, in milliseconds.
   * @default 10000
   */
  readonly graceMs?: number;
  /** For tests. @default a process of rclone */
  readonly start?: StartRclone;
}

export interface RcloneEngine extends CopyEngine {
  readonly name: 'rclone';
  /** Ends its connections. */
  close(): Promise<void>;
}

const connections = 64;
/** Reading the source for its hash, rclone, and what `stream` takes share the bandwidth. */
const sharers = 3;

/**
 * The `rclone` engine: a process of rclone moves the bytes, and each object counts when its content was read and hashed at
 * both ends and is the same.
 */
export function rcloneEngine(options: RcloneEngineOptions): RcloneEngine {
  const { stream, program = 'rclone', graceMs = 10_000 } = options;
  const [from, to] = [s3Transfer(options.source, { connections }), s3Transfer(options.target, { connections })];
  const [sourceRemote, targetRemote] = [s3Remote(options.source), s3Remote(options.target)];
  const retries = { ...defaultRetries, ...options.retries };
  const authorities = [options.source.ca, options.target.ca].filter((ca) => ca !== undefined);
  const start = options.start ?? (() => startRclone({ authorities, program }));
  const sourceProvider = options.source.endpoint === undefined ? 'AWS' : 'Other';
  const comparesMd5 = options.source.endpoint?.startsWith('http:') ?? false;

  return {
    name: 'rclone',
    copy: async function* (tasks, copyOptions: CopyOptions) {
      const { signal, limits, onSpent } = copyOptions;
      const { stop, stopped, forget } = stopAfter(signal, graceMs);
      const { share, forget: forgetShare } = shareOf(limits, sharers);
      const pace = new Pace(share, (ms) => onSpent?.('limit', ms));
      const running = new RunningRclone(start, share);
      const fallback = new Fallback(stream, 'rclone', { ...copyOptions, signal: stop.signal, limits: share });
      const source = s3Source(timed(from, 'source', onSpent));
      const bench = {
        source,
        tags: new SourceTags({ source, retries, stopping: stop.signal, stopped }),
        target: s3StreamTarget(timed(to, 'target', onSpent)),
        pace,
        retries,
        comparesMd5,
        stopping: stop.signal,
        stopped,
        running,
        fallback,
        remotes: {
          source: () => sourceRemote({ provider: sourceProvider, partsAtOnce: 1 }),
          target: () => targetRemote({ provider: options.target.provider, partsAtOnce: limits.current.partsAtOnce }),
        },
        ...(copyOptions.onBytes !== undefined && { onBytes: copyOptions.onBytes }),
      };
      try {
        yield* inParallel(tasks, limits.width('objectsAtOnce'), stop, (task) => copyByRclone(task, bench));
        await fallback.end();
      } finally {
        stop.abort();
        await Promise.all([fallback.end().catch(() => undefined), running.stop()]);
        pace.end();
        forgetShare();
        forget();
      }
    },
    ...uploadsThrough(stream),
    check: async () => {
      const found = await findRclone(program);
      return found.ok ? [] : found.error;
    },
    close: async () => {
      await Promise.all([from.close(), to.close()]);
    },
  };
}
