import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { ServerCertificate } from './certificate.js';

/**
 * Longer than any client waits between two requests: a POST on a connection that is just being closed fails, and Go's
 * client does not repeat it. Source: Go documentation, net/http, 'type Transport'.
 */
const keepAliveTimeout = 600_000;

export interface LocalServer {
  readonly url: string;
  stop(): Promise<void>;
}

/** Answers on a free port of 127.0.0.1, over TLS if it has a certificate. */
export async function listen(answer: RequestListener, certificate?: ServerCertificate): Promise<LocalServer> {
  const server =
    certificate === undefined
      ? createServer({ keepAliveTimeout }, answer)
      : createTlsServer({ ...certificate, keepAliveTimeout }, answer);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `${certificate === undefined ? 'http' : 'https'}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((closed) => {
        server.close(() => {
          closed();
        });
        server.closeAllConnections();
      }),
  };
}
