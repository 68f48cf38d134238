export { ingest } from './ingest.js';
export type { Notification, StepPorts } from './ports.js';
export { runStep } from './run-step.js';
