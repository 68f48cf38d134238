export { isUtf8Header, textOfHeader } from './header-bytes.js';
export { s3Transfer } from './s3-transfer.js';
export type { S3Body, S3Transfer } from './s3-transfer.js';
export { sha256Of } from './sha256.js';
export { elementIn, elementsIn, xmlText } from './reply-failure.js';
