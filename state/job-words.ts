import type { AttemptEnd } from './queue/attempt.js';
import type { JobStatus } from './schema/tables.js';

/** The status of a job, as every command names it to people. */
export const statusWords: Readonly<Record<JobStatus, string>> = {
  PENDING: 'waiting',
  RUNNING: 'running',
  PAUSED: 'paused',
  COMPLETED: 'done',
  FAILED: 'failed',
  CANCELLED: 'cancelled',
};

/** How an attempt ended: the status that its job has by then, and why. */
export const endWords: Readonly<Record<AttemptEnd, string>> = {
  completed: 'done',
  retried: 'waiting for another attempt',
  waiting: 'waiting',
  failed: 'failed',
  blocked: 'paused until a person acts',
  paused: 'paused',
  cancelled: 'cancelled',
  lost: 'lost to another worker',
  'given-back': 'given back',
  'passed-over': 'passed over',
};
