export { streamEngine } from './stream-engine.js';
export type { StreamEngineOptions } from './stream-engine.js';
export { s3PartRules } from './plan-parts.js';
