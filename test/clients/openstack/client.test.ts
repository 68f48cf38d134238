import { afterEach, expect, test } from '@jest/globals';
import type { IncomingMessage, RequestListener } from 'node:http';
import { cloudClient, jsonIn } from '../../../clients/openstack/index.js';
import type { CloudClient, CloudClientOptions } from '../../../clients/openstack/index.js';
import { fail, ok } from '../../../core/result.js';
import { diagnostic } from '../../../core/diagnostic.js';
import { listen } from '../../support/http-server.js';

const opened: { stop?(): Promise<void>; close?(): Promise<void> }[] = [];

afterEach(async () => {
  for (const one of opened.splice(0)) await (one.stop?.() ?? one.close?.());
});

/** A cloud whose tokens are `token-1`, `token-2` …, in the order in which they were given. */
async function cloud(
  answer: RequestListener,
  options?: CloudClientOptions,
): Promise<CloudClient & { signIns: number }> {
  const server = await listen(answer);
  opened.push(server);
  let signIns = 0;
  const client = cloudClient(
    {
      name: 'the test cloud',
      signIn: () => {
        signIns += 1;
        return Promise.resolve(
          ok({
            token: `token-${signIns}`,
            projectId: 'p',
            region: 'RegionOne',
            endpoint: (service) => (service === 'volume' ? undefined : `${server.url}/${service}/v2`),
          }),
        );
      },
    },
    options,
  );
  opened.push(client);
  return Object.defineProperty(client as CloudClient & { signIns: number }, 'signIns', { get: () => signIns });
}

function tokenOf({ headers }: IncomingMessage): string {
  return String(headers['x-auth-token']);
}

test('requests go to the endpoint of their service, with the token and JSON', async () => {
  const client = await cloud((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method, url } = request;
      response.end(JSON.stringify({ method, url, token: tokenOf(request), body: Buffer.concat(chunks).toString() }));
    });
  });
  const reply = await client.send({ method: 'POST', service: 'image', path: '/images?x=1', json: { a: 1 } });
  expect(reply.ok && jsonIn(reply.value)).toEqual({
    ok: true,
    value: { method: 'POST', url: '/image/v2/images?x=1', token: 'token-1', body: '{"a":1}' },
  });
});

test('an expired token is renewed once for all requests that notice', async () => {
  const client = await cloud((request, response) => {
    request.resume();
    response.writeHead(tokenOf(request) === 'token-1' ? 401 : 200).end('{}');
  });
  const asked = Array.from({ length: 5 }, () => client.send({ method: 'GET', service: 'compute', path: '/servers' }));
  expect((await Promise.all(asked)).every(({ ok: is }) => is)).toBe(true);
  expect(client.signIns).toBe(2);
});

test('a stream is not sent again; the next request has the new token', async () => {
  const client = await cloud((request, response) => {
    request.resume().on('end', () => response.writeHead(tokenOf(request) === 'token-1' ? 401 : 204).end());
  });
  const send = (): ReturnType<CloudClient['send']> =>
    client.send({ method: 'PUT', service: 'image', path: '/file', body: content() });
  expect(await send()).toMatchObject({ ok: false, error: { status: 401 } });
  expect(await send()).toMatchObject({ ok: true });
});

async function* content(): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  yield Buffer.from('content');
}

test('a refusal has the words of the service, whatever their form', async () => {
  const answers = [
    '{"badRequest": {"code": 400, "message": "Invalid  volume"}}',
    '{"NeutronError": {"type": "IpAddressInUse", "message": "in use", "detail": ""}}',
    '{"message": "plain"}',
    '<html><title>409</title><body>page</body></html>',
    '',
  ];
  const client = await cloud((_request, response) => response.writeHead(409).end(answers.shift()));
  const reasons: string[] = [];
  while (answers.length > 0) {
    const reply = await client.send({ method: 'GET', service: 'network', path: '/ports' });
    reasons.push(reply.ok ? 'ok' : reply.error.reason);
  }
  expect(reasons).toEqual(['Invalid volume', 'in use', 'plain', '409 page', '']);
});

test('a microversion is asked for where one is chosen', async () => {
  const client = await cloud(
    (request, response) => response.end(JSON.stringify({ version: request.headers['openstack-api-version'] ?? null })),
    { microversions: { compute: '2.79' } },
  );
  const asked = async (service: 'compute' | 'network'): Promise<unknown> => {
    const reply = await client.send({ method: 'GET', service, path: '/' });
    return reply.ok && jsonIn(reply.value);
  };
  expect(await asked('compute')).toEqual({ ok: true, value: { version: 'compute 2.79' } });
  expect(await asked('network')).toEqual({ ok: true, value: { version: null } });
});

test('a service that the catalog does not have, and an answer that is not JSON, are failures', async () => {
  const client = await cloud((_request, response) => response.end('<html>proxy</html>'));
  expect(await client.send({ method: 'GET', service: 'volume', path: '/' })).toMatchObject({
    ok: false,
    error: { code: 'credentials', reason: 'the catalog has no service volume in the region RegionOne' },
  });
  const page = await client.send({ method: 'GET', service: 'image', path: '/' });
  expect(page.ok && jsonIn(page.value)).toMatchObject({
    ok: false,
    error: { reason: "it sent 'proxy' instead of JSON" },
  });
});

test('a sign-in that fails is tried again with the next request', async () => {
  let attempts = 0;
  const client = cloudClient({
    name: 'the test cloud',
    signIn: () => {
      attempts += 1;
      const code = attempts === 1 ? 'cloud-unreachable' : 'cloud-credentials-refused';
      return Promise.resolve(fail([diagnostic({ code, message: `attempt ${attempts}`, fix: 'none' })]));
    },
  });
  opened.push(client);
  const ask = (): ReturnType<CloudClient['send']> => client.send({ method: 'GET', service: 'image', path: '/' });
  expect(await ask()).toMatchObject({ ok: false, error: { code: 'connection', reason: 'attempt 1' } });
  expect(await ask()).toMatchObject({ ok: false, error: { code: 'credentials', reason: 'attempt 2' } });
});
