export type { CmdbRecord, CutoverRules, DnsNames, Payload } from './payload.js';
export { readPayload } from './read-payload.js';
