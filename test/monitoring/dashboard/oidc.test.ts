import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { Agent } from 'node:https';
import { Provider } from 'oidc-provider';
import * as client from 'openid-client';
import { refusedSignIn } from '../../../monitoring/dashboard/server/sign-in/oidc-failures.js';
import { failurePage } from '../../../monitoring/dashboard/server/sign-in/sign-in-pages.js';
import { oidcSettings } from '../../../monitoring/dashboard/server/index.js';
import type { OidcSettings } from '../../../monitoring/dashboard/server/sign-in/oidc.js';
import type { State } from '../../../state/index.js';
import { Browser } from '../../integration/lakehouse-security/browser.js';
import type { Page } from '../../integration/lakehouse-security/browser.js';
import { serveDashboard } from '../../support/dashboard.js';
import type { ServedDashboard } from '../../support/dashboard.js';
import { freePort } from '../../support/postgres-server.js';
import { opened, startEngine } from '../../support/state-engines.js';
import type { StateEngine } from '../../support/state-engines.js';

let engine: StateEngine;
let state: State;
let provider: Server;
let app: ServedDashboard;
let oidc: OidcSettings;
/** Of dashboards with other settings, which the provider knows, too. */
let otherPorts: readonly [number, number];
const problems: unknown[] = [];
const onProblem = (problem: unknown): void => {
  problems.push(problem);
};

/** Who is in which group; the provider knows everybody. */
const groups: Readonly<Record<string, readonly string[]>> = { anna: ['lake-admins'], bob: ['lake-viewers'], zoe: [] };

beforeAll(async () => {
  engine = await startEngine('embedded');
  state = await opened(await engine.fresh());
  const [issuerPort, port] = [await freePort(), await freePort()];
  otherPorts = [await freePort(), await freePort()];
  const issuer = `http://127.0.0.1:${issuerPort}`;
  const secret = 'e'.repeat(32);
  const openId = new Provider(issuer, {
    clients: [
      {
        client_id: 'lake',
        client_secret: secret,
        redirect_uris: [port, ...otherPorts].map((each) => `http://127.0.0.1:${each}/sign-in/callback`),
      },
    ],
    claims: { openid: ['sub', 'groups'], email: ['email'], profile: ['preferred_username'] },
    conformIdTokenClaims: false,
    features: { devInteractions: { enabled: true } },
    findAccount: (_context, sub) => ({
      accountId: sub,
      claims: () => ({ sub, email: `${sub}@acme.example`, groups: groups[sub] ?? [] }),
    }),
  });
  const answer = openId.callback();
  provider = createServer((asked, answered) => void answer(asked, answered));
  await new Promise<void>((listening) => provider.listen(issuerPort, '127.0.0.1', listening));
  const settings = oidcSettings(
    {
      A2O_OIDC_ISSUER: issuer,
      A2O_OIDC_CLIENT_ID: 'lake',
      A2O_OIDC_CLIENT_SECRET: secret,
      A2O_OIDC_ADMIN_GROUP: 'lake-admins',
      A2O_OIDC_VIEWER_GROUP: 'lake-viewers',
    },
    new URL(`http://127.0.0.1:${port}/`),
  );
  if (!settings.ok || settings.value === undefined) throw new Error('no settings');
  oidc = settings.value;
  app = await serveDashboard(state, { oidc, onProblem }, port);
});
afterAll(async () => {
  await app.close();
  provider.closeAllConnections();
  await new Promise((closed) => provider.close(closed));
  await state.close();
  await engine.stop();
});

const browse = (): Browser => new Browser(new Agent());

test.each([
  ['anna', 'admin'],
  ['bob', 'viewer'],
])('%s signs in at the provider and is %s', async (user, role) => {
  const browser = browse();
  expect((await browser.signIn(`${app.origin}/sign-in`, user)).status).toBe(200);
  const session = JSON.parse((await browser.visit(`${app.origin}/api/session`)).body) as object;
  expect(session).toMatchObject({ who: `${user}@acme.example`, role, oidc: true });
});

test('who is in none of the groups is refused, and told what to do and what an administrator sets', async () => {
  const browser = browse();
  const page = await browser.signIn(`${app.origin}/sign-in`, 'zoe');
  expect(page.status).toBe(403);
  for (const text of [
    'not in a group',
    'Ask an administrator',
    '<code>A2O_OIDC_VIEWER_GROUP</code>',
    'sign-in-no-group',
  ])
    expect(page.body).toContain(text);
  expect((await browser.visit(`${app.origin}/api/audit`)).status).toBe(401);
});

test('an answer of the provider that this browser did not ask for signs nobody in', async () => {
  const honest = browse();
  const { location } = await honest.visit(`${app.origin}/sign-in`);
  const state = new URL(location).searchParams.get('state') ?? '';
  const answers = [
    await browse().visit(`${app.origin}/sign-in/callback?code=stolen&state=${state}`),
    await honest.visit(`${app.origin}/sign-in/callback?code=stolen&state=other`),
  ];
  expect(answers.map(({ status }) => status)).toEqual([400, 403]);
  // The reason is in the log alone.
  expect(problems).toHaveLength(1);
  expect((await honest.visit(`${app.origin}/api/audit`)).status).toBe(401);
});

