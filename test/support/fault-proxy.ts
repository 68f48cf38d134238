import { Agent, createServer, request as requestHttp } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Transform } from 'node:stream';

/** What becomes of one request. */
export type Fault =
  | { readonly kind: 'busy'; readonly status: 500 | 503 }
  /** The connection breaks after so many bytes of the request's body; the store sees a part of it. */
  | { readonly kind: 'cut-request'; readonly after: number }
  | { readonly kind: 'cut-answer'; readonly after: number }
  /** The store gets the request, and its answer is lost. */
  | { readonly kind: 'lose-answer' }
  | { readonly kind: 'delay'; readonly ms: number }
  /** One bit of the body changes. */
  | { readonly kind: 'flip-request'; readonly at: number }
  | { readonly kind: 'flip-answer'; readonly at: number };

export interface Asked {
  readonly method: string;
  /** With the query, as it was sent. */
  readonly url: string;
  /** Of this proxy, from 0. */
  readonly number: number;
}

export interface FaultProxy {
  readonly url: string;
  /** How often each kind of fault has struck. */
  readonly struck: ReadonlyMap<Fault['kind'], number>;
  readonly asked: readonly Asked[];
  stop(): Promise<void>;
}

/** Stands before an HTTP server on loopback and does to each request what `faultFor` says. */
export async function startFaultProxy(
  upstream: string,
  faultFor: (asked: Asked) => Fault | undefined,
): Promise<FaultProxy> {
  const { hostname, port } = new URL(upstream);
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const struck = new Map<Fault['kind'], number>();
  const all: Asked[] = [];
  const server = createServer((request, response) => {
    const asked = { method: request.method ?? '', url: request.url ?? '', number: all.length };
    all.push(asked);
    const fault = faultFor(asked);
    if (fault !== undefined) struck.set(fault.kind, (struck.get(fault.kind) ?? 0) + 1);
    if (fault?.kind === 'busy') {
      request.resume().on('end', () => {
        const body = '<?xml version="1.0"?><Error><Code>SlowDown</Code><Message>busy</Message></Error>';
        response.writeHead(fault.status, { 'content-type': 'application/xml' }).end(body);
      });
      return;
    }
    setTimeout(
      () => {
        forward({ hostname, port, agent }, request, response, fault);
      },
      fault?.kind === 'delay' ? fault.ms : 0,
    );
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    struck,
    asked: all,
    stop: () =>
      new Promise((closed) => {
        server.close(() => {
          closed();
        });
        server.closeAllConnections();
        agent.destroy();
      }),
  };
}

function forward(
  place: { readonly hostname: string; readonly port: string; readonly agent: Agent },
  request: IncomingMessage,
  response: ServerResponse,
  fault: Fault | undefined,
): void {
  const cut = (): void => {
    request.socket.destroy();
    sent.destroy();
  };
  const sent = requestHttp(
    { ...place, method: request.method, path: request.url, headers: headersOf(request), setHost: false },
    (answer) => {
      if (fault?.kind === 'lose-answer') {
        answer.resume();
        request.socket.destroy();
        return;
      }
      response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
      answer.on('error', cut);
      answer.pipe(through(fault, 'answer', cut)).pipe(response);
    },
  );
  sent.on('error', () => {
    request.socket.destroy();
  });
  request.on('error', () => {
    sent.destroy();
  });
  request.pipe(through(fault, 'request', cut)).pipe(sent);
}

function headersOf({ rawHeaders }: IncomingMessage): Record<string, string> {
  const pairs: [string, string][] = [];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) pairs.push([rawHeaders[at] ?? '', rawHeaders[at + 1] ?? '']);
  return Object.fromEntries(pairs);
}

function through(fault: Fault | undefined, side: 'request' | 'answer', cut: () => void): Transform {
  let passed = 0;
  const own = fault?.kind.endsWith(`-${side}`) === true ? fault : undefined;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const start = passed;
      passed += chunk.length;
      if (own !== undefined && 'after' in own && passed > own.after) {
        this.push(chunk.subarray(0, own.after - start));
        setTimeout(cut, 20);
        return;
      }
      if (own !== undefined && 'at' in own && own.at >= start && own.at < passed) {
        const damaged = Buffer.from(chunk);
        damaged[own.at - start] = (damaged[own.at - start] ?? 0) ^ 1;
        done(null, damaged);
        return;
      }
      done(null, chunk);
    },
  });
}
