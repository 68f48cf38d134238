import type { TransferFailure } from '../../../clients/transfer/index.js';
import { ok } from '../../../core/result.js';
import type { Result } from '../../../core/result.js';
import type { CopyTask, PartHash, PartHashes, Upload } from '../copy-engine.js';
import { partsOf } from './plan-parts.js';
import { withRetries } from '../../../clients/transfer/retry.js';
import type { NewObject } from './target.js';
import type { Workbench } from './workbench.js';

export interface StartedUpload {
  readonly upload: Upload;
  readonly partBytes: number;
  /** Of an earlier attempt. */
  readonly arrived: readonly PartHash[];
}

/** Goes on with the upload of an earlier attempt, or starts one and removes what others have left. */
export async function startUpload(
  task: CopyTask,
  object: NewObject,
  { partBytes, resume }: { readonly partBytes: number; readonly resume: PartHashes | undefined },
  bench: Workbench,
): Promise<Result<StartedUpload, TransferFailure>> {
  const { target, retries, stopping, stopped } = bench;
  const place = task.target;
  if (resume !== undefined) {
    const upload = { ...place, uploadId: resume.uploadId };
    const there = await withRetries(() => target.arrived(upload, stopped), retries, stopping);
    if (!there.ok) return there;
    const expected = new Map([...partsOf(task.source.size, partBytes)].map((part) => [part.number, part.bytes]));
    const recorded = resume.parts.filter(({ number, bytes }) => expected.get(number) === bytes);
    // All were there, and the upload is not: it may have been completed. That shows when it is completed again.
    if (there.value === undefined && recorded.length === expected.size)
      return ok({ upload, partBytes, arrived: recorded });
    const arrived = recorded.filter(({ number, bytes, etag }) => {
      const found = there.value?.get(number);
      return found?.etag === etag && found.bytes === bytes;
    });
    if (there.value !== undefined) return ok({ upload, partBytes, arrived });
  }
  const cleared = await withRetries(() => target.abortOthers(place, stopped), retries, stopping);
  if (!cleared.ok) return cleared;
  const begun = await withRetries(() => target.begin(place, object, partBytes, stopped), retries, stopping);
  if (!begun.ok) return begun;
  const upload = { ...place, uploadId: begun.value };
  // A worker that is killed now leaves a name behind.
  bench.onPart?.(task, { uploadId: begun.value, partBytes, parts: [] });
  return ok({ upload, partBytes, arrived: [] });
}
