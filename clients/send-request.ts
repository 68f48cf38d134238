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
}

export interface SmallReply {
  readonly status: number;
  readonly content: string;
}

const timeoutMs = 30_000;

/**
 * One request with a small answer, by Node alone: Lambda functions carry no HTTP library. Follows no redirect. Certificates
 * are verified, whatever the environment says. Rejects with Node's errors, which `connectionFailure` reads.
 */
export function sendRequest(url: URL, { method, headers, body, signal }: SmallRequest): Promise<SmallReply> {
  return new Promise((settle, reject) => {
    const ask = url.protocol === 'http:' ? plainRequest : request;
    const options = { method, headers, timeout: timeoutMs, ...verifiedTls(), ...(signal && { signal }) };
    const call = ask(url, options, (response) => {
      text(response).then((content) => {
        settle({ status: response.statusCode ?? 500, content });
      }, reject);
    });
    call.on('timeout', () => {
      call.destroy(Object.assign(new Error('the server did not answer in time'), { code: 'ETIMEDOUT' }));
    });
    call.on('error', reject);
    call.end(body);
  });
}
