export { checkNames } from './check-names.js';
export { designate } from './designate.js';
export { dnsMemoryOf } from './dns-memory.js';
export type { DnsService } from './dns-service.js';
export { moveRecords } from './move-records.js';
export { canonicalName } from './records.js';
export type { RecordContent, RecordKey } from './records.js';
export { restoreRecords } from './restore-records.js';
export { route53 } from './route53.js';
