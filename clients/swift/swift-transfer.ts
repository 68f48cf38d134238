import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { encodeKey, encodeParameter } from '../transfer/encode-path.js';
import { transport, unexpectedAnswer } from '../transfer/index.js';
import type { TransferFailure, TransferReply, TransferRequest } from '../transfer/index.js';
import { signIn } from './keystone.js';
import type { KeystoneSettings, SwiftAccess } from './keystone.js';

export interface SwiftTarget {
  /** A token that is already there, or how to get one. */
  readonly account: SwiftAccess | KeystoneSettings;
  /** PEM of authorities besides those that Node trusts, for Keystone and Swift. @default none */
  readonly ca?: string;
}

export interface SwiftRequest extends Pick<
  TransferRequest,
  'method' | 'body' | 'sink' | 'signal' | 'timeoutMs' | 'idleMs' | 'onSpent'
> {
  readonly container: string;
  /** Name of the object; without it, the request is about the container. */
  readonly object?: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Names in lower case; each character of a value is one byte. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Swift by its own API. Source: OpenStack Object Storage API v1. */
export interface SwiftTransfer {
  /** For messages. */
  readonly endpoint: string;
  /** An answer other than 2xx is a failure. Nothing is repeated, apart from a request whose token had expired. */
  send(request: SwiftRequest): Promise<Result<TransferReply, TransferFailure>>;
  /** The limits of the cluster. Source: Object Storage API v1, 'Discoverability'. */
  limits(): Promise<Result<SwiftLimits, TransferFailure>>;
  close(): Promise<void>;
}

export interface SwiftLimits {
  /** Bytes of one object that is not a large one. */
  readonly maxFileBytes: number;
  /** Bytes of an object's name. */
  readonly maxNameBytes: number;
  readonly maxSegments: number;
  readonly maxMetaCount: number;
  readonly maxMetaNameBytes: number;
  readonly maxMetaValueBytes: number;
  readonly maxMetaBytes: number;
}

/** Of a cluster that hides its own. Source: Swift documentation, 'Constraints'. */
export const defaultSwiftLimits: SwiftLimits = {
  maxFileBytes: 5_368_709_122,
  maxNameBytes: 1024,
  maxSegments: 1000,
  maxMetaCount: 90,
  maxMetaNameBytes: 128,
  maxMetaValueBytes: 256,
  maxMetaBytes: 4096,
};

const shortMs = 60_000;

export function swiftTransfer(
  { account, ca }: SwiftTarget,
  { connections }: { readonly connections: number },
): SwiftTransfer {
  const connection = transport({ connections, ...(ca !== undefined && { ca }) });
  let access: Promise<Result<SwiftAccess, TransferFailure>> | undefined;
  const accessOnce = (): Promise<Result<SwiftAccess, TransferFailure>> =>
    (access ??= 'token' in account ? Promise.resolve(ok(account)) : signIn(connection.send, account));

  const sendWith = async (
    { storageUrl, token }: SwiftAccess,
    { container, object, query = {}, headers, ...request }: SwiftRequest,
  ): Promise<Result<TransferReply, TransferFailure>> => {
    const { origin, pathname } = new URL(storageUrl);
    const path = `${pathname}/${encodeName(container)}${object === undefined ? '' : `/${encodeName(object)}`}`;
    const reply = await connection.send({
      ...request,
      origin,
      path: withQuery(path, query),
      headers: { 'x-auth-token': token, ...headers },
    });
    return reply.ok ? checked(reply.value) : reply;
  };

  return {
    endpoint: 'token' in account ? account.storageUrl : `the object store of ${account.authUrl}`,
    send: async (request) => {
      const used = accessOnce();
      const signedIn = await used;
      if (!signedIn.ok) {
        if (access === used) access = undefined;
        return signedIn;
      }
      const reply = await sendWith(signedIn.value, request);
      if (reply.ok || reply.error.status !== 401 || 'token' in account) return reply;
      // Many requests notice at once; one signs in.
      if (access === used) access = undefined;
      const again = await accessOnce();
      // A body that is a stream is used up.
      const canRepeat = request.body === undefined || request.body instanceof Uint8Array;
      return again.ok && canRepeat ? sendWith(again.value, request) : reply;
    },
    limits: async () => {
      const signedIn = await accessOnce();
      if (!signedIn.ok) return signedIn;
      const { origin, pathname } = new URL(signedIn.value.storageUrl);
      const path = `${pathname.replace(/\/v1(\/.*)?$/, '')}/info`;
      const reply = await connection.send({ method: 'GET', origin, path, headers: {}, timeoutMs: shortMs });
      return reply.ok ? limitsIn(reply.value) : reply;
    },
    close: () => connection.close(),
  };
}

/** A segment of dots is encoded, too, lest a proxy resolve it. */
function encodeName(name: string): string {
  return encodeKey(name)
    .split('/')
    .map((part) => (part === '.' || part === '..' ? part.replaceAll('.', '%2E') : part))
    .join('/');
}

function withQuery(path: string, query: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(query).map(([name, value]) => `${encodeParameter(name)}=${encodeParameter(value)}`);
  return pairs.length === 0 ? path : `${path}?${pairs.join('&')}`;
}

function checked(reply: TransferReply): Result<TransferReply, TransferFailure> {
  const { status, headers, text } = reply;
  if (status >= 200 && status < 300) return ok(reply);
  const retryAfterMs = 1000 * Number(headers['retry-after'] ?? 0) || 0;
  return fail({ status, code: `HTTP ${status}`, reason: excerpt(text), ...(retryAfterMs > 0 && { retryAfterMs }) });
}

function excerpt(text: string): string {
  return text
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 300);
}

/** The JSON that a success consists of. */
export function jsonIn({ status, text }: TransferReply): Result<unknown, TransferFailure> {
  try {
    return ok(JSON.parse(text) as unknown);
  } catch {
    return fail(unexpectedAnswer(`it sent '${excerpt(text)}' instead of JSON`, status));
  }
}

function limitsIn(reply: TransferReply): Result<SwiftLimits, TransferFailure> {
  if (reply.status !== 200) return ok(defaultSwiftLimits);
  const json = jsonIn(reply);
  if (!json.ok) return json;
  const info = (json.value ?? {}) as Partial<Record<string, Partial<Record<string, unknown>>>>;
  const figure = (name: keyof SwiftLimits, part: string, key: string): number => {
    const value = info[part]?.[key];
    return typeof value === 'number' ? value : defaultSwiftLimits[name];
  };
  return ok({
    maxFileBytes: figure('maxFileBytes', 'swift', 'max_file_size'),
    maxNameBytes: figure('maxNameBytes', 'swift', 'max_object_name_length'),
    maxSegments: figure('maxSegments', 'slo', 'max_manifest_segments'),
    maxMetaCount: figure('maxMetaCount', 'swift', 'max_meta_count'),
    maxMetaNameBytes: figure('maxMetaNameBytes', 'swift', 'max_meta_name_length'),
    maxMetaValueBytes: figure('maxMetaValueBytes', 'swift', 'max_meta_value_length'),
    maxMetaBytes: figure('maxMetaBytes', 'swift', 'max_meta_overall_size'),
  });
}
