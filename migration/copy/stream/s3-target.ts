import { createHash, hash } from 'node:crypto';
import { fail, ok } from '../../../core/result.js';
import type { Result } from '../../../core/result.js';
import { elementIn, elementsIn, isUtf8Header, sha256Of, textOfHeader } from '../../../clients/s3/transfer/index.js';
import type { S3Body, S3Transfer } from '../../../clients/s3/transfer/index.js';
import { isUnexpected, unexpectedAnswer } from '../../../clients/transfer/index.js';
import type { TransferFailure, TransferReply } from '../../../clients/transfer/index.js';
import type { ObjectPlace, PartHash, Upload } from '../copy-engine.js';
import { completionOf, taggingOf } from './s3-bodies.js';
import { s3KeyRefusal } from './key-refusal.js';
import { s3PartRules } from './plan-parts.js';
import type { PartRules } from './plan-parts.js';
import type { ObjectProperties } from './properties.js';
import { uploadsIn } from './s3-uploads.js';
import type { ArrivedPart, Content, NewObject, StreamTarget, Written } from './target.js';
import { timeFor } from './time-for.js';
import { isUnknownUpload } from './unknown-upload.js';

export interface S3TargetOptions {
  /** The target's storage class for each of the source's. @default the target's own default for all */
  readonly storageClasses?: Readonly<Record<string, string>>;
  /** Whether the target keeps tags. @default true */
  readonly tags?: boolean;
  /** @default those of Amazon S3 and Ceph */
  readonly parts?: PartRules;
}

/** A store may be silent while it assembles the parts of a large object. */
const assemblingMs = 600_000;

/** Amazon S3, Ceph's gateway, and others that verify the signed SHA-256 of what they are sent. */
export function s3StreamTarget(
  transfer: S3Transfer,
  { storageClasses = {}, tags = true, parts = s3PartRules }: S3TargetOptions = {},
): StreamTarget {
  const headersOf = ({ source, properties }: NewObject, withTags: boolean): Record<string, string> => {
    const storageClass = storageClasses[source.storageClass];
    return {
      ...texts(properties.content, ''),
      ...texts(properties.metadata, 'x-amz-meta-'),
      ...(storageClass !== undefined && { 'x-amz-storage-class': storageClass }),
      ...(withTags && properties.tags !== '' && { 'x-amz-tagging': properties.tags }),
    };
  };
  const placeOf = ({ bucket, key }: ObjectPlace) => ({ bucket, key });

  /** Ceph makes hyphens of underscores, and says nothing. Few objects have such names, so the others need no request. */
  const withNotKept = async (
    written: Written,
    place: ObjectPlace,
    { properties: { metadata } }: NewObject,
    signal: AbortSignal,
  ): Promise<Result<Written, TransferFailure>> => {
    const names = Object.keys(metadata).filter((name) => name.includes('_'));
    if (names.length === 0) return ok(written);
    const made = await transfer.send({ method: 'HEAD', ...placeOf(place), signal, timeoutMs: timeFor(0) });
    if (!made.ok) return made;
    const lost = names.filter((name) => made.value.headers[`x-amz-meta-${name}`] === undefined);
    return ok({ ...written, notKept: lost.map((name) => `the metadata '${name}', whose name the target has changed`) });
  };

  /** Ceph ignores tags that come with the start of an upload. */
  const putTags = async (
    place: ObjectPlace,
    version: string | undefined,
    header: string,
    signal: AbortSignal,
  ): Promise<Result<unknown, TransferFailure>> => {
    const content = Buffer.from(taggingOf(header));
    const query = { tagging: '', ...(version !== undefined && { versionId: version }) };
    const headers = { 'content-md5': hash('md5', content, 'base64') };
    const body = { content, sha256: sha256Of(content) };
    return transfer.send({ method: 'PUT', ...placeOf(place), query, headers, body, signal, timeoutMs: timeFor(0) });
  };

  return {
    endpoint: transfer.endpoint,
    rules: () =>
      Promise.resolve(
        ok({ parts, refusal: s3KeyRefusal(transfer.endpoint), notCarried: (all) => notCarried(all, tags) }),
      ),
    put: async ({ bucket, key }, content, object, signal) => {
      const body = bodyOf(content);
      const request = {
        bucket,
        key,
        headers: headersOf(object, tags),
        body,
        signal,
        timeoutMs: timeFor(lengthOf(content)),
      };
      const reply = await transfer.send({ method: 'PUT', ...request });
      if (!reply.ok) return reply;
      const etag = textOr(reply.value.headers['etag'], 'ETag');
      return etag.ok ? withNotKept(writtenIn(reply.value), { bucket, key }, object, signal) : etag;
    },
    begin: async ({ bucket, key }, object, _partBytes, signal) => {
      const headers = headersOf(object, false);
      const answer = ['InitiateMultipartUploadResult'];
      const request = { bucket, key, query: { uploads: '' }, headers, answer, signal, timeoutMs: timeFor(0) };
      const reply = await transfer.send({ method: 'POST', ...request });
      return reply.ok ? textOr(elementIn(reply.value.text, 'UploadId'), 'UploadId') : reply;
    },
    putPart: async (upload, number, content, signal) => {
      const query = { partNumber: String(number), uploadId: upload.uploadId };
      const request = { query, body: bodyOf(content), signal, timeoutMs: timeFor(lengthOf(content)) };
      const reply = await transfer.send({ method: 'PUT', ...placeOf(upload), ...request });
      return reply.ok ? textOr(unquoted(reply.value.headers['etag']), 'ETag') : reply;
    },
    arrived: async (upload, signal) => {
      const found = new Map<number, ArrivedPart>();
      for (let marker = '0'; ;) {
        const query = { uploadId: upload.uploadId, 'part-number-marker': marker };
        const request = { query, answer: partLists, signal, timeoutMs: timeFor(0) };
        const reply = await transfer.send({ method: 'GET', ...placeOf(upload), ...request });
        if (!reply.ok) return isUnknownUpload(reply.error) ? ok(undefined) : reply;
        const { text } = reply.value;
        for (const part of elementsIn(text, 'Part')) {
          const etag = unquoted(elementIn(part, 'ETag'));
          found.set(Number(elementIn(part, 'PartNumber')), { etag, bytes: Number(elementIn(part, 'Size')) });
        }
        const next = elementIn(text, 'NextPartNumberMarker') ?? '';
        if (elementIn(text, 'IsTruncated') !== 'true' || next === '' || next === marker) return ok(found);
        marker = next;
      }
    },
    complete: async (upload, done, object, signal) => {
      const body = Buffer.from(completionOf(done));
      const answer = ['CompleteMultipartUploadResult'];
      const request = { ...placeOf(upload), query: { uploadId: upload.uploadId }, answer, signal };
      const times = { timeoutMs: assemblingMs, idleMs: assemblingMs };
      const content = { content: body, sha256: sha256Of(body) };
      const reply = await transfer.send({ method: 'POST', ...request, body: content, ...times });
      const completed = reply.ok ? textOr(elementIn(reply.value.text, 'ETag'), 'ETag') : reply;
      let made = reply;
      // The answer, or that to an earlier attempt, may have been lost; what it told about is there.
      if (!completed.ok) {
        if (!isUnknownUpload(completed.error) && !isUnexpected(completed.error)) return completed;
        made = await transfer.send({ method: 'HEAD', ...placeOf(upload), signal, timeoutMs: timeFor(0) });
        if (!made.ok || unquoted(made.value.headers['etag']) !== etagOfParts(done)) return completed;
      }
      if (!made.ok) return made;
      const written = writtenIn(made.value);
      if (tags && object.properties.tags !== '') {
        const tagged = await putTags(upload, written.version, object.properties.tags, signal);
        if (!tagged.ok) return tagged;
      }
      return withNotKept(written, upload, object, signal);
    },
    abort: (upload, signal) => abortUpload(transfer, upload, signal),
    abortOthers: async ({ bucket, key }, signal) => {
      const others = await uploadsIn(transfer, bucket, { from: key, to: `${key}\0` }, signal);
      if (!others.ok) return others;
      for (const upload of others.value) {
        const aborted = await abortUpload(transfer, upload, signal);
        if (!aborted.ok) return aborted;
      }
      return ok(undefined);
    },
    uploads: (bucket, range, signal) => uploadsIn(transfer, bucket, range, signal),
    read: async ({ bucket, key }, { version, offset, bytes, size }, sink, signal) => {
      const query = version === undefined ? {} : { versionId: version };
      const headers = bytes === size ? {} : { range: `bytes=${offset}-${offset + bytes - 1}` };
      const request = { bucket, key, query, headers, sink, signal, timeoutMs: timeFor(bytes) };
      const reply = await transfer.send({ method: 'GET', ...request });
      return reply.ok ? ok(undefined) : reply;
    },
  };
}

