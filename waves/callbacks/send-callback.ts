import { PrerequisiteError, TransientError } from '../machines/errors.js';
import { sendSigned } from './send-signed.js';
import type { SendOptions, SignedMessage } from './send-signed.js';

export type Callback = Pick<SignedMessage, 'url' | 'id' | 'body'>;

/**
 * Posts a signed message once. Throws a TransientError where another attempt may help, and a PrerequisiteError where the
 * receiver wants no more of them (410).
 */
export async function sendCallback(callback: Callback, options: SendOptions): Promise<void> {
  const { status, host } = await sendSigned(callback, options);
  if (status >= 200 && status < 300) return;
  if (status === 410) throw new PrerequisiteError(`${host} wants no callbacks any more (410).`);
  throw new TransientError(`${host} answered the callback with ${status}.`);
}
