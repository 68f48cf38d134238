import { messagesAndFixes } from '../../core/diagnostic.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { findJob, JobInterrupted, storeValidation } from '../../state/index.js';
import type { JobFailure, JobHandler, State } from '../../state/index.js';
import type { Sides } from '../engines/sides.js';
import { validateTable } from '../table/validate-table.js';
import { withFilesOfEmptyTable } from './empty-table.js';
import { newResults } from './new-results.js';
import { withSourceChange } from './source-change.js';
import type { SourceWatch } from './source-change.js';
import type { ValidationOrder } from './validation-order.js';

export interface ValidationJobOptions {
  readonly state: Pick<State, 'db'>;
  readonly open: (order: ValidationOrder) => Promise<Result<Sides>>;
  /** Of sources without snapshots: before the checks and after them. @default nobody looks */
  readonly watch?: SourceWatch;
}

/**
 * Validates a table and stores its results, once: a worker that is killed leaves none, or all, and then the next attempt
 * adds nothing. The job is done when the checks are, whatever they found.
 */
export function validationJob({ state, open, watch }: ValidationJobOptions): JobHandler {
  return async ({ job, payload, signal, log }) => {
    const order = payload as ValidationOrder;
    const { runId, migrationJobId, pair } = order;
    const moved = await findJob(state, migrationJobId);
    if (moved?.status !== 'COMPLETED') return fail(notMoved(moved?.status ?? 'gone'));
    const sides = await open(order);
    if (!sides.ok) return fail({ kind: 'retry', reason: messagesAndFixes(sides.error) });
    const look = async () =>
      watch === undefined || pair.isIceberg === true ? [] : [await watch(migrationJobId, signal)];
    const before = await look();
    const validated = await validateTable(pair, { ...order, signal }, sides.value);
    const looks = [...before, ...(await look())];
    const results = withFilesOfEmptyTable(withSourceChange(validated.results, looks), looks);
    // Queries that were cancelled are checks that failed.
    signal.throwIfAborted();
    const stored = await storeValidation(
      state,
      job,
      moved,
      newResults({ ...validated, results }, { migrationJobId, runId, sides: sides.value }),
    );
    if (!stored.ok) throw new JobInterrupted('lost');
    if (stored.value === 'moved-again') return fail(movedMeanwhile);
    for (const { check, status, difference } of results)
      if (status !== 'passed') log(`${check} ${status}${difference === null ? '' : `: ${difference}`}`);
    return ok(undefined);
  };
}

const movedMeanwhile: JobFailure = {
  kind: 'wait',
  reason: 'The table was moved again while it was validated: what was found tells nothing of it as it is now.',
};

function notMoved(status: string): JobFailure {
  if (status === 'PENDING' || status === 'RUNNING')
    return { kind: 'wait', reason: 'The table is being moved again; it is validated when that is done.' };
  const reason = `The job that moves the table is ${status}: bring it to its end, then validate the table again.`;
  return { kind: 'stop', reason };
}