async function abortUpload(
  transfer: S3Transfer,
  { bucket, key, uploadId }: Upload,
  signal: AbortSignal,
): Promise<Result<void, TransferFailure>> {
  const reply = await transfer.send({
    method: 'DELETE',
    bucket,
    key,
    query: { uploadId },
    signal,
    timeoutMs: timeFor(0),
  });
  return reply.ok || isUnknownUpload(reply.error) ? ok(undefined) : reply;
}

/** Ceph has had another name for it. */
const partLists = ['ListPartsResult', 'ListMultipartUploadResult'];

/** The text of a field that every successful answer has. */
function textOr(found: string | undefined, name: string): Result<string, TransferFailure> {
  return found === undefined || found === '' ? fail(unexpectedAnswer(`it told no ${name}`)) : ok(found);
}

function bodyOf(content: Content): S3Body {
  return 'bytes' in content ? { content: content.bytes, sha256: content.sha256 } : content;
}

function lengthOf(content: Content): number {
  return 'bytes' in content ? content.bytes.length : content.length;
}

function writtenIn({ headers }: TransferReply): Written {
  const version = headers['x-amz-version-id'];
  return version === undefined ? {} : { version };
}

/** The ETag that an object gets which is made of these parts. It tells that they are there, not what is in them. */
function etagOfParts(parts: readonly PartHash[]): string {
  const md5 = createHash('md5');
  for (const { etag } of parts) md5.update(Buffer.from(etag, 'hex'));
  return `${md5.digest('hex')}-${parts.length}`;
}

function notCarried(properties: ObjectProperties, keepsTags: boolean): readonly string[] {
  const unreadable = (values: Readonly<Record<string, string>>): readonly string[] =>
    Object.entries(values).flatMap(([name, value]) => (isUtf8Header(value) ? [] : [name]));
  return [
    ...properties.left,
    ...(properties.tags !== '' && !keepsTags ? ['its tags'] : []),
    ...unreadable(properties.content).map((name) => `the header '${name}', which is not UTF-8`),
    ...unreadable(properties.metadata).map((name) => `the metadata '${name}', which is not UTF-8`),
  ];
}

/** Those that can be signed, with a prefix before their names. */
function texts(values: Readonly<Record<string, string>>, prefix: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values)
      .filter(([, value]) => isUtf8Header(value))
      .map(([name, value]) => [`${prefix}${name}`, textOfHeader(value)]),
  );
}

function unquoted(etag = ''): string {
  return etag.replaceAll('"', '');
}
