export { changeRecords, isInSync, readRecords } from './client.js';
export type { FoundRecords, Route53Target } from './client.js';
