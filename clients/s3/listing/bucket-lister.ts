import { elementIn } from '../transfer/index.js';
import type { S3Transfer } from '../transfer/index.js';
import { unexpectedAnswer } from '../../transfer/index.js';
import type { TransferFailure } from '../../transfer/index.js';
import { fail, ok } from '../../../core/result.js';
import type { Result } from '../../../core/result.js';
import { defaultRetries, withRetries } from '../../transfer/retry.js';
import type { Retries } from '../../transfer/retry.js';
import { parseListing } from './parse-listing.js';
import type { ListingPage } from './parse-listing.js';
import type { Pin } from './object-pages.js';
import { listingFailure } from './reasons.js';

export interface PageRequest {
  readonly bucket: string;
  readonly prefix: string;
  readonly pin: Pin;
  /** Keys behind this text; ignored with `next`. */
  readonly after: string;
  /** Of the page before. */
  readonly next: ListingPage['next'];
  /** @default the store's, which is 1000 */
  readonly maxKeys?: number;
}

/** Lists buckets of one object store, a page at a time. Requests are repeated while their failures pass. */
export interface BucketLister {
  page(request: PageRequest, signal: AbortSignal): Promise<Result<ListingPage>>;
  /**
   * `version` for a bucket that keeps versions, or has kept them. A store that does not tell is asked for current objects
   * only, which are then pinned by their ETag.
   */
  pinFor(bucket: string, signal: AbortSignal): Promise<Result<Pin>>;
}

/** Source: Amazon S3 API reference, 'ListObjectsV2', 'ListObjectVersions', 'GetBucketVersioning'. */
export function bucketLister(transfer: S3Transfer, retries: Retries = defaultRetries): BucketLister {
  const list = async (
    bucket: string,
    query: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<Result<ListingPage, TransferFailure>> => {
    const answer = ['ListBucketResult', 'ListVersionsResult'];
    const reply = await transfer.send({ method: 'GET', bucket, query, answer, signal, timeoutMs });
    if (!reply.ok) return reply;
    const page = parseListing(reply.value.text, bucket);
    return page === undefined
      ? fail(unexpectedAnswer('the listing does not say whether it goes on, or from where'))
      : ok(page);
  };
  return {
    page: async ({ bucket, prefix, pin, after, next, maxKeys }, signal) => {
      const start = pin === 'version' ? 'key-marker' : 'start-after';
      const query: Record<string, string> = {
        [pin === 'version' ? 'versions' : 'list-type']: pin === 'version' ? '' : '2',
        'encoding-type': 'url',
        ...(prefix !== '' && { prefix }),
        ...(maxKeys !== undefined && { 'max-keys': String(maxKeys) }),
        ...(next ?? (after === '' ? undefined : { [start]: after })),
      };
      const page = await withRetries(() => list(bucket, query, signal), retries, signal);
      return page.ok ? page : fail([listingFailure(page.error, { bucket, prefix }, transfer.endpoint)]);
    },
    pinFor: async (bucket, signal) => {
      const query = { versioning: '' };
      const request = { method: 'GET', bucket, query, answer: ['VersioningConfiguration'], signal, timeoutMs } as const;
      const reply = await withRetries(() => transfer.send(request), retries, signal);
      if (reply.ok) return ok(elementIn(reply.value.text, 'Status') === undefined ? 'etag' : 'version');
      const { status, code } = reply.error;
      const isSilent = code === 'AccessDenied' || code === 'NotImplemented' || status === 405 || status === 501;
      return isSilent ? ok('etag') : fail([listingFailure(reply.error, { bucket, prefix: '' }, transfer.endpoint)]);
    },
  };
}

/** For one page; a store may walk over many deleted versions before it has a thousand keys. */
const timeoutMs = 120_000;
