import { expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { transport } from '../../clients/transfer/index.js';
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
