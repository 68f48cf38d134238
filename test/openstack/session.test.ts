import { afterEach, describe, expect, test } from '@jest/globals';
import { mkdtempSync, writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatDiagnostic } from '../../core/diagnostic.js';
import { httpSender } from '../../openstack/session/http.js';
import { cloudTarget, openSession } from '../../openstack/session/index.js';
import { listen } from '../support/http-server.js';
import type { LocalServer } from '../support/http-server.js';

let server: LocalServer | undefined;
afterEach(async () => {
  await server?.stop();
  server = undefined;
});

async function serve(answer: RequestListener): Promise<string> {
  server = await listen(answer);
  return server.url;
}

const signIn = { OS_USERNAME: 'ada', OS_PASSWORD: 'hidden-one', OS_PROJECT_NAME: 'lake' };

/** What a person reads when signing in fails. */
async function failure(env: Readonly<Record<string, string>>): Promise<string> {
  const session = await openSession(env, 'RegionOne');
  expect(session.ok).toBe(false);
  return session.ok ? '' : session.error.map(formatDiagnostic).join('\n');
}

function clouds(text: string): Readonly<Record<string, string>> {
  const file = join(mkdtempSync(join(tmpdir(), 'a2o-clouds-')), 'clouds.yaml');
  writeFileSync(file, text);
  return { OS_CLOUD: 'x', OS_CLIENT_CONFIG_FILE: file };
}

describe('an answer of Keystone', () => {
  const bodies = [
    '<html>Welcome</html>',
    '{}',
    'null',
    '{"token":5}',
    '{"token":{"project":{}}}',
    '{"token":{"project":{"id":"p"},"catalog":[{"type":"compute"}]}}',
    '{"token":{"project":{"id":"p"},"catalog":[{"type":"compute","endpoints":[{"interface":"public"}]}]}}',
  ];
  test.each(bodies)('201 with %s is not a sign-in', async (body) => {
    const url = await serve((_, response) => response.writeHead(201, { 'X-Subject-Token': 't' }).end(body));
    const text = await failure({ ...signIn, OS_AUTH_URL: url });
    expect(text).toContain(`Keystone at ${url}/v3 answers with HTTP 201 and a body that does not describe a token`);
  });

  test('a token with a project and a catalog signs in', async () => {
    const endpoints = [{ interface: 'public', region: 'RegionOne', url: 'http://127.0.0.1:8774/v2.1/' }];
    const token = { project: { id: 'p' }, catalog: [{ type: 'compute', endpoints }] };
    const body = JSON.stringify({ token });
    const url = await serve((_, response) => response.writeHead(201, { 'X-Subject-Token': 't' }).end(body));
    const session = await openSession({ ...signIn, OS_AUTH_URL: url }, 'RegionOne');
    expect(session.ok && session.value.projectId).toBe('p');
    expect(session.ok && session.value.endpoint('compute')).toBe('http://127.0.0.1:8774/v2.1');
  });
});

describe('clouds.yaml', () => {
  test('a cloud without settings is one error', async () => {
    expect(await failure(clouds('clouds: { x: null }'))).toContain('the authentication URL is missing from');
  });

  test.each([
    ['auth_url', '{ auth: { auth_url: 5 } }'],
    ['password', '{ auth: { auth_url: "http://127.0.0.1:1", username: ada, password: 918273 } }'],
    ['interface', '{ interface: 5, auth: { auth_url: "http://127.0.0.1:1" } }'],
    ['cacert', '{ cacert: 0, auth: { auth_url: "http://127.0.0.1:1" } }'],
  ])('%s that is not a string is named, and its value is not printed', async (key, cloud) => {
    const text = await failure(clouds(`clouds: { x: ${cloud} }`));
    expect(text).toContain(`\`${key}\` of the cloud 'x'`);
    expect(text).not.toContain('918273');
  });
});

test.each([
  'http://ada:hidden-two@127.0.0.1:1/v3',
  'http://ada:hidden-two/x@127.0.0.1:1/v3',
  'ada:hidden-two@127.0.0.1:1/v3',
  'http://127.0.0.1:1/v3?password=hidden-two',
  'ftp://127.0.0.1/hidden-two',
])('the authentication URL %s is refused and not printed', async (url) => {
  const text = await failure({ ...signIn, OS_AUTH_URL: url });
  expect(text).toContain('The authentication URL of the OS_* variables is not an http or https URL');
  expect(text).not.toMatch(/hidden-(one|two)/);
});

test('an answer that comes byte by byte is given up when its time is over', async () => {
  const url = await serve((_, response) => {
    const drip = setInterval(() => response.write(' '), 20);
    response.on('close', () => {
      clearInterval(drip);
    });
  });
  const answer = await httpSender({ timeoutMs: 300 })({ url });
  expect(answer).toEqual({
    ok: false,
    error: expect.stringMatching(/^no complete answer to GET http:\S+ within 0.3 s$/),
  });
});

describe('a cloud for clients that work for long', () => {
  test('each sign-in has its own token, and the endpoints of its region', async () => {
    let signIns = 0;
    const endpoints = [{ interface: 'public', region: 'RegionOne', url: 'http://127.0.0.1:9292/' }];
    const body = JSON.stringify({ token: { project: { id: 'p' }, catalog: [{ type: 'image', endpoints }] } });
    const url = await serve((_, response) => {
      signIns += 1;
      response.writeHead(201, { 'X-Subject-Token': `token-${signIns}` }).end(body);
    });
    const target = cloudTarget({ ...signIn, OS_AUTH_URL: url }, 'RegionOne');
    if (!target.ok) throw new Error(JSON.stringify(target.error));
    expect(signIns).toBe(0);
    await target.value.signIn();
    const access = await target.value.signIn();
    expect(access).toMatchObject({ ok: true, value: { token: 'token-2', projectId: 'p', region: 'RegionOne' } });
    expect(access.ok && [access.value.endpoint('image'), access.value.endpoint('volume')]).toEqual([
      'http://127.0.0.1:9292',
      undefined,
    ]);
  });

  test('certificates that are not to be verified are refused', async () => {
    const env = { ...signIn, OS_AUTH_URL: 'https://k.example', OS_INSECURE: 'true' };
    expect(await openSession(env, 'RegionOne')).toEqual(cloudTarget(env, 'RegionOne'));
    expect(cloudTarget(env, 'RegionOne')).toMatchObject({
      ok: false,
      error: [{ code: 'cloud-settings', fix: expect.stringContaining('OS_CACERT') }],
    });
  });
});
