import { setTimeout as delay } from 'node:timers/promises';
import { TransientError } from '../../machines/errors.js';

const maxAttempts = 20;

/**
 * Tries a write until no other writer was quicker; `false` says that one was. The pauses are random and get longer, up to
 * `longestDelayMs`. Throws a TransientError after 20 attempts.
 */
export async function untilUnbeaten<T extends string>(
  migrationId: string,
  longestDelayMs: number,
  attempt: () => Promise<T | false>,
): Promise<T> {
  for (let number = 1; number <= maxAttempts; number += 1) {
    const answer = await attempt();
    if (answer !== false) return answer;
    await delay(Math.random() * longestDelayMs * Math.min(1, number / 10));
  }
  throw new TransientError(`${migrationId} is being written by too many others at the same time.`);
}
