import { fail, ok } from '../../../core/result.js';
import type { Result } from '../../../core/result.js';
import { elementIn, elementsIn } from '../../../clients/s3/transfer/index.js';
import type { S3Transfer } from '../../../clients/s3/transfer/index.js';
import { encodeParameter } from '../../../clients/transfer/encode-path.js';
import type { TransferFailure, TransferReply } from '../../../clients/transfer/index.js';
import type { ObjectRef } from '../../../clients/s3/listing/index.js';
import type { ContentRules, Hashed } from './received-content.js';
import { ReceivedContent } from './received-content.js';
import { timeFor } from './time-for.js';

export interface ReadContent extends Hashed {
  readonly headers: TransferReply['headers'];
}

/** Objects of S3, pinned: what a listing saw, or a failure. Nothing is repeated. */
export interface S3Source {
  readonly endpoint: string;
  /** The object, or a part of it. */
  read(
    ref: ObjectRef,
    rules: ContentRules & { readonly offset?: number },
    signal: AbortSignal,
  ): Promise<Result<ReadContent, TransferFailure>>;
  /** The headers of the object. */
  head(ref: ObjectRef, signal: AbortSignal): Promise<Result<TransferReply['headers'], TransferFailure>>;
  /** Its tags, as the header x-amz-tagging has them. */
  tags(ref: ObjectRef, signal: AbortSignal): Promise<Result<string, TransferFailure>>;
}

/** The answer that the store owed if the object had changed in the meantime. */
const changed: TransferFailure = { status: 412, code: 'PreconditionFailed', reason: 'the content is another one' };

export function s3Source(transfer: S3Transfer): S3Source {
  const pinned = ({ bucket, key, versionId, etag }: ObjectRef) => ({
    bucket,
    key,
    query: versionId === null ? {} : { versionId },
    // A version called 'null' can be overwritten.
    headers: { 'if-match': `"${etag}"`, 'x-amz-checksum-mode': 'ENABLED' },
  });
  return {
    endpoint: transfer.endpoint,
    read: async (ref, { offset, ...rules }, signal) => {
      const accepts = (headers: TransferReply['headers']): boolean => {
        const total = offset === undefined ? Number(headers['content-length'] ?? ref.size) : totalOf(headers);
        return isOf(ref, headers, total);
      };
      const sink = new ReceivedContent({ ...rules, accepts });
      const { headers, ...place } = pinned(ref);
      const range = offset === undefined ? {} : { range: `bytes=${offset}-${offset + rules.bytes - 1}` };
      const request = { ...place, headers: { ...headers, ...range }, sink, signal, timeoutMs: timeFor(rules.bytes) };
      const reply = await transfer.send({ method: 'GET', ...request });
      if (sink.isRefused) return fail(changed);
      if (!reply.ok) return reply;
      const hashed = await sink.end();
      return hashed.ok ? ok({ ...hashed.value, headers: reply.value.headers }) : hashed;
    },
    head: async (ref, signal) => {
      const reply = await transfer.send({ method: 'HEAD', ...pinned(ref), signal, timeoutMs: timeFor(0) });
      if (!reply.ok) return reply;
      const { headers } = reply.value;
      return isOf(ref, headers, Number(headers['content-length'])) ? ok(headers) : fail(changed);
    },
    tags: async ({ bucket, key, versionId }, signal) => {
      const query = { tagging: '', ...(versionId !== null && { versionId }) };
      const request = { bucket, key, query, answer: ['Tagging'], signal, timeoutMs: timeFor(0) };
      const reply = await transfer.send({ method: 'GET', ...request });
      if (!reply.ok) return reply;
      const pairs = elementsIn(reply.value.text, 'Tag').map((tag) =>
        [elementIn(tag, 'Key'), elementIn(tag, 'Value')].map((text = '') => encodeParameter(text)).join('='),
      );
      return ok(pairs.join('&'));
    },
  };
}

/** A store may ignore the condition. */
function isOf({ etag, size }: ObjectRef, headers: TransferReply['headers'], total: number): boolean {
  return headers['etag']?.replaceAll('"', '') === etag && total === size;
}

/** `bytes 0-9/100`. */
function totalOf(headers: TransferReply['headers']): number {
  return Number(headers['content-range']?.split('/')[1]);
}
