import { createHash, hash } from 'node:crypto';
import { fail, ok } from '../../../core/result.js';
import type { Result } from '../../../core/result.js';
import { defaultSwiftLimits } from '../../../clients/swift/index.js';
import type { SwiftLimits, SwiftTransfer } from '../../../clients/swift/index.js';
import { unexpectedAnswer } from '../../../clients/transfer/index.js';
import type { TransferFailure, TransferReply } from '../../../clients/transfer/index.js';
import type { ObjectPlace, PartHash, Upload } from '../copy-engine.js';
import { s3KeyRefusal } from './key-refusal.js';
import { s3PartRules } from './plan-parts.js';
import type { PartRules } from './plan-parts.js';
import { swiftHeaders, swiftNotCarried } from './swift-properties.js';
import { segmentContainer, segmentName, segmentPrefix, segmentUpload, segmentsOfObject } from './swift-segments.js';
import type { Content, StreamTarget, TargetRules, Written } from './target.js';
import { timeFor } from './time-for.js';

export interface SwiftTargetOptions {
  /** @default as for S3, with as many parts as the cluster allows segments */
  readonly parts?: Pick<PartRules, 'wholeBytes' | 'partBytes'>;
}

/** A manifest of many segments is checked segment by segment. */
const assemblingMs = 600_000;

/**
 * Swift by its own API: names as they are, the MD5 of all content verified by Swift, and large objects as static large
 * objects, whose segments lie where Swift's S3 layer puts its own. Source: OpenStack Object Storage API v1, 'Large objects'.
 */
export function swiftStreamTarget(
  transfer: SwiftTransfer,
  { parts = s3PartRules }: SwiftTargetOptions = {},
): StreamTarget {
  const containers = new Set<string>();
  let limits = defaultSwiftLimits;
  const { endpoint } = transfer;

  const ensureContainer = async (container: string, signal: AbortSignal): Promise<Result<void, TransferFailure>> => {
    if (containers.has(container)) return ok(undefined);
    const headers = { 'content-length': '0' };
    const made = await transfer.send({ method: 'PUT', container, headers, signal, timeoutMs: timeFor(0) });
    if (!made.ok) return made;
    containers.add(container);
    return ok(undefined);
  };

  return {
    endpoint,
    rules: async () => {
      const found = await transfer.limits();
      if (!found.ok) return found;
      limits = found.value;
      return ok(rulesOf(limits, parts, endpoint));
    },
    put: async ({ bucket, key }, content, { properties }, signal) => {
      const reply = await putContent(transfer, { bucket, key }, content, swiftHeaders(properties, limits), signal);
      return reply.ok ? ok(writtenIn(reply.value)) : reply;
    },
    begin: async (place, { source }, partBytes, signal) => {
      const made = await ensureContainer(segmentContainer(place.bucket), signal);
      return made.ok ? ok(segmentUpload(source, partBytes)) : made;
    },
    putPart: async (upload, number, content, signal) => {
      const place = { bucket: segmentContainer(upload.bucket), key: segmentName(upload, number) };
      const headers = { 'content-type': 'application/octet-stream' };
      const reply = await putContent(transfer, place, content, headers, signal);
      return reply.ok ? ok(unquoted(reply.value.headers['etag'])) : reply;
    },
    arrived: async (upload, signal) => {
      const listed = await segmentsOfObject(transfer, upload, signal);
      if (!listed.ok) return listed;
      const own = listed.value.filter(({ name }) => name.startsWith(`${segmentPrefix(upload.key)}${upload.uploadId}/`));
      return ok(new Map(own.map(({ name, etag, bytes }) => [Number(name.slice(-8)), { etag, bytes }])));
    },
    complete: async (upload, done, object, signal) => {
      const manifest = Buffer.from(JSON.stringify(done.map((part) => segmentIn(upload, part))));
      const reply = written(
        await transfer.send({
          method: 'PUT',
          container: upload.bucket,
          object: upload.key,
          query: { 'multipart-manifest': 'put' },
          headers: {
            ...swiftHeaders(object.properties, limits),
            'content-length': String(manifest.length),
            etag: etagOf(done),
          },
          body: manifest,
          signal,
          timeoutMs: assemblingMs,
          idleMs: assemblingMs,
        }),
      );
      if (!reply.ok) return reply;
      // Those of an earlier content of the object; not before, since it was in use until now.
      const cleared = await removeSegments(transfer, upload, (id) => id !== upload.uploadId, signal);
      return cleared.ok ? ok(writtenIn(reply.value)) : cleared;
    },
    abort: (upload, signal) => removeSegments(transfer, upload, (id) => id === upload.uploadId, signal),
    // Segments of the same source have the same names, and those of others may belong to an object in use.
    abortOthers: () => Promise.resolve(ok(undefined)),
    uploads: () => Promise.resolve(ok([])),
    read: async ({ bucket, key }, { offset, bytes, size }, sink, signal) => {
      const headers = bytes === size ? {} : { range: `bytes=${offset}-${offset + bytes - 1}` };
      const request = { container: bucket, object: key, headers, sink, signal, timeoutMs: timeFor(bytes) };
      const reply = await transfer.send({ method: 'GET', ...request });
      return reply.ok ? ok(undefined) : reply;
    },
  };
}

