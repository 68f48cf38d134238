import { setTimeout as sleep } from 'node:timers/promises';
import type { Result } from '../../core/result.js';
import { mayAskAgain, silenceLimitMs } from '../answer-limit.js';
import { attemptsWorth } from './failure.js';
import type { TransferFailure } from './failure.js';

export interface Retries {
  /** Of a request that a later attempt may answer. */
  readonly attempts: number;
  /** Before the second attempt, at most; doubled each time. */
  readonly firstDelayMs: number;
  readonly longestDelayMs: number;
  /**
   * How long to ask a server that does not answer in time, all attempts together.
   * @default as long as there are attempts
   */
  readonly silenceMs?: number;
}

/** Of jobs, which have time. */
export const defaultRetries: Retries = { attempts: 8, firstDelayMs: 200, longestDelayMs: 20_000 };
/** Of commands that somebody waits for. */
export const commandRetries: Retries = { ...defaultRetries, silenceMs: silenceLimitMs };

/** Repeats work while its failures pass, with pauses of random length, so that many workers do not come back together. */
export async function withRetries<T>(
  work: () => Promise<Result<T, TransferFailure>>,
  { attempts, firstDelayMs, longestDelayMs, silenceMs }: Retries,
  signal: AbortSignal,
): Promise<Result<T, TransferFailure>> {
  const startedAt = performance.now();
  for (let attempt = 1; ; attempt += 1) {
    const attemptStartedAt = performance.now();
    const result = await work();
    if (result.ok || attempt >= attemptsFor(result.error, attempts) || signal.aborted) return result;
    if (
      result.error.code === 'timeout' &&
      silenceMs !== undefined &&
      !mayAskAgain(startedAt, attemptStartedAt, silenceMs)
    )
      return result;
    const { retryAfterMs = 0 } = result.error;
    const longest = Math.min(longestDelayMs, firstDelayMs * 2 ** (attempt - 1));
    const delay = Math.min(longestDelayMs, retryAfterMs) + Math.random() * longest;
    // An interrupted wait ends with the failure that led to it.
    const waited = await sleep(delay, true, { signal }).catch(() => false);
    if (!waited) return result;
  }
}

function attemptsFor(failure: TransferFailure, many: number): number {
  return { many, two: 2, one: 1 }[attemptsWorth(failure)];
}
