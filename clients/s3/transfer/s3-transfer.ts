import type { SignatureV4 } from '@smithy/signature-v4';
import { fail } from '../../../core/result.js';
import type { Result } from '../../../core/result.js';
import { encodeKey, encodeParameter } from '../../transfer/encode-path.js';
import { noAnswer, transport } from '../../transfer/index.js';
import type { ContentSink, OnSpent, TransferFailure, TransferReply, TransferRequest } from '../../transfer/index.js';
import { requestPayer, s3Client } from '../client.js';
import type { S3Target } from '../target.js';
import { bytesOfHeader } from './header-bytes.js';
import { replyFailure } from './reply-failure.js';
import { sha256OfNothing } from './sha256.js';
import { signatureIn, signedChunks, signedChunksLength, signedChunksPayload } from './signed-chunks.js';
import { s3Signer, signedHeaders } from './signing.js';

export interface S3Request {
  readonly method: TransferRequest['method'];
  readonly bucket: string;
  /** The object's; without it, the request is about the bucket. */
  readonly key?: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Names in lower case. Unicode text, of which the UTF-8 is sent and signed. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: S3Body;
  readonly sink?: ContentSink;
  /** Names of the elements that a success may consist of. @default a success has no text */
  readonly answer?: readonly string[];
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs: number;
  /** @default 55000 */
  readonly idleMs?: number;
  readonly onSpent?: OnSpent | undefined;
}

export type S3Body =
  /** The store compares the content with its SHA-256, in hexadecimal, which is part of what is signed. */
  | { readonly content: Uint8Array; readonly sha256: string }
  /** Content that is too large to be hashed before it is sent. The store verifies a signature of each chunk. */
  | { readonly stream: AsyncIterable<Uint8Array>; readonly length: number };

/**
 * Sends the requests that move content, without what makes the AWS SDK convenient and slow. Regions, credentials and
 * addresses are the SDK's, connections undici's, signatures Smithy's.
 */
export interface S3Transfer {
  /** Such as `https://rgw.acme.example`, or `Amazon S3`. */
  readonly endpoint: string;
  /** An answer other than 2xx is a failure, and so is one that does not have the form of S3's. Nothing is repeated. */
  send(request: S3Request): Promise<Result<TransferReply, TransferFailure>>;
  close(): Promise<void>;
}

