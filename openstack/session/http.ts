import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { verifiedTls } from '../../core/trust/index.js';

export interface HttpRequest {
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

export interface HttpSettings {
  /** PEM of authorities besides those that Node trusts. @default none */
  readonly ca?: string | undefined;
  /**
   * For the complete response, including the connection.
   * @default 55000
   */
  readonly timeoutMs?: number;
}

export type SendHttp = (request: HttpRequest) => Promise<Result<HttpAnswer, string>>;

/**
 * Sends requests one by one; a failure is the reason why there was no response. Not `fetch`, which does not accept a
 * certificate authority of the user.
 */
export function httpSender({ ca, timeoutMs = 55_000 }: HttpSettings = {}): SendHttp {
  return ({ method = 'GET', url, headers = {}, body }) =>
    new Promise((settle) => {
      const protocol = URL.canParse(url) ? new URL(url).protocol : '';
      if (!['http:', 'https:'].includes(protocol)) {
        settle(fail('the address is not an http or https URL'));
        return;
      }
      const send = protocol === 'https:' ? requestHttps : requestHttp;
      const length = body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(body)) };
      const options = { method, headers: { ...headers, ...length }, agent: false as const };
      const request = send(url, { ...options, ...verifiedTls({ ca }) }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', (error) => {
          settle(fail(error.message));
        });
        response.on('end', () => {
          const received = Object.entries(response.headers).map(([name, value]): [string, string] => [
            name,
            String(value),
          ]);
          const text = Buffer.concat(chunks).toString();
          settle(ok({ status: response.statusCode ?? 0, headers: Object.fromEntries(received), text }));
        });
      });
      // A socket timeout alone never ends a response that trickles in byte by byte.
      const bound = setTimeout(() => {
        settle(fail(`no complete answer to ${method} ${url.split('?')[0] ?? ''} within ${timeoutMs / 1000} s`));
        request.destroy();
      }, timeoutMs);
      request.on('close', () => {
        clearTimeout(bound);
      });
      request.on('error', (error: NodeJS.ErrnoException) => {
        // When several addresses of one name failed, the error has no message.
        settle(fail(error.message === '' ? (error.code ?? 'no connection') : error.message));
      });
      request.end(body);
    });
}
