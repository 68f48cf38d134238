import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { statusWords, tableJobs } from '../../state/index.js';
import type { JobFailure, State } from '../../state/index.js';
import { copiedPhase, objectsPart } from '../copy/job/index.js';
import type { Need } from './table-order.js';

/** Whether everything that a table needs is done; otherwise whether to wait for it, or for a person. */
export async function needsMet(
  state: Pick<State, 'db'>,
  assessmentId: string,
  needs: readonly Need[],
): Promise<Result<void, JobFailure>> {
  const waiting: string[] = [];
  for (const { database, table, until } of needs) {
    const jobs = await tableJobs(state, { assessmentId, database, table, part: objectsPart });
    const name = `${database}.${table}`;
    const isMet = jobs.some(
      ({ status, phase }) => status === 'COMPLETED' || (until === 'copied' && phase === copiedPhase),
    );
    if (isMet) continue;
    const [newest] = jobs;
    const isUnderWay = newest?.status === 'PENDING' || newest?.status === 'RUNNING';
    if (!isUnderWay)
      return fail({
        kind: 'block',
        reason: `It needs ${name}, ${newest === undefined ? 'which has no job in this run: start it with aws2openstack migrate start' : `which is ${statusWords[newest.status]}: aws2openstack migrate status shows why`}. Then run aws2openstack migrate resume.`,
      });
    waiting.push(name);
  }
  if (waiting.length === 0) return ok(undefined);
  const shown = waiting.slice(0, 3).join(', ') + (waiting.length > 3 ? ` and ${waiting.length - 3} more` : '');
  return fail({ kind: 'wait', reason: `Waiting for ${shown}.` });
}
