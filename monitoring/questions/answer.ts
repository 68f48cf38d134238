import { sql } from 'kysely';
import type { Result } from '../../core/result.js';
import type { State } from '../../state/store/state.js';
import { checkInput } from './check-input.js';
import type { Question } from './question.js';

/** A question takes milliseconds; what takes longer must not hold the store. */
const longestMs = 10_000;

/**
 * Checks the input against the question's schema, and asks in a transaction of its own, which sees one state of the store,
 * cannot write, and ends after 10 s. Throws the database's errors, which `withState` describes.
 */
export async function answer<Output>(
  state: Pick<State, 'db'>,
  question: Question<unknown, Output>,
  input: unknown,
): Promise<Result<Output>> {
  const checked = checkInput(question, input);
  if (!checked.ok) return checked;
  return await state.db.transaction().execute(async (db) => {
    await sql`SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY`.execute(db);
    // A query: after the first one, nothing can make the transaction writable again.
    await sql`SELECT set_config('statement_timeout', ${String(longestMs)}, true)`.execute(db);
    return await question.ask({ db }, checked.value);
  });
}
