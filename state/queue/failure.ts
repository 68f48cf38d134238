import { inspect } from 'node:util';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { UnstorableCheckpoint } from './handler.js';
import type { JobFailure } from './handler.js';

export interface RetryPolicy {
  /** Consecutive failed attempts after which the job is FAILED. */
  readonly limit: number;
  /** Delay before the second attempt; doubled for each further attempt. Also the first delay of a job that waits. */
  readonly delaySeconds: number;
  readonly maxDelaySeconds: number;
}

export const defaultRetryPolicy: RetryPolicy = { limit: 6, delaySeconds: 5, maxDelaySeconds: 300 };

/** The next status of a job whose attempt failed. */
export type AfterFailure =
  | { readonly to: 'PENDING'; readonly failures: number; readonly delaySeconds: number }
  | { readonly to: 'FAILED' | 'PAUSED'; readonly failures: number };

/** A job that waits is taken again after this share of the time that it has waited. */
const shareOfWait = 1 / 30;

/**
 * `failuresBefore` counts the attempts that failed since a part last reached a new phase; `random` is in [0, 1) and
 * shortens the delay by up to half, so that jobs that failed together are not retried together. `waitedSeconds`: how long
 * a job has waited that must wait again; each look at it costs some statements, and two rows that stay.
 */
export function afterFailure(
  { kind }: JobFailure,
  failuresBefore: number,
  policy: RetryPolicy,
  random: number,
  waitedSeconds = 0,
): AfterFailure {
  const failures = failuresBefore + 1;
  if (kind === 'wait') {
    const full = Math.max(policy.delaySeconds, Math.min(policy.maxDelaySeconds, waitedSeconds * shareOfWait));
    return { to: 'PENDING', failures: failuresBefore, delaySeconds: full * (1 - random / 2) };
  }
  if (kind === 'block') return { to: 'PAUSED', failures };
  if (kind === 'stop' || failures >= policy.limit) return { to: 'FAILED', failures };
  const full = Math.min(policy.maxDelaySeconds, policy.delaySeconds * 2 ** (failures - 1));
  return { to: 'PENDING', failures, delaySeconds: full * (1 - random / 2) };
}

/** The failure for an error that a handler threw, with its causes. */
export function thrownFailure(error: unknown): JobFailure {
  if (isUnstorable(error)) return { kind: 'stop', reason: error.message };
  const texts: string[] = [];
  let cause = error;
  do {
    texts.push(textOf(cause));
    cause = causeOf(cause);
  } while (cause !== undefined && texts.length < maxCauses);
  return { kind: 'retry', reason: texts.join('\n  caused by ') };
}

function textOf(thrown: unknown): string {
  try {
    if (!(thrown instanceof Error)) return typeof thrown === 'string' ? thrown : inspect(thrown);
    // Neither needs to be a string.
    const { name, message }: { readonly name: unknown; readonly message: unknown } = thrown;
    return name === 'Error' ? String(message) : `${String(name)}: ${String(message)}`;
  } catch {
    return 'The handler threw a value that cannot be described.';
  }
}

function isUnstorable(error: unknown): error is UnstorableCheckpoint {
  try {
    return error instanceof UnstorableCheckpoint;
  } catch {
    return false;
  }
}

/** Getters and proxies may throw in turn. */
function causeOf(thrown: unknown): unknown {
  try {
    return thrown instanceof Error ? thrown.cause : undefined;
  } catch {
    return undefined;
  }
}

const maxCauses = 5;

/** The outcome that a handler returned, which its type does not guarantee; anything but a Result stops the job. */
export function outcomeOf(returned: unknown, queue: string): Result<void, JobFailure> {
  const { ok: succeeded, error } = (returned ?? {}) as { readonly ok?: unknown; readonly error?: unknown };
  if (succeeded === true) return ok(undefined);
  const { kind, reason } = (error ?? {}) as { readonly kind?: unknown; readonly reason?: unknown };
  if (succeeded === false && isKind(kind) && typeof reason === 'string') return fail({ kind, reason });
  return fail({
    kind: 'stop',
    reason: `The handler of the queue '${queue}' returned ${inspect(returned)}, which is not a Result: it must return ok(undefined), or fail() with a kind (${kinds.join(', ')}) and a reason in words.`,
  });
}

const kinds = ['retry', 'wait', 'stop', 'block'] as const;

function isKind(kind: unknown): kind is JobFailure['kind'] {
  return (kinds as readonly unknown[]).includes(kind);
}

/** No heartbeat of the worker that held the job reached the database in time. */
export const vanished: JobFailure = {
  kind: 'retry',
  reason: 'The worker that ran the job sent no heartbeat in time: it was killed, frozen or cut off from the database.',
};
