import { Agent } from 'undici';
import type { Dispatcher } from 'undici';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { verifiedTls } from '../../core/trust/index.js';
import { connectionFailure } from '../connection-failure.js';
import { abortedCode } from './failure.js';
import type { TransferFailure } from './failure.js';
import { inRequestSpan } from './request-span.js';
import { Stopwatch } from './stopwatch.js';
import type { OnSpent } from './stopwatch.js';

export interface TransferRequest {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  /** Such as `https://rgw.acme.example:8080`. */
  readonly origin: string;
  /** Percent-encoded, with the query. It is sent as it is: nobody resolves `..` or joins slashes. */
  readonly path: string;
  /** Names in lower case. Each character of a value is one byte, as HTTP/1.1 sends it. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | AsyncIterable<Uint8Array>;
  /** Takes the content of a 2xx answer. @default it becomes the answer's text */
  readonly sink?: ContentSink;
  readonly signal?: AbortSignal | undefined;
  /** For the complete answer, including the connection, apart from pauses that the sink asks for. */
  readonly timeoutMs: number;
  /** For the first byte of the answer, and between two. @default 55000 */
  readonly idleMs?: number;
  readonly onSpent?: OnSpent | undefined;
}

export interface TransferReply {
  readonly status: number;
  /** As in a request. Values of one name are joined by commas. */
  readonly headers: Readonly<Record<string, string>>;
  /** Empty where a sink took the content. */
  readonly text: string;
}

export interface ContentSink {
  begin(reply: Pick<TransferReply, 'status' | 'headers'>): void;
  /** Uses the chunk up. What it returns is waited for before the next chunk is read. */
  write(chunk: Buffer): Promise<void> | undefined;
}

/** Sends one request and reads the complete answer, whatever its status. Follows no redirect, decodes nothing. */
export type SendTransfer = (request: TransferRequest) => Promise<Result<TransferReply, TransferFailure>>;

export interface Transport {
  readonly send: SendTransfer;
  close(): Promise<void>;
}

const connectTimeoutMs = 10_000;
const defaultIdleMs = 55_000;
const maxTextBytes = 16 * 1024 * 1024;

/** Connections to servers of objects, kept open between requests. `ca`: PEM of authorities besides those that Node trusts. */
export function transport({ ca, connections }: { readonly ca?: string; readonly connections: number }): Transport {
  const agent = new Agent({
    connections,
    pipelining: 1,
    allowH2: false,
    connect: { ...verifiedTls({ ca }), timeout: connectTimeoutMs },
  });
  return {
    send: (request) =>
      inRequestSpan(
        request,
        () =>
          new Promise((settle) => {
            new Exchange(request, settle).dispatch(agent);
          }),
      ),
    close: () => agent.destroy(),
  };
}

/** Characters of a request that a message shows. */
const longestAsked = 200;
const timeoutCode = 'timeout';

class Exchange implements Dispatcher.DispatchHandler {
  private controller: Dispatcher.DispatchController | undefined;
  private status = 0;
  private headers: Readonly<Record<string, string>> = {};
  private readonly text: Buffer[] = [];
  private textBytes = 0;
  private stopped: string | undefined;
  private isOver = false;
  private readonly timer: NodeJS.Timeout;
  private readonly stopwatch: Stopwatch;
  private readonly onAbort = (): void => {
    this.stop(abortedCode);
  };

  constructor(
    private readonly request: TransferRequest,
    private readonly settle: (result: Result<TransferReply, TransferFailure>) => void,
  ) {
    this.timer = setTimeout(() => {
      this.stop(timeoutCode);
    }, request.timeoutMs);
    this.stopwatch = new Stopwatch(request.onSpent);
    request.signal?.addEventListener('abort', this.onAbort);
  }

  dispatch(agent: Agent): void {
    if (this.request.signal?.aborted === true) {
      this.end(fail(this.failureFor(abortedCode)));
      return;
    }
    const { method, origin, path, headers, body = null, idleMs = defaultIdleMs } = this.request;
    const times = { headersTimeout: idleMs, bodyTimeout: idleMs };
    try {
      // The types name fewer kinds of bodies than there are.
      agent.dispatch({ method, origin, path, headers, body: body as Uint8Array | null, ...times }, this);
    } catch (error) {
      this.onResponseError(undefined, error);
    }
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    this.stopwatch.enter('sending');
    if (this.stopped !== undefined) controller.abort(new Error(this.stopped));
  }

  onRequestSent(): void {
    this.stopwatch.enter('waiting');
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number): void {
    if (status < 200) return;
    this.stopwatch.enter('receiving');
    this.status = status;
    this.headers = headersOf(controller.rawHeaders as readonly Buffer[]);
    if (status < 300) this.request.sink?.begin({ status, headers: this.headers });
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    const { sink } = this.request;
    if (sink !== undefined && this.status < 300) {
      const pause = sink.write(chunk);
      if (pause === undefined) return;
      this.stopwatch.stop();
      controller.pause();
      void pause.then(() => {
        if (this.isOver) return;
        this.timer.refresh();
        this.stopwatch.enter('receiving');
        controller.resume();
      });
      return;
    }
    this.textBytes += chunk.length;
    if (this.textBytes > maxTextBytes) throw new Error('an answer of more than 16 MiB where XML or JSON is expected');
    this.text.push(chunk);
  }

  onResponseEnd(): void {
    const text = this.text.length === 0 ? '' : Buffer.concat(this.text).toString();
    this.end(ok({ status: this.status, headers: this.headers, text }));
  }

  onResponseError(_controller: unknown, error: unknown): void {
    if (this.stopped !== undefined) {
      this.end(fail(this.failureFor(this.stopped)));
      return;
    }
    const failure = connectionFailure(error);
    const { code = '', message } = error as NodeJS.ErrnoException;
    const kind = failure?.kind === 'certificate' || failure?.kind === 'timeout' ? failure.kind : 'connection';
    const reason = failure?.reason ?? (message === '' ? code : message);
    const { idleMs = defaultIdleMs } = this.request;
    this.end(fail({ status: 0, code: kind, reason: kind === 'timeout' ? this.silence('answer', idleMs) : reason }));
  }

  private stop(reason: string): void {
    this.stopped ??= reason;
    if (this.controller !== undefined) this.controller.abort(new Error(reason));
    else this.end(fail(this.failureFor(reason)));
  }

  private failureFor(code: string): TransferFailure {
    return {
      status: 0,
      code,
      reason: code === timeoutCode ? this.silence('complete answer', this.request.timeoutMs) : code,
    };
  }

  /** Without the query, which may hold a signature. */
  private silence(answer: string, ms: number): string {
    const { method, origin, path } = this.request;
    const asked = `${method} ${origin}${path.split('?')[0] ?? ''}`;
    return `no ${answer} to ${asked.length > longestAsked ? `${asked.slice(0, longestAsked)}…` : asked} within ${ms / 1000} s`;
  }

  private end(result: Result<TransferReply, TransferFailure>): void {
    this.isOver = true;
    this.stopwatch.stop();
    clearTimeout(this.timer);
    this.request.signal?.removeEventListener('abort', this.onAbort);
    this.settle(result);
  }
}

function headersOf(raw: readonly Buffer[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = raw[at]?.toString('latin1').toLowerCase() ?? '';
    const value = raw[at + 1]?.toString('latin1') ?? '';
    const earlier = headers[name];
    headers[name] = earlier === undefined ? value : `${earlier},${value}`;
  }
  return headers;
}
