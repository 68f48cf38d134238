export { signerFrom } from './sign.js';
export type { Sign } from './sign.js';
export { verifySignature } from './verify.js';
export type { Signer, TrustedSigners } from './verify.js';
