import { sql } from 'kysely';
import type { State } from '../store/state.js';

/** Stores what the source lists of a job's table, in place of what was stored before. `lines` is compressed. */
export async function storePartitions(
  { db }: Pick<State, 'db'>,
  jobId: string,
  blocks: AsyncIterable<Uint8Array>,
): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    // Another call may store them at the same time.
    await sql`SELECT FROM migration_jobs WHERE id = ${jobId} FOR UPDATE`.execute(transaction);
    await transaction.deleteFrom('migration_partitions').where('migration_job_id', '=', jobId).execute();
    let number = 0;
    for await (const lines of blocks) {
      await transaction.insertInto('migration_partitions').values({ migration_job_id: jobId, number, lines }).execute();
      number += 1;
    }
  });
}

/** Block by block, in their order. */
export async function* readPartitions({ db }: Pick<State, 'db'>, jobId: string): AsyncGenerator<Uint8Array> {
  for (let number = 0; ; number += 1) {
    const row = await db
      .selectFrom('migration_partitions')
      .select('lines')
      .where('migration_job_id', '=', jobId)
      .where('number', '=', number)
      .executeTakeFirst();
    if (row === undefined) return;
    yield row.lines;
  }
}
