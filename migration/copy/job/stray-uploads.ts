import { decodeObjects } from '../../work-order/index.js';
import type { CopyOrder } from '../../work-order/index.js';
import { readChunks } from '../../../state/index.js';
import type { JobContext, State } from '../../../state/index.js';
import type { CopyEngine, Upload } from '../copy-engine.js';

export interface StrayUploadsOptions {
  readonly state: Pick<State, 'db'>;
  readonly engine: CopyEngine;
}

const chunksAtOnce = 20;

/**
 * Removes unfinished uploads of a job's objects when all of them are copied: the target may have begun one at the request of
 * a worker that was killed, after another worker had finished the object. Returns why some may be left.
 */
export async function removeStrayUploads(
  { state, engine }: StrayUploadsOptions,
  { job, signal }: Pick<JobContext, 'job' | 'signal'>,
  { regions }: CopyOrder,
): Promise<readonly string[]> {
  const problems: string[] = [];
  const targets = new Map(regions.map(({ bucket, targetBucket }) => [bucket, targetBucket]));
  const found = new Map<string, Upload[]>();
  for (const { targetBucket, ranges } of regions)
    for (const range of ranges) {
      const uploads = await engine.uploads?.(targetBucket, range, signal);
      if (uploads === undefined) continue;
      if (!uploads.ok) problems.push(...uploads.error.map(({ message }) => message));
      else
        for (const upload of uploads.value) found.set(nameOf(upload), [...(found.get(nameOf(upload)) ?? []), upload]);
    }
  if (found.size === 0) return problems;
  for await (const { bucket, key } of listedObjects(state, job.id))
    for (const upload of found.get(nameOf({ bucket: targets.get(bucket) ?? '', key })) ?? []) {
      const gone = await engine.discard?.(upload, signal);
      if (gone?.ok === false) problems.push(...gone.error.map(({ message }) => message));
    }
  return problems;
}

async function* listedObjects(state: Pick<State, 'db'>, jobId: string) {
  for (let after = -1; ;) {
    const chunks = await readChunks(state, jobId, { after, limit: chunksAtOnce });
    for (const { keys } of chunks) yield* decodeObjects(keys);
    const last = chunks.at(-1)?.number;
    if (last === undefined) return;
    after = last;
  }
}

function nameOf({ bucket, key }: { readonly bucket: string; readonly key: string }): string {
  return `${bucket}/${key}`;
}
