import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { afterEach, expect, test } from '@jest/globals';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { s3Client } from '../../clients/s3/index.js';
import { s3Transfer } from '../../clients/s3/transfer/index.js';
import { withRetries } from '../../clients/transfer/retry.js';
import { listen } from '../support/http-server.js';

const retries = { attempts: 3, firstDelayMs: 1, longestDelayMs: 1 };
const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

/** HEAD of an object at a store that refuses what this tells the code of. */
async function head(refusal: (request: IncomingMessage) => [status: number, code: string] | undefined) {
  const asked: string[] = [];
  const server = await listen((request: IncomingMessage, response: ServerResponse) => {
    asked.push(request.method ?? '');
    const [status, code] = refusal(request) ?? [200, ''];
    response.setHeader('date', new Date(Date.now() + aheadMs).toUTCString());
    response.writeHead(status, { etag: '"e"' });
    response.end(request.method === 'HEAD' || status === 200 ? undefined : `<Error><Code>${code}</Code></Error>`);
  });
  const target = { endpoint: server.url, region: 'us-east-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } };
  const transfer = s3Transfer(target, { connections: 1 });
  closing.push(
    () => transfer.close(),
    () => server.stop(),
  );
  const request = { method: 'HEAD', bucket: 'b', key: 'k', timeoutMs: 10_000 } as const;
  const reply = await withRetries(() => transfer.send(request), retries, new AbortController().signal);
  return { reply, asked };
}

const aheadMs = 3_600_000;

test('a clock that is wrong is corrected by that of the store, also where the first request is HEAD', async () => {
  const { reply, asked } = await head(({ headers }) => {
    const text = String(headers['x-amz-date']).replace(/^(....)(..)(..)T(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z');
    return Math.abs(Date.parse(text) - Date.now() - aheadMs) > 900_000 ? [403, 'RequestTimeTooSkewed'] : undefined;
  });
  expect(reply).toMatchObject({ ok: true });
  expect(asked).toEqual(['HEAD', 'GET', 'HEAD']);
});

test.each([
  [400, 'ExpiredToken', 6],
  [403, 'AccessDenied', 2],
])('HEAD that is refused (%i) tells why: %s', async (status, code, requests) => {
  const { reply, asked } = await head(() => [status, code]);
  expect(reply).toMatchObject({ ok: false, error: { status, code } });
  expect(asked).toHaveLength(requests);
});

test('HEAD that is refused where the object may be read is refused without a reason', async () => {
  const { reply } = await head(({ method }) => (method === 'HEAD' ? [403, ''] : undefined));
  expect(reply).toMatchObject({ ok: false, error: { status: 403, code: 'AccessDenied' } });
});

test.each([
  [true, 'requester'],
  [undefined, undefined],
])('a requester who pays (%s) says so with each request, signed', async (requesterPays, expected) => {
  const asked: IncomingMessage['headers'][] = [];
  const server = await listen((request: IncomingMessage, response: ServerResponse) => {
    asked.push(request.headers);
    response.end();
  });
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
  const target = { endpoint: server.url, region: 'us-east-1', credentials, ...(requesterPays && { requesterPays }) };
  const [transfer, client] = [s3Transfer(target, { connections: 1 }), s3Client(target)];
  closing.push(
    () => transfer.close(),
    () => server.stop(),
  );
  await transfer.send({ method: 'GET', bucket: 'b', key: 'k', timeoutMs: 10_000 });
  await client.send(new HeadObjectCommand({ Bucket: 'b', Key: 'k' }));
  client.destroy();
  expect(asked.map((headers) => headers['x-amz-request-payer'])).toEqual([expected, expected]);
  const isSigned = asked.map(({ authorization = '' }) => /SignedHeaders=[^,]*x-amz-request-payer/.test(authorization));
  expect(isSigned).toEqual([expected !== undefined, expected !== undefined]);
});
