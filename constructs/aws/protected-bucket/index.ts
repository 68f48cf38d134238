export { ProtectedBucket } from './protected-bucket.js';
