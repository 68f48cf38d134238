export { EncryptionKey } from './encryption-key.js';
