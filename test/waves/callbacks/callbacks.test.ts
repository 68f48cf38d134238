import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { createServer } from 'node:https';
import type { Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { callbackNotifier, isPublicAddress, sendCallback } from '../../../waves/callbacks/index.js';
import type { SendOptions } from '../../../waves/callbacks/index.js';
import { PrerequisiteError, TransientError, ValidationError } from '../../../waves/machines/index.js';
import type { Notification } from '../../../waves/steps/index.js';
import { makeCertificate } from '../../support/certificate.js';
import { payloadOf } from '../../support/wave-payloads.js';

const secret = `whsec_${Buffer.from('0123456789abcdef0123456789abcdef').toString('base64')}`;
const now = (): Date => new Date();

let server: Server;
let port = 0;
let ca = '';
let answer: { status: number; headers?: Record<string, string> } = { status: 204 };
let received: { readonly headers: Record<string, string>; readonly body: string }[] = [];
let lookups: string[] = [];

beforeAll(async () => {
  const certificate = makeCertificate('DNS:hooks.acme.test');
  ca = certificate.cert;
  server = createServer(certificate, (request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      received.push({ headers: request.headers as Record<string, string>, body });
      response.writeHead(answer.status, answer.headers).end('x'.repeat(100));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
});
afterAll(async () => {
  server.close();
  await once(server, 'close');
});
beforeEach(() => {
  answer = { status: 204 };
  received = [];
  lookups = [];
});

function options(more: Partial<SendOptions> = {}): SendOptions {
  return {
    secret,
    now,
    ca,
    signal: new AbortController().signal,
    resolve: (host) => {
      lookups.push(host);
      return Promise.resolve([{ address: '127.0.0.1', family: 4 }]);
    },
    isAllowed: (address) => address === '127.0.0.1',
    ...more,
  };
}

const callback = (path = '/'): Parameters<typeof sendCallback>[0] => ({
  url: `https://hooks.acme.test:${port}${path}`,
  id: 'm-1.machine.cut-over',
  body: '{"type":"machine.cut-over"}',
});

test('what is sent verifies by the Standard Webhooks library, and not with another secret or body', async () => {
  await sendCallback(callback('/waves?x=1'), options());
  const [{ headers, body } = { headers: {}, body: '' }] = received;
  expect(headers['webhook-id']).toBe('m-1.machine.cut-over');
  expect(new Webhook(secret).verify(body, headers)).toEqual({ type: 'machine.cut-over' });
  const other = `whsec_${Buffer.from('another secret of some length').toString('base64')}`;
  expect(() => new Webhook(other).verify(body, headers)).toThrow();
  expect(() => new Webhook(secret).verify(`${body} `, headers)).toThrow();
});

test('the name is resolved once, and the connection goes to what was checked', async () => {
  let calls = 0;
  const resolve: NonNullable<SendOptions['resolve']> = () => {
    calls += 1;
    // A name that changes its mind: the second answer would be another host.
    return Promise.resolve([{ address: calls === 1 ? '127.0.0.1' : '192.0.2.1', family: 4 }]);
  };
  await sendCallback(callback(), options({ resolve }));
  expect(calls).toBe(1);
  expect(received).toHaveLength(1);
});

test('a name with one internal address among public ones is refused, and nothing is sent', async () => {
  const resolve: NonNullable<SendOptions['resolve']> = () =>
    Promise.resolve([
      { address: '127.0.0.1', family: 4 },
      { address: '169.254.169.254', family: 4 },
    ]);
  await expect(sendCallback(callback(), options({ resolve }))).rejects.toThrow(ValidationError);
  await expect(sendCallback(callback(), options({ resolve }))).rejects.toThrow('169.254.169.254');
  expect(received).toEqual([]);
});

test.each([
  'https://127.0.0.1/',
  'https://[::1]/',
  'https://2130706433/',
  'https://0x7f.1/',
  'https://[::ffff:10.0.0.1]/',
])('%s is refused without a look-up', async (url) => {
  await expect(
    sendCallback(
      { ...callback(), url },
      { secret, now, signal: new AbortController().signal, resolve: () => Promise.reject(new Error('asked')) },
    ),
  ).rejects.toThrow('is not a public one');
});

test.each([
  ['8.8.8.8', true],
  ['2606:4700:4700::1111', true],
  ['127.0.0.1', false],
  ['10.1.2.3', false],
  ['172.16.0.1', false],
  ['192.168.1.1', false],
  ['169.254.169.254', false],
  ['100.64.0.1', false],
  ['0.0.0.0', false],
  ['224.0.0.1', false],
  ['255.255.255.255', false],
  ['::1', false],
  ['::', false],
  ['fe80::1', false],
  ['fd00:ec2::254', false],
  ['::ffff:127.0.0.1', false],
  ['64:ff9b::7f00:1', false],
  ['2002:7f00:1::', false],
  ['not an address', false],
])('%s is public: %s', (address, isPublic) => {
  expect(isPublicAddress(address)).toBe(isPublic);
});

describe('answers', () => {
  test.each([400, 404, 429, 500, 503, 301, 307])('%i may be tried again', async (status) => {
    answer = { status, headers: { location: 'https://127.0.0.1/' } };
    await expect(sendCallback(callback(), options())).rejects.toThrow(TransientError);
    expect(received).toHaveLength(1);
  });

  test('410 is for good', async () => {
    answer = { status: 410 };
    await expect(sendCallback(callback(), options())).rejects.toThrow(PrerequisiteError);
  });

  test('a certificate of another authority is refused', async () => {
    const other = makeCertificate('DNS:hooks.acme.test').cert;
    await expect(sendCallback(callback(), options({ ca: other }))).rejects.toThrow(TransientError);
    expect(received).toEqual([]);
  });

  test('a certificate of another name is refused', async () => {
    const url = `https://other.acme.test:${port}/`;
    await expect(sendCallback({ ...callback(), url }, options())).rejects.toThrow(TransientError);
    expect(received).toEqual([]);
  });
});

test('a notification is told to its callbackUrl, and to nobody without one', async () => {
  const notification: Notification = {
    id: 'm-1.machine.finalized',
    type: 'machine.finalized',
    at: '2026-12-01T00:00:00.000Z',
    migrationId: 'm-1',
    correlationId: 'c-1',
    appName: 'shop',
    wave: 'wave-1',
    environment: 'dev',
    targetVmName: 'web-1',
    status: 'FINALIZED',
  };
  const { signal, ...rest } = options();
  const notifier = callbackNotifier(rest);
  const machine = { migrationId: 'm-1', correlationId: 'c-1', payload: payloadOf('m-1'), memory: {} };
  await notifier.notify(notification, signal, machine);
  expect(received).toEqual([]);
  await notifier.notify({ ...notification, callbackUrl: `https://hooks.acme.test:${port}/` }, signal, machine);
  expect(JSON.parse(received[0]?.body ?? '')).toEqual({
    type: 'machine.finalized',
    timestamp: '2026-12-01T00:00:00.000Z',
    data: {
      migrationId: 'm-1',
      correlationId: 'c-1',
      appName: 'shop',
      wave: 'wave-1',
      environment: 'dev',
      targetVmName: 'web-1',
      status: 'FINALIZED',
    },
  });
});
