import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { Agent } from 'node:https';
import { Provider } from 'oidc-provider';
import { freePort } from '../../support/postgres-server.js';
import { startCluster } from '../../support/rendered-cluster.js';
import type { RenderedCluster } from '../../support/rendered-cluster.js';
import { Browser } from './browser.js';
import type { Page } from './browser.js';

const clientSecret = 'e'.repeat(32);
const provider = createServer();
let cluster: RenderedCluster;
let certificate: Agent;
let stop = (): Promise<void> => Promise.resolve();

describe.each(['476', '483'])('Trino %s, where people sign in at a real OpenID Connect provider', (version) => {
  beforeAll(async () => {
    const ports = { provider: await freePort(), trino: await freePort() };
    const issuer = `http://127.0.0.1:${ports.provider}`;
    const oidc = new Provider(issuer, {
      clients: [
        {
          client_id: 'lake',
          client_secret: clientSecret,
          redirect_uris: [`https://127.0.0.1:${ports.trino}/oauth2/callback`],
        },
      ],
      claims: { openid: ['sub'], email: ['email'] },
      // Its own forms take every name and password.
      features: { devInteractions: { enabled: true } },
      findAccount: (_context, sub) => ({
        accountId: sub,
        claims: () => ({ sub, email: `${sub}@acme.example` }),
      }),
    });
    const answer = oidc.callback();
    provider.removeAllListeners('request').on('request', (asked, answered) => void answer(asked, answered));
    await new Promise<void>((listening) => provider.listen(ports.provider, '127.0.0.1', listening));
    cluster = await startCluster(
      {
        version,
        workers: 0,
        access: { admins: ['anna@acme.example'], groups: {}, grants: [] },
        oauth2: { issuer, clientId: 'lake', clientSecret: 'lake-oauth2', userField: 'email' },
      },
      { users: [], oauth2: { clientSecret, port: ports.trino } },
    );
    stop = () => cluster.stop();
    certificate = new Agent({ ca: readFileSync(cluster.certificateFile), servername: 'coordinator' });
  }, 600_000);

  afterAll(async () => {
    await stop();
    provider.closeAllConnections();
    await new Promise((closed) => provider.close(closed));
  }, 60_000);

  const trino = (path: string): string => `https://127.0.0.1:${cluster.ports.coordinator}${path}`;

  /** As Trino's clients do: a query without a token says where to sign in and where the token will be. */
  async function tokenOf(user: string): Promise<string> {
    const browser = new Browser(certificate);
    const refused = await browser.visit(trino('/v1/statement'), { method: 'POST', body: 'SELECT 1' });
    expect(refused.status).toBe(401);
    const [, signIn = '', token = ''] =
      /Bearer x_redirect_server="([^"]+)", x_token_server="([^"]+)"/.exec(refused.challenge) ?? [];
    expect((await browser.signIn(signIn, user)).status).toBe(200);
    return (JSON.parse((await browser.visit(token)).body) as { token: string }).token;
  }

  async function ask(sql: string, token: string): Promise<Page & { readonly rows: unknown[][] }> {
    const browser = new Browser(certificate, { Authorization: `Bearer ${token}` });
    let page = await browser.visit(trino('/v1/statement'), { method: 'POST', body: sql });
    const rows: unknown[][] = [];
    while (page.status === 200) {
      const answer = JSON.parse(page.body) as { nextUri?: string; data?: unknown[][]; error?: { message: string } };
      rows.push(...(answer.data ?? []));
      if (answer.error !== undefined) rows.push([answer.error.message]);
      if (answer.nextUri === undefined) break;
      page = await browser.visit(trino(new URL(answer.nextUri).pathname));
    }
    return { ...page, rows };
  }

  test('they are who they are there, by the claim that the mapping names, and grants count for them', async () => {
    const [anna, zoe] = [await tokenOf('anna'), await tokenOf('zoe')];
    expect((await ask('SELECT current_user', anna)).rows).toEqual([['anna@acme.example']]);
    expect((await ask('SHOW CATALOGS', anna)).rows).toEqual([['hive'], ['system']]);
    expect((await ask('SHOW CATALOGS', zoe)).rows).toEqual([['system']]);
  }, 120_000);

  test('a token that the provider did not give is refused; machines still have their password', async () => {
    expect(await ask('SELECT 1', 'made-up')).toMatchObject({ status: 401 });
    expect(await cluster.query('admin', 'SELECT current_user')).toEqual([['admin']]);
    expect(await cluster.query('mallory', 'SELECT 1')).toMatch(/HTTP 401/);
  }, 60_000);

  test('the web page leads to the provider, too', async () => {
    const { status, location } = await new Browser(certificate).visit(trino('/ui/'));
    expect([status, location]).toEqual([303, expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/auth\?/)]);
  }, 60_000);
});
