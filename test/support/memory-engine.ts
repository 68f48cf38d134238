import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { diagnostic } from '../../core/diagnostic.js';
import type { CopyEngine, CopyOptions, CopyOutcome, CopyTask } from '../../migration/copy/copy-engine.js';
import { inParallel } from '../../core/in-parallel.js';
import { interruptedEnding } from '../../migration/copy/stream/reasons.js';
import type { ObjectRef } from '../../clients/s3/listing/index.js';
import type { MemoryBuckets } from './memory-bucket.js';

/** Copies between buckets in memory, and remembers what it did. */
export class MemoryEngine implements CopyEngine {
  readonly name = 'stream';
  /** What the target holds: by bucket and key, the ETag of the source. */
  readonly target = new Map<string, string>();
  /** Every copy that was made. */
  readonly copies: string[] = [];
  /** Decides an outcome in place of the copy. */
  instead: (task: CopyTask) => Promise<Partial<CopyOutcome> | undefined> = () => Promise.resolve(undefined);

  constructor(private readonly source: MemoryBuckets) {}

  async *copy(tasks: AsyncIterable<CopyTask> | Iterable<CopyTask>, options: CopyOptions): AsyncGenerator<CopyOutcome> {
    const stop = new AbortController();
    const onAbort = (): void => {
      stop.abort();
    };
    options.signal.addEventListener('abort', onAbort);
    if (options.signal.aborted) stop.abort();
    const width = {
      current: () => options.limits.current.objectsAtOnce,
      onChange: (listener: () => void) => options.limits.onChange(listener),
    };
    try {
      yield* inParallel(tasks, width, stop, (task) => this.#copy(task, stop.signal));
    } finally {
      options.signal.removeEventListener('abort', onAbort);
    }
  }

  async #copy(task: CopyTask, signal: AbortSignal): Promise<CopyOutcome> {
    const { source, target } = task;
    const blank = { source, target, sha256: null, bytes: 0 };
    await setImmediate();
    if (signal.aborted) return { ...blank, ...interruptedEnding(source) };
    const other = await this.instead(task);
    if (other !== undefined) return { ...blank, state: 'failed', ...other };
    const now = this.source.get(source.bucket, source.key);
    if (now?.etag !== source.etag) return { ...blank, state: 'gone', reason: goneReason(source) };
    const name = `${target.bucket}/${target.key}`;
    this.target.set(name, source.etag);
    this.copies.push(name);
    return {
      ...blank,
      state: 'copied',
      sha256: createHash('sha256').update(source.etag).digest('hex'),
      bytes: source.size,
    };
  }
}

function goneReason({ bucket, key }: ObjectRef) {
  return diagnostic({
    code: 'object-overwritten',
    path: `s3://${bucket}/${key}`,
    message: 'It was overwritten.',
    fix: 'Retry.',
  });
}
