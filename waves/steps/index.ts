export { ingest } from './ingest.js';
export type { Ingested } from './ingest.js';
export type { Notification, NotificationType, Notifier, StepPorts } from './ports.js';
export { runStep } from './run-step.js';
