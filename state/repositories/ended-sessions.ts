import { sql } from 'kysely';
import type { State } from '../store/state.js';

/** Sessions of the dashboard that were ended before their time. */
export interface EndedSessions {
  /** SHA-256, in hexadecimal, of what names the session or the person. */
  readonly subject_sha256: string;
  readonly ended_at: Date;
  /** Afterwards none of them would be valid anyway. */
  readonly expires_at: Date;
}

/** Also removes what has expired. */
export async function endSessions({ db }: Pick<State, 'db'>, ended: EndedSessions): Promise<void> {
  await sql`DELETE FROM ended_sessions WHERE expires_at < now()`.execute(db);
  await db
    .insertInto('ended_sessions')
    .values(ended)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Those that have not expired: a few, because a session lasts hours. */
export async function endedSessions({ db }: Pick<State, 'db'>): Promise<readonly EndedSessions[]> {
  const { rows } = await sql<EndedSessions>`SELECT * FROM ended_sessions WHERE expires_at > now()`.execute(db);
  return rows;
}
