import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { findAssessment, newestJobs, openQueue } from '../../state/index.js';
import type { JobStatus, NewestJob, State } from '../../state/index.js';
import type { JobAction } from './job-actions.js';

/** Which jobs: some by their ids, or all of an assessment that have a status. */
export interface JobSelection {
  readonly assessment_id: string;
  readonly jobs?: readonly string[];
  readonly status?: JobStatus;
}

/** The jobs that an action would change. Of each table, only its newest job that moves it counts. */
export async function jobsToActOn(
  state: State,
  { from }: JobAction,
  { assessment_id: reference, jobs, status }: JobSelection,
): Promise<Result<readonly NewestJob[]>> {
  const found = await findAssessment(state, reference);
  if (!found.ok) return found;
  if ((jobs === undefined) === (status === undefined)) return fail([oneOfBoth()]);
  const statuses = from.filter((each) => status === undefined || each === status);
  return ok(
    await newestJobs(state, { assessmentId: found.value.id, statuses, ...(jobs !== undefined && { ids: jobs }) }),
  );
}

export interface ActedOn {
  readonly done: number;
  /** Jobs that changed meanwhile, or with which it cannot be done. */
  readonly problems: readonly Diagnostic[];
}

export async function actOnJobs(
  state: State,
  { act }: JobAction,
  jobs: readonly NewestJob[],
  onProblem: (problem: unknown) => void,
): Promise<ActedOn> {
  const boss = await openQueue(state, { supervise: false, onProblem });
  const problems: Diagnostic[] = [];
  let done = 0;
  try {
    for (const { id, database, table } of jobs) {
      const acted = await act(state, boss, id);
      if (acted.ok) done += 1;
      else problems.push(...acted.error.map((problem) => ({ ...problem, path: `${database}.${table}` })));
    }
    return { done, problems };
  } finally {
    await boss.stop({ graceful: false });
  }
}

function oneOfBoth(): Diagnostic {
  return diagnostic({
    code: 'job-selection',
    message: 'An action needs either `jobs` or `status`.',
    fix: 'Set `jobs` to a list of ids, or `status` to the status of the jobs to change.',
  });
}
