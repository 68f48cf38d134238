import { sql } from 'kysely';
import type { State } from '../store/state.js';

/** The work order of a job's handler; `undefined` before the job was enqueued. */
export async function findWorkOrder(
  { db }: Pick<State, 'db'>,
  jobId: string,
): Promise<
  | {
      readonly queue: string;
      readonly payload: object;
      /** Of the span that handed it over. */
      readonly traceparent: string | null;
    }
  | undefined
> {
  return await db
    .selectFrom('migration_work_orders')
    .select(['queue', 'payload', 'traceparent'])
    .where('migration_job_id', '=', jobId)
    .executeTakeFirst();
}

/** The payloads of these jobs that were enqueued, by the job's id. */
export async function workOrders(
  { db }: Pick<State, 'db'>,
  jobIds: readonly string[],
): Promise<ReadonlyMap<string, object>> {
  const { rows } = await sql<{ id: string; payload: object }>`
    SELECT migration_job_id AS id, payload FROM migration_work_orders
    WHERE migration_job_id = ANY(${jobIds}::uuid[])`.execute(db);
  return new Map(rows.map(({ id, payload }) => [id, payload]));
}
