import { sql } from 'kysely';
import type { State } from '../store/state.js';

/**
 * Seconds until jobs may be taken whose next attempt has a time, by their ids. Empty for a role that may not see the queue.
 */
export async function nextAttempts(
  { db }: Pick<State, 'db'>,
  queue: string,
  jobIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  if (jobIds.length === 0 || !(await maySeeQueue({ db }))) return new Map();
  const { rows } = await sql<{ id: string; seconds: number }>`
    SELECT singleton_key AS id, extract(epoch FROM start_after - now())::double precision AS seconds FROM pgboss.job
    WHERE name = ${queue} AND singleton_key = ANY(${jobIds}::text[]) AND state < 'active' AND start_after > now()`.execute(
    db,
  );
  return new Map(rows.map(({ id, seconds }) => [id, seconds]));
}

async function maySeeQueue({ db }: Pick<State, 'db'>): Promise<boolean> {
  const { rows } = await sql<{ may: boolean }>`
    SELECT CASE WHEN has_schema_privilege('pgboss', 'USAGE') THEN has_table_privilege('pgboss.job', 'SELECT') ELSE false END
      AS may`.execute(db);
  return rows[0]?.may ?? false;
}
