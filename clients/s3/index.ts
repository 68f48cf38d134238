export { s3Client } from './client.js';
export { configuredRegion } from './configured-region.js';
export { s3Diagnostic } from './diagnostics.js';
export { inTime } from './in-time.js';
export { awsClientSettings, boundedBy } from './target.js';
export type { S3Target } from './target.js';
