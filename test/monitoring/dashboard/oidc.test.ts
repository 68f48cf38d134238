import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { Agent } from 'node:https';
import { Provider } from 'oidc-provider';
import { oidcSettings } from '../../../monitoring/dashboard/server/index.js';
import type { OidcSettings } from '../../../monitoring/dashboard/server/sign-in/oidc.js';
import type { State } from '../../../state/index.js';
import { Browser } from '../../integration/lakehouse-security/browser.js';
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
  const issuer = `http://127.0.0.1:${issuerPort}`;
  const secret = 'e'.repeat(32);
  const openId = new Provider(issuer, {
    clients: [
      { client_id: 'lake', client_secret: secret, redirect_uris: [`http://127.0.0.1:${port}/sign-in/callback`] },
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

test('who is in none of the groups is refused, and told which there are', async () => {
  const browser = browse();
  const page = await browser.signIn(`${app.origin}/sign-in`, 'zoe');
  expect([page.status, page.body]).toEqual([403, expect.stringContaining('A2O_OIDC_VIEWER_GROUP')]);
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
  expect(answer).toMatchObject({ status: 502, json: { errors: [{ code: 'identity-provider-unreachable' }] } });
  expect(answer.text).not.toContain('127.0.0.1');
  expect(problems).toHaveLength(before + 1);
});
