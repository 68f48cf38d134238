import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { text } from 'node:stream/consumers';
import { tellMigrationFactory } from '../../../waves/services/mgn/index.js';
import { listen } from '../../support/http-server.js';
import type { LocalServer } from '../../support/http-server.js';

const servers = [
  { server_id: '1', server_name: 'db-1', server_fqdn: 'db-1.acme.example' },
  { server_id: '2', server_name: 'WEB-1', server_fqdn: 'web-1.acme.example' },
];

let server: LocalServer;
let status: number;
let listed: string;
let asked: { readonly method: string; readonly url: string; readonly token: string; readonly body: string }[];

beforeEach(async () => {
  status = 200;
  listed = JSON.stringify(servers);
  asked = [];
  server = await listen((request, response) => {
    const { method = '', url = '', headers } = request;
    void text(request).then((body) => {
      asked.push({ method, url, token: headers.authorization ?? '', body });
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(method === 'GET' ? listed : '{}');
    });
  });
});

afterEach(async () => {
  await server.stop();
});

function tell(name: string): ReturnType<typeof tellMigrationFactory> {
  const factory = { endpoint: `${server.url}/prod`, token: () => Promise.resolve('id-token') };
  return tellMigrationFactory(factory, name, 'Cutover');
}

test('a server is found by name or FQDN, whatever its case, and gets the status', async () => {
  expect(await tell('web-1')).toBe('told');
  expect(asked).toEqual([
    { method: 'GET', url: '/prod/user/server', token: 'id-token', body: '' },
    { method: 'PUT', url: '/prod/user/server/2', token: 'id-token', body: '{"migration_status":"Cutover"}' },
  ]);
});

test('a server that it does not know is nobody to tell', async () => {
  expect(await tell('web-2')).toBe('unknown-server');
  expect(asked.map(({ method }) => method)).toEqual(['GET']);
});

test.each([
  [401, 'PrerequisiteError'],
  [404, 'PrerequisiteError'],
  [429, 'TransientError'],
  [503, 'TransientError'],
])('an answer of %d is a %s', async (given, name) => {
  status = given;
  await expect(tell('web-1')).rejects.toMatchObject({ name });
});

test('no answer is a TransientError', async () => {
  await server.stop();
  await expect(tell('web-1')).rejects.toMatchObject({ name: 'TransientError' });
});

test.each(['<html>Sign in</html>', '{"message":"Not Found"}'])(
  'an endpoint that answers %s is not Cloud Migration Factory, and the message says what to correct',
  async (answer) => {
    listed = answer;
    await expect(tell('web-1')).rejects.toMatchObject({
      name: 'PrerequisiteError',
      message: expect.stringContaining('migrationFactory.endpoint'),
    });
  },
);
