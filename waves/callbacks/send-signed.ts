import { Webhook } from 'standardwebhooks';
import { Agent, request } from 'undici';
import { verifiedTls } from '../../core/trust/index.js';
import { TransientError } from '../machines/errors.js';
import { resolveOnce } from './resolve-once.js';
import type { ResolveOptions } from './resolve-once.js';

export interface SignedMessage {
  readonly url: string;
  /** The same for every attempt. */
  readonly id: string;
  readonly body: string;
  /** @default POST */
  readonly method?: 'POST' | 'PUT' | 'PATCH';
  /** Besides those of the signature; names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  /** For messages. @default The callback */
  readonly what?: string;
}

export interface SendOptions extends ResolveOptions {
  /** `whsec_` and base64. */
  readonly secret: string;
  readonly now: () => Date;
  readonly signal: AbortSignal;
  /** Certificate authorities besides those of the system; PEM. */
  readonly ca?: string;
}

const timeLimitMs = 10_000;
const maxAnswerBytes = 16_384;

/**
 * Sends a signed message once, to an address that was checked. No redirect is followed, because it would lead elsewhere.
 * Throws a TransientError when there is no answer. Source: Standard Webhooks specification.
 */
export async function sendSigned(
  { url, id, body, method = 'POST', headers = {}, what = 'The callback' }: SignedMessage,
  options: SendOptions,
): Promise<{ readonly status: number; readonly host: string }> {
  const { secret, now, signal, ca } = options;
  const { hostname } = new URL(url);
  const { address, family } = await resolveOnce(hostname, options, what);
  const timestamp = now();
  const agent = new Agent({
    connect: {
      ...verifiedTls({ ca }),
      lookup: (_host, { all }, done) => {
        if (all === true) done(null, [{ address, family }]);
        else done(null, address, family);
      },
    },
  });
  try {
    const response = await request(url, {
      method,
      dispatcher: agent,
      body,
      headers: {
        ...headers,
        'content-type': 'application/json',
        'user-agent': 'aws2openstack',
        'webhook-id': id,
        'webhook-timestamp': String(Math.floor(timestamp.getTime() / 1000)),
        'webhook-signature': new Webhook(secret).sign(id, timestamp, body),
      },
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeLimitMs)]),
    });
    // What it answers besides does not matter, and may be endless.
    await response.body.dump({ limit: maxAnswerBytes }).catch(() => undefined);
    return { status: response.statusCode, host: hostname };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new TransientError(`${what} to ${hostname} failed: ${reason}`, { cause: error });
  } finally {
    await agent.destroy();
  }
}
