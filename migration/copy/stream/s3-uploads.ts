import { isBefore, isInRange, prefixOfRange } from '../../../clients/s3/listing/index.js';
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
    const keyIn = keyReader(elementIn(text, 'EncodingType') === 'url');
    for (const each of elementsIn(text, 'Upload')) {
      const key = keyIn(each, 'Key');
      if (isInRange(key, range)) found.push({ bucket, key, uploadId: elementIn(each, 'UploadId') ?? '' });
    }
    const next = {
      'key-marker': keyIn(text, 'NextKeyMarker'),
      'upload-id-marker': elementIn(text, 'NextUploadIdMarker') ?? '',
    };
    const isLast = elementIn(text, 'IsTruncated') !== 'true' || JSON.stringify(next) === JSON.stringify(marker);
    if (isLast || !isBefore(next['key-marker'], range.to)) return ok(found);
    marker = next;
  }
}

function keyReader(isEncoded: boolean): (text: string, element: string) => string {
  return (text, element) => {
    const found = elementIn(text, element) ?? '';
    return isEncoded ? decodeURIComponent(found.replaceAll('+', ' ')) : found;
  };
}