function rulesOf(
  limits: SwiftLimits,
  parts: Pick<PartRules, 'wholeBytes' | 'partBytes'>,
  endpoint: string,
): TargetRules {
  return {
    parts: {
      wholeBytes: Math.min(parts.wholeBytes, limits.maxFileBytes),
      partBytes: Math.min(parts.partBytes, limits.maxFileBytes),
      maxParts: limits.maxSegments,
      maxPartBytes: limits.maxFileBytes,
    },
    refusal: s3KeyRefusal(endpoint, limits.maxNameBytes),
    notCarried: (properties) => swiftNotCarried(properties, limits),
  };
}

async function putContent(
  transfer: SwiftTransfer,
  { bucket, key }: ObjectPlace,
  content: Content,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Result<TransferReply, TransferFailure>> {
  const place = { method: 'PUT', container: bucket, object: key, signal } as const;
  if ('bytes' in content) {
    const { bytes } = content;
    const own = { ...headers, 'content-length': String(bytes.length), etag: hash('md5', bytes, 'hex') };
    return written(await transfer.send({ ...place, headers: own, body: bytes, timeoutMs: timeFor(bytes.length) }));
  }
  const md5 = createHash('md5');
  const counted = hashing(content.stream, md5);
  const own = { ...headers, 'content-length': String(content.length) };
  const reply = written(
    await transfer.send({ ...place, headers: own, body: counted, timeoutMs: timeFor(content.length) }),
  );
  if (!reply.ok || unquoted(reply.value.headers['etag']) === md5.digest('hex')) return reply;
  return { ok: false, error: { status: 422, code: 'HTTP 422', reason: 'the MD5 of the content is another one' } };
}

async function* hashing(
  content: AsyncIterable<Uint8Array>,
  md5: ReturnType<typeof createHash>,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of content) {
    md5.update(chunk);
    yield chunk;
  }
}

async function removeSegments(
  transfer: SwiftTransfer,
  { bucket, key }: Upload,
  isToGo: (uploadId: string) => boolean,
  signal: AbortSignal,
): Promise<Result<void, TransferFailure>> {
  const listed = await segmentsOfObject(transfer, { bucket, key }, signal);
  if (!listed.ok) return listed;
  for (const { name } of listed.value) {
    if (!isToGo(name.slice(segmentPrefix(key).length).split('/')[0] ?? '')) continue;
    const place = { container: segmentContainer(bucket), object: name, headers: { 'content-length': '0' } };
    const gone = await transfer.send({ method: 'DELETE', ...place, signal, timeoutMs: timeFor(0) });
    if (!gone.ok && gone.error.status !== 404) return gone;
  }
  return ok(undefined);
}

function segmentIn(upload: Upload, { number, etag, bytes }: PartHash): object {
  const path = `/${segmentContainer(upload.bucket)}/${segmentName(upload, number)}`;
  return { path, etag, size_bytes: bytes };
}

/** Of a static large object. */
function etagOf(parts: readonly PartHash[]): string {
  return hash('md5', parts.map(({ etag }) => etag).join(''), 'hex');
}

/** Swift tells the ETag of what it has taken. */
function written(reply: Result<TransferReply, TransferFailure>): Result<TransferReply, TransferFailure> {
  if (!reply.ok || unquoted(reply.value.headers['etag']) !== '') return reply;
  return fail(unexpectedAnswer('it told no ETag', reply.value.status));
}

function writtenIn({ headers }: TransferReply): Written {
  const version = headers['x-object-version-id'];
  return version === undefined ? {} : { version };
}

function unquoted(etag = ''): string {
  return etag.replaceAll('"', '');
}
