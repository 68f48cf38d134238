import { request as plainRequest } from 'node:http';
import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import { verifiedTls } from '../core/trust/index.js';

export interface SmallRequest {
  readonly method: 'GET' | 'PUT' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  /** @default none */
  readonly body?: string;
  readonly signal?: AbortSignal | undefined;
  /** For the complete answer, including the connection. @default 30000 */
  readonly timeoutMs?: number;
}

export interface SmallReply {
  readonly status: number;
  readonly content: string;
}

const defaultTimeoutMs = 30_000;

/**
 * One request with a small answer, by Node alone: Lambda functions carry no HTTP library. Follows no redirect. Certificates
 * are verified, whatever the environment says. Rejects with Node's errors, which `connectionFailure` reads.
 */
export function sendRequest(
  url: URL,
  { method, headers, body, signal, timeoutMs = defaultTimeoutMs }: SmallRequest,
): Promise<SmallReply> {
  return new Promise((settle, reject) => {
    const ask = url.protocol === 'http:' ? plainRequest : request;
    const options = { method, headers, ...verifiedTls(), ...(signal && { signal }) };
    const call = ask(url, options, (response) => {
      text(response).then((content) => {
        settle({ status: response.statusCode ?? 500, content });
      }, reject);
    });
    // A timeout of the socket never ends an answer that comes byte by byte. The path may be a secret, as a webhook's is.
    const bound = setTimeout(() => {
      const message = `no complete answer to ${method} ${url.origin} within ${timeoutMs / 1000} s`;
      call.destroy(Object.assign(new Error(message), { code: 'ETIMEDOUT' }));
    }, timeoutMs);
    call.on('close', () => {
      clearTimeout(bound);
    });
    call.on('error', reject);
    call.end(body);
  });
}