export function s3Transfer(target: S3Target, { connections }: { readonly connections: number }): S3Transfer {
  const client = s3Client(target);
  const { config } = client;
  const signers = new Map<string, SignatureV4>();
  /** Regions that answers named, by bucket. */
  const regions = new Map<string, string>();
  const connection = transport({ connections, ...(target.ca !== undefined && { ca: target.ca }) });
  /** By region and bucket. */
  const places = new Map<string, Place>();
  const endpoint = target.endpoint ?? 'Amazon S3';
  const always = target.requesterPays === true ? requestPayer : {};
  let clockOffsetMs = 0;

  const signerFor = (region: string): SignatureV4 => {
    const known = signers.get(region);
    if (known !== undefined) return known;
    const signer = s3Signer({ credentials: config.credentials, region });
    signers.set(region, signer);
    return signer;
  };

  const placeOf = (bucket: string, region: string): Place => {
    const name = `${region}/${bucket}`;
    const known = places.get(name);
    if (known !== undefined) return known;
    const url =
      target.endpoint === undefined
        ? config.endpointProvider({ Bucket: bucket, Region: region }).url
        : new URL(`${target.endpoint.replace(/\/+$/, '')}/${encodeKey(bucket)}`);
    const place = { origin: url.origin, host: url.host, base: url.pathname.replace(/\/+$/, '') };
    places.set(name, place);
    return place;
  };

  const signedRequest = async (request: S3Request, region: string): Promise<TransferRequest> => {
    const { method, bucket, key, query = {}, body, sink, signal, timeoutMs, idleMs, onSpent } = request;
    const { origin, host, base } = placeOf(bucket, region);
    const signer = signerFor(region);
    const path = key === undefined ? `${base}/` : `${base}/${encodeKey(key)}`;
    const signingDate = new Date(Date.now() + clockOffsetMs);
    const unsigned = { method, path, query, headers: { ...always, ...request.headers, host, ...bodyHeaders(body) } };
    const headers = await signedHeaders(signer, unsigned, signingDate);
    const seed = signatureIn(headers['authorization'] ?? '');
    for (const [name, value] of Object.entries(headers)) headers[name] = bytesOfHeader(value);
    const sent = { method, origin, path: withQuery(path, query), headers, signal, timeoutMs, onSpent };
    const framed = body !== undefined && 'stream' in body;
    return {
      ...sent,
      ...(idleMs !== undefined && { idleMs }),
      ...(sink !== undefined && { sink }),
      ...(body !== undefined && {
        body: framed ? signedChunks(body.stream, { signer, signingDate, seed }) : body.content,
      }),
    };
  };

  /** Whether the answer names another region of the bucket than the request was sent to. */
  const isElsewhere = (bucket: string, asked: string, { status, headers }: TransferReply): boolean => {
    const region = headers['x-amz-bucket-region'];
    if (status < 300 || region === undefined || region === asked) return false;
    regions.set(bucket, region);
    return true;
  };

  const send = async (request: S3Request, isFollowing: boolean): Promise<Result<TransferReply, TransferFailure>> => {
    const { bucket } = request;
    const region = regions.get(bucket) ?? (await config.region());
    let signed: TransferRequest;
    try {
      signed = await signedRequest(request, region);
    } catch (error) {
      if ((error as Partial<Error>).name !== 'CredentialsProviderError') throw error;
      return fail(noAnswer('credentials', (error as Error).message));
    }
    const reply = await connection.send(signed);
    if (!reply.ok) return reply;
    const failure = replyFailure(reply.value, request.answer);
    if (failure === undefined) return reply;
    // Once: stores that name each other would be asked for ever.
    if (!isFollowing && isMisplaced(failure) && request.body === undefined && isElsewhere(bucket, region, reply.value))
      return await send(request, true);
    if (request.method === 'HEAD' && needsReason(failure)) {
      const told = await send(firstByteOf(request), false);
      return fail(!told.ok && told.error.status === failure.status ? told.error : failure);
    }
    const date = Date.parse(reply.value.headers['date'] ?? '');
    if (failure.code === 'RequestTimeTooSkewed' && !Number.isNaN(date)) clockOffsetMs = date - Date.now();
    return fail(failure);
  };

  return {
    endpoint,
    send: (request) => send(request, false),
    close: async () => {
      client.destroy();
      await connection.close();
    },
  };
}

/** The answer to HEAD has no code; a wrong clock, an expired token and a missing permission look alike in it. */
function needsReason({ status }: TransferFailure): boolean {
  return status === 400 || status === 403;
}

function firstByteOf(request: S3Request): S3Request {
  const sink: ContentSink = { begin: () => undefined, write: () => undefined };
  return { ...request, method: 'GET', headers: { ...request.headers, range: 'bytes=0-0' }, sink };
}

/** Source: Amazon S3 API reference, 'Error responses'. */
function isMisplaced({ status, code }: TransferFailure): boolean {
  return status === 301 || status === 307 || code === 'AuthorizationHeaderMalformed';
}

interface Place {
  readonly origin: string;
  readonly host: string;
  /** Before a key's slash; empty where the host names the bucket. */
  readonly base: string;
}

function bodyHeaders(body: S3Body | undefined): Record<string, string> {
  if (body === undefined) return { 'x-amz-content-sha256': sha256OfNothing };
  if ('content' in body) return { 'content-length': String(body.content.length), 'x-amz-content-sha256': body.sha256 };
  return {
    'content-encoding': 'aws-chunked',
    'content-length': String(signedChunksLength(body.length)),
    'x-amz-content-sha256': signedChunksPayload,
    'x-amz-decoded-content-length': String(body.length),
  };
}

function withQuery(path: string, query: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(query).map(([name, value]) => `${encodeParameter(name)}=${encodeParameter(value)}`);
  return pairs.length === 0 ? path : `${path}?${pairs.join('&')}`;
}
