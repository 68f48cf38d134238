import { listRanges } from '../../clients/s3/listing/index.js';
import type { BucketLister, ObjectRef } from '../../clients/s3/listing/index.js';
import type { S3Transfer } from '../../clients/s3/transfer/index.js';
import { inParallel } from '../../core/in-parallel.js';
import { defaultLimits } from '../copy/limits.js';
import { s3Source } from '../copy/stream/source.js';
import type { NewJob } from './table-order.js';

export interface MeasuredRate {
  readonly bytesPerSecond: number;
  readonly bytes: number;
}

const mostBytesAtOnce = 16 * 1024 * 1024;

/**
 * Reads and hashes objects of a run for some seconds, as many at a time as a worker does, and forgets what they hold.
 * `undefined` where nothing could be read.
 */
export async function measureSource(
  jobs: readonly NewJob[],
  { transfer, lister }: { readonly transfer: S3Transfer; readonly lister: BucketLister },
  { seconds, signal: stop }: { readonly seconds: number; readonly signal: AbortSignal },
): Promise<MeasuredRate | undefined> {
  const signal = AbortSignal.any([stop, AbortSignal.timeout(seconds * 1000)]);
  const source = s3Source(transfer);
  const begun = performance.now();
  let bytes = 0;
  const count = (chunk: Buffer): undefined => {
    bytes += chunk.length;
  };
  const read = async (ref: ObjectRef): Promise<void> => {
    const size = Math.min(ref.size, mostBytesAtOnce);
    const part = size < ref.size ? { offset: 0 } : {};
    await source.read(ref, { bytes: size, ...part, forward: count }, signal);
  };
  const over = new AbortController();
  signal.addEventListener('abort', () => {
    over.abort();
  });
  const width = { current: () => defaultLimits.objectsAtOnce, onChange: () => () => undefined };
  try {
    const reads = inParallel(objectsOf(jobs, lister, signal), width, over, read);
    while ((await reads.next()).done !== true);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  const taken = (performance.now() - begun) / 1000;
  return bytes === 0 ? undefined : { bytes, bytesPerSecond: bytes / taken };
}

async function* objectsOf(
  jobs: readonly NewJob[],
  lister: BucketLister,
  signal: AbortSignal,
): AsyncGenerator<ObjectRef> {
  for (const { order } of jobs) {
    const ranges = order.copy.regions.flatMap(({ bucket, ranges: own }) => own.map((range) => ({ bucket, ...range })));
    for await (const page of listRanges(lister, ranges, { width: 1, signal })) {
      if (!page.ok) break;
      yield* page.value.filter(({ size }) => size > 0);
    }
  }
}
