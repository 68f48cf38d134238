import type { TransferFailure, TransferReply } from '../../../clients/transfer/index.js';
import { withRetries } from '../../../clients/transfer/retry.js';
import { ok } from '../../../core/result.js';
import type { Result } from '../../../core/result.js';
import type { CopiedContent, ObjectPlace } from '../copy-engine.js';
import { hashOfParts } from './hash-of-parts.js';
import { partsOf } from './plan-parts.js';
import { ReceivedContent } from './received-content.js';
import type { ReadBack } from './target.js';
import type { Workbench } from './workbench.js';

type Reader = Pick<Workbench, 'target' | 'retries' | 'stopping' | 'stopped'>;

/** Whether the target gives back what was copied: as many bytes, with the same hash. Each byte is read. */
export async function holds(
  place: ObjectPlace,
  { size, sha256, partBytes }: CopiedContent,
  reader: Reader,
): Promise<Result<boolean, TransferFailure>> {
  if (partBytes === undefined) {
    const found = await hashAt(place, { version: undefined, offset: 0, bytes: size, size }, reader);
    return found.ok ? ok(found.value === sha256) : found;
  }
  const parts = [];
  for (const { offset, bytes } of partsOf(size, partBytes)) {
    const found = await hashAt(place, { version: undefined, offset, bytes, size }, reader);
    if (!found.ok) return found;
    if (found.value === null) return ok(false);
    parts.push({ sha256: found.value });
  }
  return ok(hashOfParts(parts) === sha256);
}

/** `null` where the object is missing or has another size. */
async function hashAt(
  place: ObjectPlace,
  wanted: ReadBack,
  { target, retries, stopping, stopped }: Reader,
): Promise<Result<string | null, TransferFailure>> {
  return await withRetries(
    async (): Promise<Result<string | null, TransferFailure>> => {
      const sink = new ReceivedContent({
        bytes: wanted.bytes,
        accepts: (headers) => Number(headers['content-length']) === wanted.bytes && sizeOf(headers) === wanted.size,
      });
      const reply = await target.read(place, wanted, sink, stopped);
      if (sink.isRefused) return ok(null);
      if (!reply.ok) return isAbsent(reply.error) ? ok(null) : reply;
      const hashed = await sink.end();
      return hashed.ok ? ok(hashed.value.sha256) : hashed;
    },
    retries,
    stopping,
  );
}

/** Of the whole object, also where a part of it is read. */
function sizeOf(headers: TransferReply['headers']): number {
  return Number(headers['content-range']?.split('/')[1] ?? headers['content-length']);
}

function isAbsent({ status, code }: TransferFailure): boolean {
  return status === 416 || (status === 404 && code !== 'NoSuchBucket');
}
