export { changeRecords, isInSync, readRecords } from './client.js';
export type { FoundRecords, Route53Change, Route53Records, Route53Target } from './client.js';
