import type { PgBoss } from 'pg-boss';
import { diagnostic } from '../../core/diagnostic.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { lastValidation, repeatJob, steerJob } from '../../state/index.js';
import type { State } from '../../state/index.js';
import type { ValidationOrder } from './validation-order.js';

/**
 * Hands the last validation of a table to workers once more, as it was ordered; one that has not ended goes on. Reads and
 * writes the store alone, so that it can be asked for where nobody can reach the engines.
 *
 * @param jobId of the job that moved the table
 */
export async function validateAgain(state: Pick<State, 'db'>, boss: PgBoss, jobId: string): Promise<Result<unknown>> {
  const last = await lastValidation(state, jobId);
  // What was moved anew by another job may lie elsewhere.
  if (last === undefined || (last.payload as ValidationOrder).migrationJobId !== jobId) return fail([neverValidated()]);
  switch (last.status) {
    case 'PENDING':
    case 'RUNNING':
      return ok(undefined);
    case 'PAUSED':
      return await steerJob(state, boss, last.jobId, 'resume');
    case 'FAILED':
    case 'CANCELLED':
      return await steerJob(state, boss, last.jobId, 'retry');
    case 'COMPLETED':
      return await repeatJob(state, boss, last.jobId, () => Promise.resolve());
  }
}

function neverValidated() {
  return diagnostic({
    code: 'validate-again-without-first',
    message:
      'This table has not been validated since it was moved, so the store does not know how to reach both sides.',
    fix: 'Run `aws2openstack validate table NAME`; with --no-wait, workers do it.',
  });
}
