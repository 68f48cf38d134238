import type { Notification, Notifier } from '../steps/ports.js';
import { sendCallback } from './send-callback.js';
import type { SendOptions } from './send-signed.js';

/** Tells the payload's callbackUrl. A machine without one wants nothing. */
export function callbackNotifier(options: Omit<SendOptions, 'signal'>): Notifier {
  return {
    name: 'callback',
    notify: async ({ callbackUrl, id, ...notification }, signal) => {
      if (callbackUrl === undefined) return;
      await sendCallback({ url: callbackUrl, id, body: bodyOf(notification) }, { ...options, signal });
    },
  };
}

/** Source: Standard Webhooks specification, 'Payload structure'. */
function bodyOf({ type, at, ...data }: Omit<Notification, 'callbackUrl' | 'id'>): string {
  return JSON.stringify({ type, timestamp: at, data });
}
