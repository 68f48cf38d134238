import PQueue from 'p-queue';
import { setTimeout as delay } from 'node:timers/promises';
import { mayAskAgain } from '../../clients/answer-limit.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { failureOf } from './failures.js';
import type { GlueFailure } from './failures.js';

export interface CallLimits {
  /** Tries of one call, the first included. */
  readonly maxAttempts: number;
  /** The wait after the first refusal; it doubles with each. Milliseconds. */
  readonly baseDelayMs: number;
  /** Between 0 and 1; spreads the waits. */
  readonly random: () => number;
}

const startConcurrency = 8;
const maxConcurrency = 32;
const maxDelayMs = 20_000;
const unanswered = /^(TimeoutError|NoAnswerError)$/;
/** Where connections are refused, waiting seldom helps. */
const maxRefusals = 3;

/**
 * Makes calls as fast as Glue allows: a refusal halves the number of concurrent calls and delays all of them by a jittered
 * time; a series of answers adds one (additive increase, multiplicative decrease).
 */
export class AdaptiveCalls {
  private readonly queue = new PQueue({ concurrency: startConcurrency });
  private answersInARow = 0;
  /** Refusals of calls that began before the last slowdown do not count. */
  private slowedAt = 0;
  private resumeAt = 0;
  calls = 0;
  throttled = 0;

  constructor(
    private readonly limits: CallLimits,
    private readonly signal: AbortSignal,
  ) {}

  get concurrency(): number {
    return this.queue.concurrency;
  }

  /** Calls of higher priority go first: later pages before new listings, so that page tokens do not expire. */
  async call<T>(
    run: (options: { abortSignal: AbortSignal }) => Promise<T>,
    priority = 0,
    { maxAttempts = this.limits.maxAttempts }: { readonly maxAttempts?: number } = {},
  ): Promise<Result<T, GlueFailure>> {
    const startedAt = performance.now();
    for (let attempt = 1; ; attempt += 1) {
      const attemptStartedAt = performance.now();
      const outcome = await this.queue.add(() => this.attempt(run), { priority: attempt > 1 ? 2 : priority });
      if (outcome.ok) return outcome;
      const { kind, name } = outcome.error;
      if (unanswered.test(name) && !mayAskAgain(startedAt, attemptStartedAt)) return outcome;
      const retryable = kind === 'throttled' || kind === 'transient' || (kind === 'refused' && attempt < maxRefusals);
      if (!retryable || attempt >= Math.min(maxAttempts, this.limits.maxAttempts)) return outcome;
      await this.wait(this.backoff(attempt));
    }
  }

  private async attempt<T>(
    run: (options: { abortSignal: AbortSignal }) => Promise<T>,
  ): Promise<Result<T, GlueFailure>> {
    await this.wait(this.resumeAt - performance.now());
    if (this.signal.aborted) return fail({ kind: 'aborted', name: 'AbortError', message: 'The run was stopped.' });
    const startedAt = performance.now();
    this.calls += 1;
    try {
      const value = await run({ abortSignal: this.signal });
      this.speedUp();
      return ok(value);
    } catch (error) {
      const failure = failureOf(error);
      if (failure.kind === 'throttled') this.slowDown(startedAt);
      return fail(failure);
    }
  }

  private speedUp(): void {
    this.answersInARow += 1;
    if (this.answersInARow < this.queue.concurrency || this.queue.concurrency >= maxConcurrency) return;
    this.queue.concurrency += 1;
    this.answersInARow = 0;
  }

  private slowDown(startedAt: number): void {
    this.throttled += 1;
    this.answersInARow = 0;
    if (startedAt < this.slowedAt) return;
    this.slowedAt = performance.now();
    this.queue.concurrency = Math.max(1, Math.floor(this.queue.concurrency / 2));
    this.resumeAt = this.slowedAt + this.backoff(1);
  }

  private backoff(attempt: number): number {
    return Math.min(maxDelayMs, this.limits.baseDelayMs * 2 ** (attempt - 1)) * (0.5 + this.limits.random() / 2);
  }

  private async wait(milliseconds: number): Promise<void> {
    if (milliseconds <= 0) return;
    await delay(milliseconds, undefined, { signal: this.signal }).catch(() => undefined);
  }
}
