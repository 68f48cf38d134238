import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { Agent } from 'node:https';
import { Provider } from 'oidc-provider';
import type { RenderedCluster } from '../../support/rendered-cluster.js';
import { freePort } from '../../support/postgres-server.js';
import { Browser } from './browser.js';
import type { Page } from './browser.js';

/** A real OpenID Connect provider, and the client that a Trino is there. */
export interface SignInProvider {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  stop(): Promise<void>;
}

/** Knows everybody: `anna` has the address `anna@acme.example`. `trinoPort` is where its one client will listen. */
export async function startProvider(trinoPort: number): Promise<SignInProvider> {
  const port = await freePort();
  const issuer = `http://127.0.0.1:${port}`;
  const [clientId, clientSecret] = ['lake', 'e'.repeat(32)];
  const oidc = new Provider(issuer, {
    clients: [
      {
        client_id: clientId,
        client_secret: clientSecret,
        redirect_uris: [`https://127.0.0.1:${trinoPort}/oauth2/callback`],
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
  const server = createServer((asked, answered) => void answer(asked, answered));
  await new Promise<void>((listening) => server.listen(port, '127.0.0.1', listening));
  const stop = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  };
  return { issuer, clientId, clientSecret, stop };
}

/** What holds for people who sign in at the provider of a cluster. `anna@acme.example` is an administrator of it. */
export function testSignIn(cluster: () => RenderedCluster): void {
  const certificate = (): Agent =>
    new Agent({ ca: readFileSync(cluster().certificateFile), servername: 'coordinator' });
  const trino = (path: string): string => `https://127.0.0.1:${cluster().ports.coordinator}${path}`;

  /** As Trino's clients do: a query without a token says where to sign in and where the token will be. */
  async function tokenOf(user: string): Promise<string> {
    const browser = new Browser(certificate());
    const refused = await browser.visit(trino('/v1/statement'), { method: 'POST', body: 'SELECT 1' });
    expect(refused.status).toBe(401);
    const [, signIn = '', token = ''] =
      /Bearer x_redirect_server="([^"]+)", x_token_server="([^"]+)"/.exec(refused.challenge) ?? [];
    expect((await browser.signIn(signIn, user)).status).toBe(200);
    return (JSON.parse((await browser.visit(token)).body) as { token: string }).token;
  }

  async function ask(sql: string, token: string): Promise<Page & { readonly rows: unknown[][] }> {
    const browser = new Browser(certificate(), { Authorization: `Bearer ${token}` });
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
    expect(await cluster().query('admin', 'SELECT current_user')).toEqual([['admin']]);
    expect(await cluster().query('mallory', 'SELECT 1')).toMatch(/HTTP 401/);
  }, 60_000);

  test('the web page leads to the provider, too', async () => {
    const { status, location } = await new Browser(certificate()).visit(trino('/ui/'));
    expect([status, location]).toEqual([303, expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/auth\?/)]);
  }, 60_000);
}
