import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { motoCredentials, startMoto } from '../../environments/moto/moto.js';
import type { Moto } from '../../environments/moto/moto.js';
import { bucketsOf, probe } from '../support/object-store-probe.js';
import { cli } from '../support/run-cli.js';

describe('moto', () => {
  let moto: Moto;
  beforeAll(async () => {
    moto = await startMoto();
  }, 120_000);
  afterAll(() => moto.stop());

  test('honours If-None-Match, and nothing is left of the trial', async () => {
    const store = { endpoint: moto.endpoint, ...motoCredentials };
    expect(await probe(store)).toMatchObject({
      conditionalPut: true,
      multipart: true,
      sts: true,
      versioning: true,
      tagging: true,
    });
    expect(await bucketsOf(store)).toBe(0);
  }, 120_000);

  test('what is printed for the mapping is what a mapping takes', async () => {
    const { accessKeyId, secretAccessKey } = motoCredentials;
    const env = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey };
    const { stdout } = await cli(['probe', 'object-store', '--endpoint', moto.endpoint], env);
    const [, target] = stdout.split('takes it into account:\n');
    const mapping = join(mkdtempSync(join(tmpdir(), 'a2o-probe-')), 'acme.yaml');
    const head = 'apiVersion: aws2openstack/v1\nkind: MappingTemplate\nmetadata: { name: acme }\nextends: default\n';
    writeFileSync(mapping, `${head}${target ?? ''}`);
    const shown = await cli(['mappings', 'show', mapping, '--json']);
    expect(shown).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(shown.stdout)).toMatchObject({
      target: { objectStore: { capabilities: { conditionalPut: true, multipart: true } } },
    });
  }, 120_000);
});

test('a store that takes a condition and does not heed it is seen through', async () => {
  const moto = await startMoto();
  // It does not check signatures, so that what was signed can be left out.
  const proxy = createServer((incoming, outgoing) => {
    const headers = Object.fromEntries(Object.entries(incoming.headers).filter(([name]) => name !== 'if-none-match'));
    const forwarded = request(
      `${moto.endpoint}${incoming.url ?? ''}`,
      { method: incoming.method, headers },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      },
    );
    forwarded.on('error', () => outgoing.destroy());
    incoming.pipe(forwarded);
  });
  await new Promise<void>((listening) => proxy.listen(0, '127.0.0.1', listening));
  try {
    const endpoint = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    expect(await probe({ endpoint, ...motoCredentials })).toMatchObject({ conditionalPut: false, tagging: true });
    expect(await bucketsOf({ endpoint, ...motoCredentials })).toBe(0);
  } finally {
    proxy.closeAllConnections();
    proxy.close();
    await moto.stop();
  }
}, 120_000);

test('without keys, and without a store, the command says what to do', async () => {
  const none = await cli(['probe', 'object-store', '--endpoint', 'http://127.0.0.1:1']);
  expect(none).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('AWS_ACCESS_KEY_ID') });
  const env = { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' };
  const away = await cli(['probe', 'object-store', '--endpoint', 'http://127.0.0.1:1'], env);
  expect(away).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringContaining('ECONNREFUSED'),
  });
});
