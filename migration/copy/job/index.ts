export { bottleneckOf } from './bottleneck.js';
export type { Bottleneck } from './bottleneck.js';
export { copiedPhase, copyJob, objectsPart } from './copy-job.js';
export type { CopyJobOptions } from './copy-job.js';
export { discardUploads } from './discard-uploads.js';
export { latestSamples } from './samples.js';