test('a provider that does not answer is said to be the reason', async () => {
  const issuer = new URL(`http://127.0.0.1:${await freePort()}`);
  const alone = await serveDashboard(state, { oidc: { ...oidc, issuer }, onProblem });
  const before = problems.length;
  const answer = await alone.ask('/sign-in', 'nobody');
  await alone.close();
  expect([answer.status, answer.headers.get('content-type')]).toEqual([502, 'text/html; charset=utf-8']);
  expect(answer.text).toContain('identity-provider-unreachable');
  expect(answer.text).not.toContain('127.0.0.1');
  expect(problems).toHaveLength(before + 1);
});

/** At a dashboard with other settings. */
async function signInWith(change: Partial<OidcSettings>, port: number): Promise<Page> {
  const publicUrl = new URL(`http://127.0.0.1:${port}/`);
  const other = await serveDashboard(state, { oidc: { ...oidc, publicUrl, ...change }, onProblem }, port);
  const page = await browse().signIn(`${other.origin}/sign-in`, 'anna');
  await other.close();
  return page;
}

test('a wrong secret of the client is said to be the reason, without the secret', async () => {
  const page = await signInWith({ clientSecret: 'f'.repeat(32) }, otherPorts[0]);
  expect(page.status).toBe(502);
  expect(page.body).toContain('<code>A2O_OIDC_CLIENT_SECRET</code>');
  expect(page.body).not.toContain('ffff');
});

test('an ID token without the claim of the groups is said to be the reason', async () => {
  const page = await signInWith({ groupsClaim: 'roles' }, otherPorts[1]);
  expect(page.status).toBe(403);
  expect(page.body).toContain('no claim <code>roles</code>');
});

test('what the provider sends back instead of a code is a page; what it says besides its code is not shown', async () => {
  const browser = browse();
  const { location } = await browser.visit(`${app.origin}/sign-in`);
  const sent = new URL(location).searchParams.get('state') ?? '';
  const query = new URLSearchParams({
    state: sent,
    iss: oidc.issuer.origin,
    error: 'access_denied',
    error_description: '<script>call 555 123</script>',
  });
  const page = await browser.visit(`${app.origin}/sign-in/callback?${query.toString()}`);
  expect(page.status).toBe(403);
  expect(page.body).toContain('denied the sign-in, or it was cancelled');
  expect(page.body).not.toContain('555');
});

test('too many attempts are a page, too', async () => {
  const alone = await serveDashboard(state, { oidc, onProblem });
  let answer = await alone.ask('/sign-in/callback', 'nobody');
  for (let attempt = 0; attempt < 25 && answer.status !== 429; attempt += 1)
    answer = await alone.ask('/sign-in/callback', 'nobody');
  await alone.close();
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, expect.any(String)]);
  expect(answer.text).toContain('Wait a minute');
});

describe('what an error of the sign-in means', () => {
  const responseError = (error: string): Error =>
    Object.assign(Object.create(client.ResponseBodyError.prototype) as Error, { error });
  const refusal = (error: string): Error =>
    Object.assign(Object.create(client.AuthorizationResponseError.prototype) as Error, { error });
  const clock = new Error('JWT', {
    cause: Object.assign(new Error('iat'), { code: 'OAUTH_JWT_TIMESTAMP_CHECK_FAILED' }),
  });

  test.each([
    [responseError('invalid_client'), 502, 'sign-in-not-exchanged', 'does not accept the dashboard'],
    [responseError('invalid_grant'), 403, 'sign-in-not-exchanged', '(invalid_grant)'],
    [refusal('access_denied'), 403, 'sign-in-denied', 'was cancelled there'],
    [refusal('temporarily_unavailable'), 502, 'sign-in-denied', '(temporarily_unavailable)'],
    [refusal('<b>call me</b>'), 403, 'sign-in-denied', '(no known reason)'],
    [new TypeError('fetch failed'), 502, 'identity-provider-unreachable', 'does not answer'],
    [clock, 502, 'sign-in-clock', "dashboard's clock"],
    [new Error('unexpected state'), 403, 'sign-in-refused', 'did not confirm'],
    [undefined, 403, 'sign-in-refused', 'did not confirm'],
  ])('%s: %i %s', (error, status, code, message) => {
    expect(refusedSignIn(error)).toMatchObject({
      status,
      problem: { code, message: expect.stringContaining(message) },
    });
  });

  test('text is shown as text', () => {
    const problem = { ...refusedSignIn(undefined).problem, message: '<script>"\'&`A2O_X`' };
    const page = failurePage({ status: 400, problem, administrator: '' }, 'req-1');
    expect(page).toContain('&#60;script&#62;&#34;&#39;&#38;<code>A2O_X</code>');
    expect(page).toContain('req-1');
  });
});
