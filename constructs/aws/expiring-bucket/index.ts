export { ExpiringBucket } from './expiring-bucket.js';
