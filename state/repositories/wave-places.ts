import { sql } from 'kysely';
import type { State } from '../store/state.js';

/** One of `limit` places of a pool, for who holds the machine; `taken` again where it has one already. */
export async function takeWavePlace(
  { db }: Pick<State, 'db'>,
  pool: string,
  { migrationId, fence }: { readonly migrationId: string; readonly fence: number },
  limit: number,
): Promise<'taken' | 'full' | 'fenced'> {
  return await db.transaction().execute(async (transaction) => {
    // A worker that takes the machine over, and gives its place back, waits for this.
    const held = await sql`
      SELECT migration_id FROM wave_machines WHERE migration_id = ${migrationId} AND fence = ${fence}::bigint
      FOR SHARE`.execute(transaction);
    if (held.rows.length === 0) return 'fenced';
    // Two that count at the same time would both see the last place.
    await sql`SELECT pg_advisory_xact_lock(hashtext(${`aws2openstack waves ${pool}`}))`.execute(transaction);
    const holders = await transaction
      .selectFrom('wave_places')
      .select('migration_id')
      .where('pool', '=', pool)
      .execute();
    if (holders.some(({ migration_id }) => migration_id === migrationId)) return 'taken';
    if (holders.length >= limit) return 'full';
    await transaction.insertInto('wave_places').values({ pool, migration_id: migrationId }).execute();
    return 'taken';
  });
}

export async function releaseWavePlace({ db }: Pick<State, 'db'>, pool: string, migrationId: string): Promise<void> {
  await db.deleteFrom('wave_places').where('pool', '=', pool).where('migration_id', '=', migrationId).execute();
}
