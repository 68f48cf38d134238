import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { TrinoConnection } from '../../clients/trino/index.js';

export interface TrinoDoor {
  /** Such as `127.0.0.1:40123`. */
  readonly host: string;
  close(): Promise<void>;
}

/**
 * A Trino on plain HTTP and loopback, already signed in: Python's client cannot be told the SNI by which the coordinator
 * chooses its certificate.
 */
export async function openTrinoDoor({ url, user, password = '', ca, serverName }: TrinoConnection): Promise<TrinoDoor> {
  const agent = new Agent({ keepAlive: true, ca, servername: serverName ?? '' });
  const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  const forward = (incoming: IncomingMessage, body: string): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const headers = { ...incoming.headers, authorization, 'accept-encoding': 'identity' };
      request(`${url}${incoming.url ?? ''}`, { agent, method: incoming.method ?? 'GET', headers }, resolve)
        .on('error', reject)
        .end(body);
    });
  const door = createServer((incoming, outgoing) => {
    void (async () => {
      const answer = await forward(incoming, await text(incoming));
      // Trino names the host that it was asked by.
      const body = (await text(answer)).replaceAll(`https://${host()}`, `http://${host()}`);
      // The others matter: prepared statements and sessions travel in them.
      const headers = { ...answer.headers };
      for (const name of ['content-length', 'transfer-encoding', 'connection']) Reflect.deleteProperty(headers, name);
      outgoing.writeHead(answer.statusCode ?? 502, headers).end(body);
    })().catch((error: unknown) => outgoing.writeHead(502).end(String(error)));
  });
  await new Promise<void>((listening) => door.listen(0, '127.0.0.1', listening));
  const host = (): string => `127.0.0.1:${(door.address() as AddressInfo).port}`;
  return {
    host: host(),
    close: async () => {
      agent.destroy();
      door.closeAllConnections();
      await new Promise((closed) => door.close(closed));
    },
  };
}
