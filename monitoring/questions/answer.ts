import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { fail } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { readOnly } from '../../state/store/read-only.js';
import type { State } from '../../state/store/state.js';
import { checkInput } from './check-input.js';
import type { Question } from './question.js';

export interface AnswerOptions {
  /**
   * Of one statement, on a server. A question takes milliseconds; what takes longer must not hold the store.
   * @default 10000
   */
  readonly longestMs?: number;
}

/** SQLSTATE query_canceled. Source: PostgreSQL documentation, appendix A. */
const cancelled = '57014';

/**
 * Checks the input against the question's schema, and asks in a read-only transaction of its own (`readOnly`). Throws the
 * database's errors, which `withState` describes.
 */
export async function answer<Output>(
  state: State,
  question: Question<unknown, Output>,
  input: unknown,
  { longestMs = 10_000 }: AnswerOptions = {},
): Promise<Result<Output>> {
  const checked = checkInput(question, input);
  if (!checked.ok) return checked;
  try {
    return await readOnly(state, { timeoutMs: longestMs }, (reading) => question.ask(reading, checked.value));
  } catch (error) {
    if ((error as { code?: unknown }).code !== cancelled) throw error;
    return fail([tooSlow(question.name, longestMs)]);
  }
}

function tooSlow(question: string, longestMs: number): Diagnostic {
  return diagnostic({
    code: 'question-too-slow',
    path: question,
    message: `${question} took longer than ${longestMs / 1000} s and was cancelled.`,
    fix: 'Narrow the question with a database, a table or a smaller `limit`, or ask again when the server is less busy.',
  });
}
