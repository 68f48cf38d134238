import { sql } from 'kysely';
import type { PgBoss } from 'pg-boss';
import { traceparentOf } from '../../core/span.js';
import { isUuid } from '../repositories/ids.js';
import { isStorable } from '../repositories/storable-text.js';
import type { State } from '../store/state.js';
import { rememberQueue } from './queue.js';
import { sendTickets } from './ticket.js';

export interface WorkOrder {
  readonly jobId: string;
  /** The input of the handler, as JSON. Contains references to secrets, never the secrets. */
  readonly payload: object;
}

/** Jobs in one transaction. */
const batchSize = 1000;

/**
 * Hands PENDING jobs to the workers of a queue: work order and ticket in one transaction. Can be called concurrently and
 * again after a crash: the first work order of a job stays. Jobs that do not exist are ignored. Returns the ids of the
 * jobs that this call enqueued. Throws when the queue does not exist and, before it enqueues any job, when a payload has a
 * text that PostgreSQL cannot store: it is never changed. The spans of the jobs will belong to the trace of the active one.
 */
export async function enqueueJobs(
  { db }: Pick<State, 'db'>,
  boss: PgBoss,
  queue: string,
  orders: readonly WorkOrder[],
): Promise<readonly string[]> {
  const refused = orders.filter(({ payload }) => !isStorable(payload)).map(({ jobId }) => jobId);
  if (refused.length > 0)
    throw new Error(
      `The payload of the job ${refused.join(', ')} contains NUL or an unpaired surrogate, which PostgreSQL cannot store; no job was enqueued.`,
    );
  const known = orders.filter(({ jobId }) => isUuid(jobId));
  await rememberQueue(boss, queue);
  const enqueued: string[] = [];
  for (let start = 0; start < known.length; start += batchSize) {
    const batch = known.slice(start, start + batchSize).map(({ jobId, payload }) => ({ id: jobId, payload }));
    await db.transaction().execute(async (transaction) => {
      const { rows } = await sql<{ id: string }>`
        INSERT INTO migration_work_orders (migration_job_id, queue, payload, traceparent)
        SELECT job.id, ${queue}, work.payload, ${traceparentOf() ?? null}
        FROM json_to_recordset(${JSON.stringify(batch)}::text::json) AS work (id uuid, payload jsonb)
        JOIN migration_jobs job ON job.id = work.id
        WHERE job.status = 'PENDING'
        -- Two that enqueue the same jobs must not wait for one another.
        ORDER BY job.id
        ON CONFLICT DO NOTHING
        RETURNING migration_job_id AS id`.execute(transaction);
      const ids = rows.map(({ id }) => id);
      await sendTickets(boss, transaction, queue, ids);
      enqueued.push(...ids);
    });
  }
  return enqueued;
}

/**
 * Creates tickets for jobs that are PENDING or RUNNING and have none, for example after the queue was emptied. Returns
 * how many jobs lacked one.
 */
export async function requeueLost({ db }: Pick<State, 'db'>, boss: PgBoss, queue: string): Promise<number> {
  for (let found = 0; ;) {
    const count = await db.transaction().execute(async (transaction) => {
      // The conditions on the ticket are those of pg-boss's index for the policy.
      const { rows } = await sql<{ id: string }>`
        SELECT job.id FROM migration_jobs job JOIN migration_work_orders work ON work.migration_job_id = job.id
        WHERE work.queue = ${queue} AND job.status IN ('PENDING', 'RUNNING') AND NOT EXISTS (
          SELECT 1 FROM pgboss.job ticket
          WHERE ticket.name = ${queue} AND coalesce(ticket.singleton_key, '') = job.id::text
            AND ticket.state <= 'active' AND ticket.policy = 'exclusive')
        ORDER BY job.id LIMIT ${batchSize}
        FOR UPDATE OF job SKIP LOCKED`.execute(transaction);
      await sendTickets(
        boss,
        transaction,
        queue,
        rows.map(({ id }) => id),
      );
      return rows.length;
    });
    found += count;
    if (count < batchSize) return found;
  }
}
