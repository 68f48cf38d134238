import { createHash } from 'node:crypto';
import { ok } from '../../../core/result.js';
import type { Result } from '../../../core/result.js';
import type { TransferFailure } from '../../../clients/transfer/index.js';
import type { ObjectRef } from '../../../clients/s3/listing/index.js';
import type { ObjectPlace } from '../copy-engine.js';
import { ReceivedContent } from './received-content.js';
import { withRetries } from '../../../clients/transfer/retry.js';
import type { ReadBack } from './target.js';
import type { Workbench } from './workbench.js';

/** Whether an object is in the sample: the same each time, and nothing that a key could be made to avoid. */
export function isSampled({ bucket, key, etag }: ObjectRef, share: number): boolean {
  if (share >= 1) return true;
  if (share <= 0) return false;
  const hash = createHash('sha256')
    .update(JSON.stringify([bucket, key, etag]))
    .digest();
  return hash.readUInt32BE() < share * 2 ** 32;
}

/** SHA-256 of what the target gives back, in hexadecimal. */
export function readBack(
  place: ObjectPlace,
  wanted: ReadBack,
  { target, retries, stopping, stopped }: Workbench,
): Promise<Result<string, TransferFailure>> {
  return withRetries(
    async () => {
      const sink = new ReceivedContent({ bytes: wanted.bytes });
      const reply = await target.read(place, wanted, sink, stopped);
      if (!reply.ok) return reply;
      const hashed = await sink.end();
      return hashed.ok ? ok(hashed.value.sha256) : hashed;
    },
    retries,
    stopping,
  );
}
