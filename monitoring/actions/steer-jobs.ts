import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { findAssessment, newestJobs, openQueue, steerableFrom, steerJob } from '../../state/index.js';
import type { JobStatus, NewestJob, State, Steering } from '../../state/index.js';

export const steerings = ['pause', 'resume', 'retry', 'cancel'] as const satisfies readonly Steering[];

/** Which jobs: some by their ids, or all of an assessment that have a status. */
export interface JobSelection {
  readonly assessment_id: string;
  readonly jobs?: readonly string[];
  readonly status?: JobStatus;
}

/** The jobs that `steering` would change. Of each table, only its newest job counts. */
export async function jobsToSteer(
  state: State,
  steering: Steering,
  { assessment_id: reference, jobs, status }: JobSelection,
): Promise<Result<readonly NewestJob[]>> {
  const found = await findAssessment(state, reference);
  if (!found.ok) return found;
  if ((jobs === undefined) === (status === undefined)) return fail([oneOfBoth()]);
  const statuses = steerableFrom(steering).filter((each) => status === undefined || each === status);
  return ok(
    await newestJobs(state, { assessmentId: found.value.id, statuses, ...(jobs !== undefined && { ids: jobs }) }),
  );
}

export interface Steered {
  readonly done: number;
  /** Jobs that changed meanwhile, so that this is no longer possible. */
  readonly problems: readonly Diagnostic[];
}

export async function steerJobs(
  state: State,
  steering: Steering,
  jobs: readonly NewestJob[],
  onProblem: (problem: unknown) => void,
): Promise<Steered> {
  const boss = await openQueue(state, { supervise: false, onProblem });
  const problems: Diagnostic[] = [];
  try {
    for (const { id, database, table } of jobs) {
      const moved = await steerJob(state, boss, id, steering);
      if (!moved.ok) problems.push(...moved.error.map((problem) => ({ ...problem, path: `${database}.${table}` })));
    }
    return { done: jobs.length - problems.length, problems };
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
