export type { Concurrency, CutoverRules, Network, Payload, Source, Target, Window } from './payload.js';
export { readPayload } from './read-payload.js';
