import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { transport } from '../../../clients/transfer/index.js';
import { listen } from '../../support/http-server.js';
import type { LocalServer } from '../../support/http-server.js';
import { makeAuthority } from '../../support/private-authority.js';
import { command } from '../../support/processes.js';

const [acme, other] = [makeAuthority(), makeAuthority({ name: 'Other' })];
let server: LocalServer;
let folder = '';
const file = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'a2o-trust-'));
  writeFileSync(file('acme.pem'), acme.certificate);
  writeFileSync(file('other.pem'), other.certificate);
  server = await listen((_, response) => response.writeHead(500).end('reached'), acme.issue('IP:127.0.0.1'));
});

afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

async function answerWith(ca?: string): Promise<string> {
  const client = transport({ connections: 1, ...(ca !== undefined && { ca }) });
  const request = { method: 'GET', origin: server.url, path: '/', headers: {}, timeoutMs: 10_000 } as const;
  const reply = await client.send(request);
  await client.close();
  return reply.ok ? reply.value.text : reply.error.code;
}

test('an authority is trusted besides the well-known ones, by the client that is given it alone', async () => {
  expect(await answerWith(acme.certificate)).toBe('reached');
  expect(await answerWith(`${other.certificate}\n${acme.certificate}`)).toBe('reached');
  expect(await answerWith(other.certificate)).toBe('certificate');
  expect(await answerWith()).toBe('certificate');
});

/** What a probe of the server says, as a process with that environment. */
function probe(env: Readonly<Record<string, string>>): Promise<string> {
  const keys = { AWS_ACCESS_KEY_ID: 'key', AWS_SECRET_ACCESS_KEY: 'secret' };
  const args = ['probe', 'object-store', '--endpoint', server.url];
  return new Promise((settle) => {
    execFile(process.execPath, [command, ...args], { env: { ...keys, HOME: folder, ...env } }, (_error, _out, said) => {
      settle(said);
    });
  });
}

const trusted = ['SSL_CERT_FILE', 'AWS_CA_BUNDLE', 'NODE_EXTRA_CA_CERTS', 'A2O_TARGET_CA_FILE'] as const;

test.each(trusted)('%s is honoured, and names no other authority', async (name) => {
  expect(await probe({ [name]: file('acme.pem') })).toContain('[s3-failed]');
  expect(await probe({ [name]: file('other.pem'), NODE_TLS_REJECT_UNAUTHORIZED: '0' })).toContain('[s3-certificate]');
});

test.each(['SSL_CERT_FILE', 'AWS_CA_BUNDLE'])('%s with an unusable file is one clear error', async (name) => {
  writeFileSync(file('text.pem'), 'no certificate');
  expect(await probe({ [name]: '/none.pem' })).toMatch(
    new RegExp(
      `^/none\\.pem: error: The file in ${name} cannot be read \\(ENOENT\\)\\. \\[certificate-file\\]\n.*fix`,
      'u',
    ),
  );
  expect(await probe({ [name]: file('text.pem') })).toContain(
    `The file in ${name} does not contain a PEM certificate.`,
  );
});
