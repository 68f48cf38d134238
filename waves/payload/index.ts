export type { CutoverRules, Payload } from './payload.js';
export { readPayload } from './read-payload.js';
