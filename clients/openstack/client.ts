import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { noAnswer, transport, unexpectedAnswer } from '../transfer/index.js';
import type { TransferFailure, TransferReply, TransferRequest } from '../transfer/index.js';
import type { CloudAccess, CloudService, CloudTarget } from './access.js';

export interface CloudRequest extends Pick<TransferRequest, 'body' | 'sink' | 'signal' | 'idleMs'> {
  readonly method: TransferRequest['method'] | 'PATCH';
  readonly service: CloudService;
  /** Below the endpoint, with the query, percent-encoded. */
  readonly path: string;
  /** Names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** @default 60000 */
  readonly timeoutMs?: number;
}

/** The HTTP APIs of an OpenStack cloud. */
export interface CloudClient {
  /** For messages. */
  readonly name: string;
  access(): Promise<Result<CloudAccess, TransferFailure>>;
  /**
   * An answer other than 2xx is a failure, with the service's own words as its reason. Nothing is repeated but a request
   * whose token had expired.
   */
  send(request: CloudRequest): Promise<Result<TransferReply, TransferFailure>>;
  close(): Promise<void>;
}

/**
 * The API versions that every OpenStack cloud supports. Source: API references of Compute and Block Storage,
 * 'Microversions'.
 */
export interface Microversions {
  /** @default 2.1 */
  readonly compute?: string | undefined;
  /** @default 3.0 */
  readonly volume?: string | undefined;
}

export interface CloudClientOptions {
  /** At the same time. @default 8 */
  readonly connections?: number;
  readonly microversions?: Microversions;
}

/** A cloud may take long for one; nothing is asked again. */
const defaultTimeoutMs = 55_000;

export function cloudClient(
  { name, signIn, ca }: CloudTarget,
  { connections = 8, microversions = {} }: CloudClientOptions = {},
): CloudClient {
  const connection = transport({ connections, ...(ca !== undefined && { ca }) });
  let access: Promise<Result<CloudAccess, TransferFailure>> | undefined;
  const accessOnce = (): Promise<Result<CloudAccess, TransferFailure>> => (access ??= signedIn(signIn));

  const sendWith = async (
    signed: CloudAccess,
    { service, path, headers, json, timeoutMs = defaultTimeoutMs, body, method, ...request }: CloudRequest,
  ): Promise<Result<TransferReply, TransferFailure>> => {
    const endpoint = signed.endpoint(service);
    if (endpoint === undefined)
      return fail(noAnswer('credentials', `the catalog has no service ${service} in the region ${signed.region}`));
    const { origin, pathname } = new URL(endpoint);
    const content = json === undefined ? body : Buffer.from(JSON.stringify(json));
    const reply = await connection.send({
      ...request,
      // The transport passes any method on.
      method: method as TransferRequest['method'],
      origin,
      path: `${pathname.replace(/\/+$/, '')}${path}`,
      timeoutMs,
      headers: {
        'x-auth-token': signed.token,
        accept: 'application/json',
        ...microversionHeader(service, microversions),
        ...(json !== undefined && { 'content-type': 'application/json' }),
        ...(content instanceof Uint8Array && { 'content-length': String(content.length) }),
        ...headers,
      },
      ...(content !== undefined && { body: content }),
    });
    return reply.ok ? checked(reply.value) : reply;
  };

  return {
    name,
    access: accessOnce,
    send: async (request) => {
      const used = accessOnce();
      const signed = await used;
      if (!signed.ok) {
        if (access === used) access = undefined;
        return signed;
      }
      const reply = await sendWith(signed.value, request);
      if (reply.ok || reply.error.status !== 401) return reply;
      // Many requests notice at once; one signs in.
      if (access === used) access = undefined;
      const again = await accessOnce();
      // A body that is a stream is used up.
      const canRepeat = request.body === undefined || request.body instanceof Uint8Array;
      return again.ok && canRepeat ? sendWith(again.value, request) : reply;
    },
    close: () => connection.close(),
  };
}

async function signedIn(signIn: CloudTarget['signIn']): Promise<Result<CloudAccess, TransferFailure>> {
  const result = await signIn();
  if (result.ok) return result;
  const { code = '', message = '' } = result.error[0] ?? {};
  return fail(noAnswer(code === 'cloud-unreachable' ? 'connection' : 'credentials', message));
}

function microversionHeader(service: CloudService, { compute, volume }: Microversions): Record<string, string> {
  if (service === 'compute' && compute !== undefined) return { 'openstack-api-version': `compute ${compute}` };
  if (service === 'volume' && volume !== undefined) return { 'openstack-api-version': `volume ${volume}` };
  return {};
}

function checked(reply: TransferReply): Result<TransferReply, TransferFailure> {
  const { status, headers, text } = reply;
  if (status >= 200 && status < 300) return ok(reply);
  const retryAfterMs = 1000 * Number(headers['retry-after'] ?? 0) || 0;
  return fail({ status, code: `HTTP ${status}`, reason: reasonIn(text), ...(retryAfterMs > 0 && { retryAfterMs }) });
}

/** Services put their words into `message` of the only object of the answer, or answer with a page. */
function reasonIn(text: string): string {
  const message = messageIn(jsonOf(text)) ?? text.replace(/<[^>]*>/g, ' ');
  return message.replace(/\s+/g, ' ').trim().slice(0, 300);
}

function messageIn(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  const { message } = body as { readonly message?: unknown };
  if (typeof message === 'string') return message;
  return Object.values(body)
    .map((inner) => messageIn(inner))
    .find((found) => found !== undefined);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The JSON that a success consists of. The caller vouches for its shape, as the API's reference gives it. */
export function jsonIn<T>({ status, text }: TransferReply): Result<T, TransferFailure> {
  const body = jsonOf(text);
  if (typeof body === 'object' && body !== null) return ok(body as T);
  return fail(unexpectedAnswer(`it sent '${reasonIn(text).slice(0, 100)}' instead of JSON`, status));
}
