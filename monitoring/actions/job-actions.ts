import type { PgBoss } from 'pg-boss';
import type { Result } from '../../core/result.js';
import { copyTableAgain } from '../../migration/resync/index.js';
import { steerableFrom, steerJob } from '../../state/index.js';
import type { JobStatus, State, Steering } from '../../state/index.js';
import { validateAgain } from '../../validation/run/index.js';

/** Something that people do with jobs that move tables. */
export interface JobAction {
  readonly name: string;
  readonly summary: string;
  /** Statuses of jobs with which it can be done. */
  readonly from: readonly JobStatus[];
  readonly act: (state: State, boss: PgBoss, jobId: string) => Promise<Result<unknown>>;
}

export const jobActions: readonly JobAction[] = [
  steering('pause', 'Let tables rest: their workers end at the next checkpoint'),
  steering('resume', 'Go on with tables that were paused, or wait for a person'),
  steering('retry', 'Try tables again that failed or were cancelled'),
  steering('cancel', 'Give tables up; what was copied stays'),
  {
    name: 'copy-again',
    summary: 'Copy all objects of tables once more as the source has them by now, and register the tables again',
    from: ['COMPLETED'],
    act: copyTableAgain,
  },
  {
    name: 'validate',
    summary: 'Validate tables once more, with the settings of their last validation',
    from: ['COMPLETED'],
    act: validateAgain,
  },
];

function steering(name: Steering, summary: string): JobAction {
  return {
    name,
    summary,
    from: steerableFrom(name),
    act: (state, boss, jobId) => steerJob(state, boss, jobId, name),
  };
}
