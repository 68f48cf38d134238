import type { PgBoss } from 'pg-boss';
import { createJobs, enqueueJobs, storePartitions, storeRun, tableIds, unorderedJobs } from '../../state/index.js';
import type { State, WorkOrder } from '../../state/index.js';
import type { ListPartitions } from '../register/index.js';
import type { RunConnections } from './connections.js';
import { partitionBlocks } from './partition-blocks.js';
import type { RunLimits } from './run-limits.js';
import { tableQueue } from './table-job.js';
import type { NewJob } from './table-order.js';

export interface NewRunOptions {
  readonly assessmentId: string;
  readonly planSha256: string;
  readonly connections: RunConnections;
  readonly limits: RunLimits;
  readonly jobs: readonly NewJob[];
  readonly listPartitions: ListPartitions;
}

export interface StartedRun {
  /** Jobs that this call has handed to workers. */
  readonly started: number;
  /** Tables that had an unfinished job, or are done. */
  readonly before: number;
}

/**
 * Stores the run and hands its jobs to the workers. Can be repeated: what is under way goes on as it is, what has ended well
 * is not done again. `undefined` where the assessment has a run of another Plan.
 */
export async function startRun(
  state: State,
  boss: PgBoss,
  { assessmentId, planSha256, connections, limits, jobs, listPartitions }: NewRunOptions,
): Promise<StartedRun | undefined> {
  if (!(await storeRun(state, { assessmentId, planSha256, connections, limits }))) return undefined;
  const ids = await tableIds(state, assessmentId);
  const idOf = (job: NewJob): string => {
    const id = ids.get(JSON.stringify([job.database, job.table]));
    if (id === undefined) throw new Error(`Bug: the stored assessment does not have ${job.key}.`);
    return id;
  };
  let started = 0;
  for (const jobType of ['COPY', 'CONVERT'] as const) {
    const byTable = new Map(jobs.filter((job) => job.jobType === jobType).map((job) => [idOf(job), job]));
    const planned = await createJobs(state, { assessmentId, tableIds: [...byTable.keys()], jobType, once: true });
    // An earlier call may have ended before it handed them over.
    const unordered = await unorderedJobs(
      state,
      planned.map(({ id }) => id),
    );
    const jobOf = new Map(planned.filter(({ id }) => unordered.has(id)).map(({ id, table_id }) => [table_id, id]));
    const orders: WorkOrder[] = [];
    // In the order in which workers should take them.
    for (const [tableId, job] of byTable) {
      const jobId = jobOf.get(tableId);
      if (jobId === undefined) continue;
      const isListed = job.order.entries.some(
        ({ partitionsBy }) => partitionsBy === 'statement' || partitionsBy === 'partition-file',
      );
      if (isListed) await storePartitions(state, jobId, partitionBlocks(listPartitions(job)));
      orders.push({ jobId, payload: job.order });
    }
    started += (await enqueueJobs(state, boss, tableQueue, orders)).length;
  }
  return { started, before: jobs.length - started };
}
