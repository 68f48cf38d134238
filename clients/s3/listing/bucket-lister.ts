import { elementIn } from '../transfer/index.js';
import type { S3Transfer } from '../transfer/index.js';
import { unexpectedAnswer } from '../../transfer/index.js';
import type { TransferFailure } from '../../transfer/index.js';
import { fail, ok } from '../../../core/result.js';
import type { Result } from '../../../core/result.js';
import { commandRetries, withRetries } from '../../transfer/retry.js';
import type { Retries } from '../../transfer/retry.js';
import { compareKeys } from './key-order.js';
import { parseListing } from './parse-listing.js';
import type { ListingPage } from './parse-listing.js';
import type { Pin } from './pin.js';
import { listingFailure, unnameableKey } from './reasons.js';

export interface PageRequest {
  readonly bucket: string;
  readonly prefix: string;
  readonly pin: Pin;
  /** Keys behind this text; ignored with `next`. */
  readonly after: string;
  /** Of the page before. */
  readonly next: ListingPage['next'];
  /** The last key of the pages before, behind which the answer must go on. */
  readonly listed?: string;
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
export function bucketLister(
  transfer: S3Transfer,
  retries: Retries = commandRetries,
  timeoutMs = longestPageMs,
): BucketLister {
  const list = async (
    asked: PageRequest,
    query: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<Result<ListingPage, TransferFailure>> => {
    const { bucket } = asked;
    const answer = ['ListBucketResult', 'ListVersionsResult'];
    const reply = await transfer.send({ method: 'GET', bucket, query, answer, signal, timeoutMs });
    if (!reply.ok) return reply;
    const page = parseListing(reply.value.text, bucket);
    if (page === undefined) return fail(unexpectedAnswer('the listing does not say whether it goes on, or from where'));
    return goesOn(page, asked) ? ok(page) : fail(unexpectedAnswer('the listing does not go on behind its last page'));
  };
  return {
    page: async (asked, signal) => {
      const { bucket, prefix, pin, after, next, maxKeys } = asked;
      const start = pin === 'version' ? 'key-marker' : 'start-after';
      const query: Record<string, string> = {
        [pin === 'version' ? 'versions' : 'list-type']: pin === 'version' ? '' : '2',
        'encoding-type': 'url',
        ...(prefix !== '' && { prefix }),
        ...(maxKeys !== undefined && { 'max-keys': String(maxKeys) }),
        ...(next ?? (after === '' ? undefined : { [start]: after })),
      };
      if (Object.values(query).some((text) => !text.isWellFormed())) return fail([unnameableKey({ bucket, prefix })]);
      const page = await withRetries(() => list(asked, query, signal), retries, signal);
      return page.ok ? page : fail([listingFailure(page.error, { bucket, prefix }, transfer.endpoint)]);
    },
    pinFor: async (bucket, signal) => {
      const query = { versioning: '' };
      const request = { method: 'GET', bucket, query, answer: versioningAnswers, signal, timeoutMs } as const;
      const reply = await withRetries(() => transfer.send(request), retries, signal);
      if (reply.ok) return ok(elementIn(reply.value.text, 'Status') === undefined ? 'etag' : 'version');
      const { status, code } = reply.error;
      const isSilent = code === 'AccessDenied' || code === 'NotImplemented' || status === 405 || status === 501;
      return isSilent ? ok('etag') : fail([listingFailure(reply.error, { bucket, prefix: '' }, transfer.endpoint)]);
    },
  };
}

/** A store that gives the same page for ever would be listed for ever. */
function goesOn({ objects, next }: ListingPage, { pin, next: before, listed = '' }: PageRequest): boolean {
  if (next !== null && JSON.stringify(next) === JSON.stringify(before)) return false;
  const [marker, markerBefore] = [next?.['key-marker'], before?.['key-marker']];
  if (marker !== undefined && markerBefore !== undefined && compareKeys(marker, markerBefore) < 0) return false;
  const first = objects[0]?.key;
  if (listed === '' || first === undefined) return true;
  // Versions of one key may be on two pages.
  return pin === 'version' ? compareKeys(first, listed) >= 0 : compareKeys(first, listed) > 0;
}

/** For one page; a store may walk over many deleted versions before it has a thousand keys. A page that takes longer is not asked for again. */
const longestPageMs = 55_000;

/** Some stores name the answer as the API's shape. */
const versioningAnswers = ['VersioningConfiguration', 'GetBucketVersioningResponse'];
