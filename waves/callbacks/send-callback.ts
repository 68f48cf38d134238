import { Webhook } from 'standardwebhooks';
import { Agent, request } from 'undici';
import { verifiedTls } from '../../core/trust/index.js';
import { PrerequisiteError, TransientError } from '../machines/errors.js';
import { resolveOnce } from './resolve-once.js';
import type { ResolveOptions } from './resolve-once.js';

export interface Callback {
  readonly url: string;
  /** The same for every attempt. */
  readonly id: string;
  readonly body: string;
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
 * Posts a signed message once, to an address that was checked. No redirect is followed, because it would lead elsewhere.
 * Throws a TransientError where another attempt may help, and a PrerequisiteError where the receiver wants no more of them
 * (410). Source: Standard Webhooks specification.
 */
export async function sendCallback({ url, id, body }: Callback, options: SendOptions): Promise<void> {
  const { secret, now, signal, ca } = options;
  const { hostname } = new URL(url);
  const { address, family } = await resolveOnce(hostname, options);
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
      method: 'POST',
      dispatcher: agent,
      body,
      headers: {
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
    judge(response.statusCode, hostname);
  } catch (error) {
    if (error instanceof TransientError || error instanceof PrerequisiteError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new TransientError(`The callback to ${hostname} failed: ${reason}`, { cause: error });
  } finally {
    await agent.destroy();
  }
}

function judge(status: number, hostname: string): void {
  if (status >= 200 && status < 300) return;
  if (status === 410) throw new PrerequisiteError(`${hostname} wants no callbacks any more (410).`);
  throw new TransientError(`${hostname} answered the callback with ${status}.`);
}
