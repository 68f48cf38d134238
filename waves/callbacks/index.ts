export { callbackNotifier } from './callback-notifier.js';
export { isPublicAddress, isPublicOrPrivateAddress } from './public-address.js';
export { sendCallback } from './send-callback.js';
export type { SendOptions } from './send-signed.js';
