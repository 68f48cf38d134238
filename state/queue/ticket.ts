import { sql } from 'kysely';
import type { Transaction } from 'kysely';
import { fromKysely } from 'pg-boss';
import type { CommandResponse, PgBoss } from 'pg-boss';
import type { JobStatus, StateTables } from '../schema/tables.js';
import type { State } from '../store/state.js';

/**
 * A job of pg-boss, which only says that a job of the store waits for a worker. While the store's job is PENDING or
 * RUNNING, it has exactly one queued or claimed ticket: a ticket changes only in a transaction that has locked the job.
 */
export interface Ticket {
  readonly id: string;
  readonly queue: string;
  /** Identifies the claim: after another worker has claimed the ticket, this one can neither renew nor settle it. */
  readonly retryCount: number;
  readonly jobId: string;
  /** The claim expires when it is not renewed for this long, by the database's clock. */
  readonly leaseSeconds: number;
}

interface TicketData {
  readonly jobId: string;
}

/** Claims up to `limit` tickets. */
export async function claimTickets(boss: PgBoss, queue: string, limit: number): Promise<readonly Ticket[]> {
  const claimed = await boss.fetch<TicketData>(queue, { batchSize: limit });
  return claimed.map(({ id, retryCount, data, heartbeatSeconds, expireInSeconds }) => ({
    id,
    queue,
    retryCount,
    jobId: data.jobId,
    leaseSeconds: heartbeatSeconds ?? expireInSeconds,
  }));
}

/** Renews the lease of a claim; returns whether the claim was still valid. */
export async function keepTicket(
  boss: PgBoss,
  { queue, id, retryCount }: Ticket,
  transaction?: Transaction<StateTables>,
): Promise<boolean> {
  const kept = await boss.touch(
    queue,
    { id, retryCount },
    transaction === undefined ? {} : { db: fromKysely(transaction) },
  );
  return wasHeld(kept);
}

/** pg-boss returns the number of jobs that it changed, which its type does not declare. Source: `manager.ts`, 12.35. */
function wasHeld(response: CommandResponse): boolean {
  return (response as { readonly affected: number }).affected === 1;
}

/** Creates missing tickets: a job that has one gets no second. */
export async function sendTickets(
  boss: PgBoss,
  transaction: Transaction<StateTables>,
  queue: string,
  jobIds: readonly string[],
): Promise<void> {
  if (jobIds.length === 0) return;
  const tickets = jobIds.map((jobId) => ({ singletonKey: jobId, data: { jobId } satisfies TicketData }));
  await boss.insert(queue, tickets, { db: fromKysely(transaction) });
}

/** Ends the ticket of a job that no worker should take any more. */
export async function endTicket(
  boss: PgBoss,
  transaction: Transaction<StateTables>,
  { queue, id, retryCount }: Ticket,
): Promise<void> {
  await boss.complete(queue, { id, retryCount }, null, { db: fromKysely(transaction) });
}

/** Lets the next worker take it after `delaySeconds`, without losing its place. */
export async function putBack(
  boss: PgBoss,
  transaction: Transaction<StateTables>,
  { queue, id, retryCount }: Ticket,
  delaySeconds: number,
): Promise<void> {
  const db = fromKysely(transaction);
  // Otherwise the claim was lost, and the ticket is queued already or belongs to another worker.
  if (!wasHeld(await boss.cancel(queue, { id, retryCount }, { db }))) return;
  await boss.resume(queue, id, { db });
  if (delaySeconds > 0) await boss.update(queue, undefined, { id, startAfter: delaySeconds, db });
}

/** Lets the next worker take a job now that waits for the time of its next attempt; returns whether it did. */
export async function makeDue(
  boss: PgBoss,
  transaction: Transaction<StateTables>,
  queue: string,
  jobId: string,
): Promise<boolean> {
  const db = fromKysely(transaction);
  const now = new Date();
  const delayed = (await boss.findJobs(queue, { key: jobId, queued: true, db })).filter(
    ({ startAfter }) => startAfter > now,
  );
  for (const { id } of delayed) await boss.update(queue, undefined, { id, startAfter: now, db });
  return delayed.length > 0;
}

/** Removes unclaimed tickets from the queue. */
export async function withdrawTickets(
  boss: PgBoss,
  transaction: Transaction<StateTables>,
  queue: string,
  jobId: string,
): Promise<void> {
  const db = fromKysely(transaction);
  const waiting = await boss.findJobs(queue, { key: jobId, queued: true, db });
  if (waiting.length > 0)
    await boss.cancel(
      queue,
      waiting.map(({ id }) => id),
      { db },
    );
}

/** Whether a worker may take a job with this status. */
export function isOpen(status: JobStatus): boolean {
  return status === 'PENDING' || status === 'RUNNING';
}

/** Ends a ticket that its holder no longer needs, or puts it back when its job still waits for a worker. */
export async function returnTicket({ db }: Pick<State, 'db'>, boss: PgBoss, ticket: Ticket): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    const { rows } = await sql<{ status: JobStatus }>`
      SELECT status FROM migration_jobs WHERE id = ${ticket.jobId} FOR UPDATE`.execute(transaction);
    const [job] = rows;
    if (job !== undefined && isOpen(job.status)) await putBack(boss, transaction, ticket, 0);
    else await endTicket(boss, transaction, ticket);
  });
}
