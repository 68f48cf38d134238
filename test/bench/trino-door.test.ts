import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:https';
import type { Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openTrinoDoor } from '../../bench/comparison/trino-door.js';
import type { TrinoDoor } from '../../bench/comparison/trino-door.js';

const folder = mkdtempSync(join(tmpdir(), 'a2o-trino-door-'));
const [keyFile, certificateFile] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
let server: Server;
let door: TrinoDoor;

beforeAll(async () => {
  const subject = ['-subj', '/CN=coordinator', '-addext', 'subjectAltName=DNS:coordinator'];
  const files = ['-keyout', keyFile, '-out', certificateFile];
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', ...files, ...subject], {
    stdio: 'ignore',
  });
  const ca = readFileSync(certificateFile, 'utf8');
  server = createServer({ key: readFileSync(keyFile), cert: ca }, ({ headers }, answer) => {
    answer.setHeader('x-trino-added-prepare', 'statement=SELECT+1');
    answer.end(JSON.stringify({ nextUri: `https://${headers.host ?? ''}/v1/next`, signedIn: headers.authorization }));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  door = await openTrinoDoor({ url, user: 'admin', password: 'secret', ca, serverName: 'coordinator' });
});

afterAll(async () => {
  await door.close();
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
  rmSync(folder, { recursive: true });
});

test('signs in, leads back to itself, and keeps the headers in which prepared statements travel', async () => {
  const answer = await fetch(`http://${door.host}/v1/statement`, { method: 'POST', body: 'SELECT 1' });
  expect(answer.headers.get('x-trino-added-prepare')).toBe('statement=SELECT+1');
  expect(await answer.json()).toEqual({
    nextUri: `http://${door.host}/v1/next`,
    signedIn: `Basic ${Buffer.from('admin:secret').toString('base64')}`,
  });
});
