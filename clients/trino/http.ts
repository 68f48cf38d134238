import { Agent, request } from 'undici';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { verifiedTls } from '../../core/trust/index.js';
import { connectionFailure } from '../connection-failure.js';
import type { ConnectionFailure } from '../connection-failure.js';
import type { TrinoConnection } from './connection.js';

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface HttpAnswer {
  readonly status: number;
  /** From the header Retry-After. */
  readonly retryAfterMs: number;
  readonly text: string;
}

export type HttpFailure = ConnectionFailure | { readonly kind: 'cancelled' };

/** Sends one request, follows no redirect, and reads the complete answer. */
export type SendHttp = (request: HttpRequest, signal?: AbortSignal) => Promise<Result<HttpAnswer, HttpFailure>>;

const connectTimeoutMs = 10_000;
/** Trino ends a page at about 16 MB. */
const maxAnswerBytes = 512 * 1024 * 1024;

/** `timeoutMs` limits the time until an answer is complete, including the connection. */
export function httpSender({ ca, serverName }: TrinoConnection, timeoutMs: number): SendHttp {
  const dispatcher = new Agent({
    connect: { ...verifiedTls({ ca, serverName }), timeout: connectTimeoutMs },
    maxResponseSize: maxAnswerBytes,
  });
  // Tells a failed TLS handshake from TLS that breaks after a request: their codes may be the same.
  const neverConnected = new WeakSet<Error>();
  dispatcher.on('connectionError', (_origin, _targets, error) => neverConnected.add(error));
  return async ({ url, ...options }, signal) => {
    const timeout = AbortSignal.timeout(timeoutMs);
    try {
      const answer = await request(url, {
        ...options,
        dispatcher,
        signal: signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
      });
      // A date is ignored.
      const retryAfterSeconds = Number(answer.headers['retry-after'] ?? 0);
      const text = await answer.body.text();
      return ok({ status: answer.statusCode, retryAfterMs: 1000 * retryAfterSeconds || 0, text });
    } catch (error) {
      if (signal?.aborted === true) return fail({ kind: 'cancelled' });
      if (timeout.aborted)
        return fail({
          kind: 'timeout',
          reason: `no complete answer to ${options.method} ${placeIn(url)} within ${timeoutMs / 1000} s`,
          neverSent: false,
        });
      const failure = connectionFailure(error);
      if (failure === undefined) throw error;
      return fail({ ...failure, neverSent: failure.neverSent || neverConnected.has(error as Error) });
    }
  };
}

/** The rest of a page's path gives access to the query. */
function placeIn(url: string): string {
  return new URL(url).pathname.split('/').slice(0, 3).join('/');
}
