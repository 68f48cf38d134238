export { callbackNotifier } from './callback-notifier.js';
export { isPublicAddress } from './public-address.js';
export { sendCallback } from './send-callback.js';
export type { SendOptions } from './send-callback.js';
