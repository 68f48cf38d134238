import { setTimeout as delay } from 'node:timers/promises';
import { fail } from '../../core/result.js';
import { mayAskAgain } from '../answer-limit.js';
import type { TrinoConnection } from './connection.js';
import { cancelled } from './diagnostics.js';
import { basicCredentials, excerptWithout } from './excerpt.js';
import { httpSender } from './http.js';
import type { HttpRequest } from './http.js';
import { judge } from './judge.js';
import type { Answered, StartedQuery } from './judge.js';

export interface TrinoLimits {
  /** For one complete answer. @default 55000 */
  readonly requestTimeoutMs?: number;
  /** How long to repeat a request that a gateway or a broken connection lost. @default 120000 */
  readonly retryForMs?: number;
  /** Before the first repetition; doubles up to 5 seconds (1 second between pages without rows). @default 100 */
  readonly retryDelayMs?: number;
}

/** A query with more pages to read. */
export interface RunningQuery extends StartedQuery {
  /** How many pages without rows came in a row. */
  readonly emptyPages: number;
  readonly nextUri: string;
}

/** The requests of the protocol, with their repetitions. */
export interface Exchange {
  readonly origin: string;
  start(sql: string, headers: Readonly<Record<string, string>>, signal?: AbortSignal): Promise<Answered>;
  follow(query: RunningQuery, signal?: AbortSignal): Promise<Answered>;
  /** Never fails: a query that is not read ends by itself after Trino's `query.client.timeout`. */
  cancel(query: RunningQuery): Promise<void>;
}

const longestDelayMs = 5_000;
/** Trino holds a page without rows back for up to a second, apart from a few while a query starts and ends. */
const quickEmptyPages = 5;
const longestEmptyPageMs = 1_000;
/** For Trino to accept a statement that is already cancelled here, and to cancel it. */
const graceMs = 5_000;

interface Ends {
  readonly query?: StartedQuery;
  /** Ends the request. */
  readonly request?: AbortSignal | undefined;
  /** Ends the pause between two. */
  readonly pause?: AbortSignal | undefined;
}

/** `connection` must have no `connectionProblems`. */
export function trinoExchange(
  connection: TrinoConnection,
  { requestTimeoutMs = 55_000, retryForMs = 120_000, retryDelayMs = 100 }: TrinoLimits,
): Exchange {
  const { user, password } = connection;
  const { origin } = new URL(connection.url);
  const send = httpSender(connection, requestTimeoutMs);
  const excerpt = excerptWithout(connection);
  const signedIn = {
    'X-Trino-User': user,
    ...(password !== undefined && { Authorization: `Basic ${basicCredentials(user, password)}` }),
  };

  /** For a page that turns out empty, after so many others. */
  function shortestMs(emptyPages: number): number {
    if (emptyPages < quickEmptyPages) return 0;
    return Math.min(retryDelayMs * 2 ** (emptyPages - quickEmptyPages), longestEmptyPageMs);
  }

  async function exchange(request: HttpRequest, { query, ...ends }: Ends): Promise<Answered> {
    const startedAt = performance.now();
    const deadline = startedAt + retryForMs;
    for (let pauseMs = retryDelayMs; ; pauseMs = Math.min(2 * pauseMs, longestDelayMs)) {
      const attemptStartedAt = performance.now();
      const sent = await send(request, ends.request);
      const { answered, canRepeat } = judge(sent, { origin, user, query, excerpt });
      const wantedMs = Math.max(pauseMs, sent.ok ? sent.value.retryAfterMs : 0);
      const isSilent = !sent.ok && sent.error.kind === 'timeout' && !mayAskAgain(startedAt, attemptStartedAt);
      if (!canRepeat || isSilent || performance.now() + wantedMs > deadline) return answered;
      if (!(await hasPaused(wantedMs, ends.pause))) return fail([cancelled(query?.id)]);
    }
  }

  return {
    origin,
    async start(body, headers, signal) {
      // A statement without a query ID cannot be cancelled yet: the request goes on for a while.
      const later = new AbortController();
      const abort = (): void => {
        setTimeout(() => {
          later.abort();
        }, graceMs).unref();
      };
      signal?.addEventListener('abort', abort, { once: true });
      try {
        return await exchange(
          { method: 'POST', url: `${origin}/v1/statement`, headers: { ...signedIn, ...headers }, body },
          { request: later.signal, pause: signal },
        );
      } finally {
        signal?.removeEventListener('abort', abort);
      }
    },
    async follow(query, signal) {
      const nextPageAt = performance.now() + shortestMs(query.emptyPages);
      const answered = await exchange(
        { method: 'GET', url: query.nextUri, headers: signedIn },
        { query, request: signal, pause: signal },
      );
      const isEmpty = answered.ok && answered.value.nextUri !== undefined && answered.value.data.length === 0;
      // Otherwise a server that answers at once, with nothing, would be asked thousands of times a second.
      if (isEmpty) await hasPaused(Math.max(0, nextPageAt - performance.now()), signal);
      return answered;
    },
    async cancel({ nextUri }) {
      await send({ method: 'DELETE', url: nextUri, headers: signedIn }, AbortSignal.timeout(graceMs));
    },
  };
}

/** False when the signal ended it. */
async function hasPaused(ms: number, signal: AbortSignal | undefined): Promise<boolean> {
  try {
    await delay(ms, undefined, { ...(signal && { signal }) });
    return true;
  } catch (error) {
    if (signal?.aborted === true) return false;
    throw error;
  }
}
