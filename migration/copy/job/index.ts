export { copiedPhase, copyJob, objectsPart } from './copy-job.js';
export type { CopyJobOptions } from './copy-job.js';
