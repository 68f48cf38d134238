export { GeneratedSecret } from './generated-secret.js';
export type { SecretSource } from './generated-secret.js';
