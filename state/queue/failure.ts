import { inspect } from 'node:util';
import type { JobFailure } from './handler.js';

export interface RetryPolicy {
  /** Consecutive failed attempts after which the job is FAILED. */
  readonly limit: number;
  /** Delay before the second attempt; doubled for each further attempt. */
  readonly delaySeconds: number;
  readonly maxDelaySeconds: number;
}

export const defaultRetryPolicy: RetryPolicy = { limit: 6, delaySeconds: 5, maxDelaySeconds: 300 };

/** The next status of a job whose attempt failed. */
export type AfterFailure =
  | { readonly to: 'PENDING'; readonly failures: number; readonly delaySeconds: number }
  | { readonly to: 'FAILED' | 'PAUSED'; readonly failures: number };

/**
 * `failuresBefore` counts the attempts that failed since a part last reached a new phase; `random` is in [0, 1) and
 * shortens the delay by up to half, so that jobs that failed together are not retried together.
 */
export function afterFailure(
  { kind }: JobFailure,
  failuresBefore: number,
  policy: RetryPolicy,
  random: number,
): AfterFailure {
  const failures = failuresBefore + 1;
  if (kind === 'block') return { to: 'PAUSED', failures };
  if (kind === 'stop' || failures >= policy.limit) return { to: 'FAILED', failures };
  const full = Math.min(policy.maxDelaySeconds, policy.delaySeconds * 2 ** (failures - 1));
  return { to: 'PENDING', failures, delaySeconds: full * (1 - random / 2) };
}

/** What a handler threw, with its causes. */
export function thrownFailure(error: unknown): JobFailure {
  const texts: string[] = [];
  let cause = error;
  do {
    texts.push(textOf(cause));
    cause = cause instanceof Error ? cause.cause : undefined;
  } while (cause !== undefined && texts.length < maxCauses);
  return { kind: 'retry', reason: texts.join('\n  caused by ') };
}

function textOf(thrown: unknown): string {
  if (thrown instanceof Error) return thrown.name === 'Error' ? thrown.message : `${thrown.name}: ${thrown.message}`;
  return typeof thrown === 'string' ? thrown : inspect(thrown);
}

const maxCauses = 5;

/** No heartbeat of the worker that held the job reached the database in time. */
export const vanished: JobFailure = {
  kind: 'retry',
  reason: 'The worker that ran the job sent no heartbeat in time: it was killed, frozen or cut off from the database.',
};
