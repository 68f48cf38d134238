import type { Diagnostic } from '../../../core/diagnostic.js';
import { unfinishedChunks } from '../../../state/index.js';
import type { State } from '../../../state/index.js';
import type { CopyEngine } from '../copy-engine.js';
import { OpenChunk } from './open-chunk.js';

export interface Discarded {
  readonly found: number;
  readonly removed: number;
  /** Why the others are still there. */
  readonly problems: readonly Diagnostic[];
}

const chunksAtOnce = 20;
const timeoutMs = 60_000;

/**
 * Removes from the target what a cancelled job has stored of unfinished uploads.
 *
 * @param engine they are only counted without one
 * @param targetBuckets by the bucket of the source
 */
export async function discardUploads(
  state: Pick<State, 'db'>,
  jobId: string,
  engine: CopyEngine | undefined,
  targetBuckets: ReadonlyMap<string, string>,
): Promise<Discarded> {
  const problems: Diagnostic[] = [];
  let [found, removed] = [0, 0];
  for (let after = -1; ;) {
    const chunks = await unfinishedChunks(state, jobId, { after, limit: chunksAtOnce });
    for (const chunk of chunks) {
      for (const { object, left } of new OpenChunk(chunk, 'copy').uploads) {
        const bucket = targetBuckets.get(object.bucket);
        if (bucket === undefined) continue;
        found += 1;
        const gone = await engine?.discard?.(
          { bucket, key: object.key, uploadId: left.uploadId },
          AbortSignal.timeout(timeoutMs),
        );
        if (gone?.ok === true) removed += 1;
        else problems.push(...(gone?.error ?? []));
      }
    }
    const last = chunks.at(-1)?.number;
    if (last === undefined) return { found, removed, problems };
    after = last;
  }
}
