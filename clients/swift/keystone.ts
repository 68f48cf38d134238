import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { answerLimitMs } from '../answer-limit.js';
import { noAnswer } from '../transfer/index.js';
import type { SendTransfer, TransferFailure } from '../transfer/index.js';

/** How to sign in to a project. */
export interface KeystoneSettings {
  /** Such as `https://keystone.acme.example:5000/v3`. */
  readonly authUrl: string;
  /** Keystone's `auth` object. It holds a secret: never print it. Source: Identity API v3, 'Authentication and token management'. */
  readonly auth: unknown;
  readonly region: string;
  /** @default public */
  readonly interface?: string;
  /** For the complete answer. @default 25000 */
  readonly answerMs?: number;
}

/** An account of Swift and the right to use it. */
export interface SwiftAccess {
  /** Such as `https://swift.acme.example/v1/AUTH_0123`. */
  readonly storageUrl: string;
  /** A secret. */
  readonly token: string;
}

interface Catalog {
  readonly token?: {
    readonly catalog?: readonly {
      readonly type: string;
      readonly endpoints: readonly {
        readonly interface: string;
        readonly region?: string | null;
        readonly url: string;
      }[];
    }[];
  };
}

/** Gets a token and the address of the project's object store. */
export async function signIn(
  send: SendTransfer,
  { authUrl, auth, region, interface: wanted = 'public', answerMs = answerLimitMs }: KeystoneSettings,
): Promise<Result<SwiftAccess, TransferFailure>> {
  const url = new URL(`${authUrl.replace(/\/+$/, '')}/auth/tokens`);
  const body = Buffer.from(JSON.stringify({ auth }));
  const headers = { 'content-type': 'application/json', 'content-length': String(body.length) };
  const reply = await send({
    method: 'POST',
    origin: url.origin,
    path: url.pathname,
    headers,
    body,
    timeoutMs: answerMs,
  });
  if (!reply.ok) return reply;
  const { status, text } = reply.value;
  const token = reply.value.headers['x-subject-token'];
  if (status !== 201 || token === undefined)
    return fail(noAnswer('credentials', `Keystone at ${authUrl} gave no token (HTTP ${status})`, status));
  const { catalog = [] } = parsed(text).token ?? {};
  const storageUrl = catalog
    .filter(({ type }) => type === 'object-store')
    .flatMap(({ endpoints }) => endpoints)
    .find((endpoint) => endpoint.interface === wanted && endpoint.region === region)?.url;
  if (storageUrl !== undefined) return ok({ token, storageUrl: storageUrl.replace(/\/+$/, '') });
  const reason = `the catalog of Keystone at ${authUrl} has no ${wanted} object-store in region ${region}`;
  return fail(noAnswer('credentials', reason, status));
}

function parsed(text: string): Catalog {
  try {
    return JSON.parse(text) as Catalog;
  } catch {
    return {};
  }
}
