import type { State } from '../store/state.js';

/** What a job's handler works from; `undefined` before the job was enqueued. */
export async function findWorkOrder(
  { db }: Pick<State, 'db'>,
  jobId: string,
): Promise<{ readonly queue: string; readonly payload: object } | undefined> {
  return await db
    .selectFrom('migration_work_orders')
    .select(['queue', 'payload'])
    .where('migration_job_id', '=', jobId)
    .executeTakeFirst();
}
