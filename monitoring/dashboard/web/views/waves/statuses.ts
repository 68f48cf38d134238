import type { Answers } from '../../api/answers.js';

export type MachineStatus = Answers['list_wave_machines']['items'][number]['status'];

/** In the order in which a machine has them. */
export const statuses = [
  'PENDING',
  'VALIDATING',
  'PREPARING',
  'REPLICATING',
  'TESTING',
  'READY',
  'CUTTING_OVER',
  'CUT_OVER',
  'FINALIZING',
  'FINALIZED',
  'ROLLING_BACK',
  'ROLLED_BACK',
  'ROLLBACK_FAILED',
  'REJECTED',
  'NEEDS_ATTENTION',
] as const satisfies readonly MachineStatus[];

/** As the server counts them. */
export const attentionStatuses: readonly MachineStatus[] = ['ROLLBACK_FAILED', 'NEEDS_ATTENTION'];
export const notMovedStatuses: readonly MachineStatus[] = ['REJECTED', 'ROLLED_BACK'];
