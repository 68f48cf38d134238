import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSecrets } from '../../../monitoring/dashboard/server/index.js';
import type { State } from '../../../state/index.js';
import { serveDashboard } from '../../support/dashboard.js';
import type { ServedDashboard } from '../../support/dashboard.js';
import { opened, startEngine } from '../../support/state-engines.js';
import type { StateEngine } from '../../support/state-engines.js';

let engine: StateEngine;
let state: State;
let app: ServedDashboard;
let folder: string;
let cert: string;
let token: string;

beforeAll(async () => {
  engine = await startEngine('embedded');
  state = await opened(await engine.fresh());
  folder = mkdtempSync(join(tmpdir(), 'a2o-tls-'));
  const [certFile, keyFile] = [join(folder, 'tls.crt'), join(folder, 'tls.key')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', keyFile];
  execFileSync('openssl', ['req', '-x509', '-out', certFile, ...key, ...subject], { stdio: 'ignore' });
  cert = readFileSync(certFile, 'utf8');
  const secrets = openSecrets(join(folder, 'secrets.json'));
  if (!secrets.ok) throw new Error('no secrets');
  token = secrets.value.made?.operator ?? '';
  app = await serveDashboard(state, {
    tls: { cert, key: readFileSync(keyFile, 'utf8') },
    secrets: secrets.value.secrets,
  });
});
afterAll(async () => {
  await app.close();
  await state.close();
  await engine.stop();
  rmSync(folder, { recursive: true });
});

interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

interface Answer extends Pick<IncomingMessage, 'statusCode' | 'headers'> {
  readonly json: unknown;
}

function ask(path: string, { method = 'GET', headers = {}, body }: Asked = {}): Promise<Answer> {
  return new Promise((settle, reject) => {
    const url = new URL(path, app.origin.replace('http:', 'https:'));
    const sent = request(url, { method, headers, ca: cert }, (answer) => {
      let text = '';
      answer.on('data', (chunk: Buffer) => (text += chunk.toString()));
      answer.on('end', () => {
        settle({ statusCode: answer.statusCode, headers: answer.headers, json: JSON.parse(text) });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

test('with a certificate, cookies are for HTTPS alone, and a session works through them', async () => {
  const before = await ask('/api/session');
  expect(before.headers['strict-transport-security']).toMatch(/^max-age=/);
  const [csrfCookie = ''] = before.headers['set-cookie'] ?? [];
  const { csrf } = before.json as { csrf: string };
  const signedIn = await ask('/api/session', {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-csrf-token': csrf,
      cookie: csrfCookie.split(';')[0] ?? '',
    },
    body: JSON.stringify({ token }),
  });
  const [session = ''] = signedIn.headers['set-cookie'] ?? [];
  expect(session).toMatch(
    /^__Host-a2o_[0-9a-f]{8}_session=\S+; Max-Age=43200; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
  );
  const after = await ask('/api/session', { headers: { cookie: session.split(';')[0] ?? '' } });
  expect(after.json).toMatchObject({ who: 'local-operator', role: 'operator' });
});
