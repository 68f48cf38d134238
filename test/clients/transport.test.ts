import { expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { transport } from '../../clients/transfer/index.js';
import type { TransferRequest } from '../../clients/transfer/index.js';
import { listen } from '../support/http-server.js';

test.each(['close', 'keep-alive'])('content that is read slowly is complete, connection %s', async (connection) => {
  const content = randomBytes(3_000_000);
  const server = await listen((_request, response) => {
    response.writeHead(200, { connection, 'content-length': content.length });
    response.end(content);
  });
  const client = transport({ connections: 1 });
  const chunks: Buffer[] = [];
  const reply = await client.send({
    method: 'GET',
    origin: server.url,
    path: '/',
    headers: {},
    timeoutMs: 30_000,
    sink: {
      begin: () => undefined,
      write: (chunk) => {
        chunks.push(Buffer.from(chunk));
        return delay(chunks.length < 20 ? 30 : 1);
      },
    },
  });
  expect(reply).toMatchObject({ ok: true, value: { status: 200 } });
  expect(Buffer.concat(chunks).equals(content)).toBe(true);
  await client.close();
  await server.stop();
});

test('what a request spends is told by phase, without the pauses that its receiver asks for', async () => {
  const server = await listen((request, response) => {
    request.resume().on('end', () => {
      setTimeout(() => {
        response.writeHead(200, { 'content-length': 2 }).write('a');
        setTimeout(() => response.end('b'), 120);
      }, 60);
    });
  });
  const client = transport({ connections: 1 });
  const spent = { sending: 0, waiting: 0, receiving: 0 };
  const request = {
    method: 'PUT',
    origin: server.url,
    path: '/',
    headers: { 'content-length': '3' },
    body: Buffer.from('abc'),
    timeoutMs: 30_000,
    onSpent: (phase, ms) => (spent[phase] += ms),
    sink: { begin: () => undefined, write: () => delay(400) },
  } as const satisfies TransferRequest;
  expect(await client.send(request)).toMatchObject({ ok: true });
  // Timers may be late, never early; the pause hides the rest of the content.
  expect(spent.waiting).toBeGreaterThan(50);
  expect(spent.receiving).toBeLessThan(400);
  await client.close();
  await server.stop();
});
