import { isBefore, isInRange, keyOfUrl, prefixOfRange } from '../../../clients/s3/listing/index.js';
import type { KeyRange } from '../../../clients/s3/listing/index.js';
import { elementIn, elementsIn } from '../../../clients/s3/transfer/index.js';
import type { S3Transfer } from '../../../clients/s3/transfer/index.js';
import type { TransferFailure } from '../../../clients/transfer/index.js';
import { ok } from '../../../core/result.js';
import type { Result } from '../../../core/result.js';
import type { Upload } from '../copy-engine.js';
import { timeFor } from './time-for.js';

/** The unfinished multipart uploads of keys in the range, by key. Source: "ListMultipartUploads" of the S3 API. */
export async function uploadsIn(
  transfer: S3Transfer,
  bucket: string,
  range: KeyRange,
  signal: AbortSignal,
): Promise<Result<readonly Upload[], TransferFailure>> {
  const answer = ['ListMultipartUploadsResult'];
  const found: Upload[] = [];
  let marker = {};
  for (;;) {
    const query = { uploads: '', prefix: prefixOfRange(range), 'encoding-type': 'url', ...marker };
    const reply = await transfer.send({ method: 'GET', bucket, query, answer, signal, timeoutMs: timeFor(0) });
    if (!reply.ok) return reply;
    const { text } = reply.value;
    const isEncoded = elementIn(text, 'EncodingType') === 'url';
    for (const each of elementsIn(text, 'Upload')) {
      const uploadId = elementIn(each, 'UploadId') ?? '';
      for (const key of keysOf(elementIn(each, 'Key') ?? '', isEncoded))
        if (isInRange(key, range)) found.push({ bucket, key, uploadId });
    }
    const [nextKey = ''] = keysOf(elementIn(text, 'NextKeyMarker') ?? '', isEncoded);
    const next = {
      'key-marker': nextKey,
      'upload-id-marker': elementIn(text, 'NextUploadIdMarker') ?? '',
    };
    const isLast = elementIn(text, 'IsTruncated') !== 'true' || JSON.stringify(next) === JSON.stringify(marker);
    if (isLast || !isBefore(nextKey, range.to)) return ok(found);
    marker = next;
  }
}

/**
 * The key that a text names. Ceph encodes keys as it was asked to, but does not say so: then it may also be meant as it
 * stands. The name of an upload is valid together with its key alone, so a wrong guess finds nothing.
 */
function keysOf(text: string, isEncoded: boolean): readonly string[] {
  const key = keyOfUrl(text);
  return isEncoded || key === text ? [key] : [key, text];
}
