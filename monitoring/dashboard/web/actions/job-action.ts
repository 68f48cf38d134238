/** Names of actions on jobs, in the order of their buttons. */
const names = ['pause', 'resume', 'retry', 'cancel', 'validate', 'copy-again'] as const;
export type JobActionName = (typeof names)[number];

export const titles: Readonly<Record<JobActionName, string>> = {
  pause: 'Pause',
  resume: 'Resume',
  retry: 'Retry',
  cancel: 'Cancel',
  validate: 'Validate again',
  'copy-again': 'Copy again',
};

/** Statuses of jobs with which an action can be done, as the server has them. */
const from: Readonly<Record<JobActionName, readonly string[]>> = {
  pause: ['PENDING', 'RUNNING'],
  resume: ['PAUSED'],
  retry: ['FAILED', 'CANCELLED'],
  cancel: ['PENDING', 'RUNNING', 'PAUSED', 'FAILED'],
  validate: ['COMPLETED'],
  'copy-again': ['COMPLETED'],
};

/** The actions on jobs of this status, or of any. */
export function actionsFor(status: string | undefined): readonly JobActionName[] {
  return names.filter((name) => status === undefined || from[name].includes(status));
}
