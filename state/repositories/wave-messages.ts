import { sql } from 'kysely';
import type { Selectable } from 'kysely';
import type { StateTables } from '../schema/tables.js';
import type { State } from '../store/state.js';
import { storableJson, storableText } from './storable-text.js';

type Db = Pick<State, 'db'>;
export type WaveDeadLetter = Selectable<StateTables['wave_dead_letters']>;

/** Queues messages, all or none. */
export async function addWaveMessages({ db }: Db, bodies: readonly string[]): Promise<void> {
  await sql`
    INSERT INTO wave_messages (body) SELECT jsonb_array_elements_text(${storableJson(bodies)}::jsonb)`.execute(db);
}

/** The outcome for a message: with problems it is a dead letter, of the wave that it names. */
export type Taken = { readonly problems: readonly object[]; readonly wave?: string } | undefined;

/**
 * Takes some messages in, oldest first. All that `take` writes by the state it is given is stored together with the
 * message's removal, so each is taken in once. Returns how many there were.
 */
export async function takeWaveMessages(
  state: State,
  limit: number,
  take: (body: string, state: State) => Promise<Taken>,
): Promise<number> {
  return await state.db.transaction().execute(async (db) => {
    const { rows } = await sql<{ id: string; body: string; received_at: Date }>`
      DELETE FROM wave_messages WHERE id IN (
        SELECT id FROM wave_messages ORDER BY received_at LIMIT ${limit} FOR UPDATE SKIP LOCKED)
      RETURNING id, body, received_at`.execute(db);
    for (const { id, body, received_at } of rows) {
      const refused = await take(body, { ...state, db });
      if (refused === undefined) continue;
      await db
        .insertInto('wave_dead_letters')
        .values({
          id,
          body: storableText(body),
          wave: refused.wave === undefined ? null : storableText(refused.wave),
          problems: storableJson(refused.problems),
          received_at,
        })
        .execute();
    }
    return rows.length;
  });
}

export async function countWaveMessages({ db }: Db): Promise<number> {
  const { count } = await db
    .selectFrom('wave_messages')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return count;
}

export async function waveDeadLetters({ db }: Db): Promise<WaveDeadLetter[]> {
  return await db.selectFrom('wave_dead_letters').selectAll().orderBy('refused_at').orderBy('id').execute();
}
