import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { motoCredentials, startMoto } from '../../../scripts/moto/moto.js';
import type { Moto } from '../../../scripts/moto/moto.js';
import { cli } from '../../support/run-cli.js';

const script = join(import.meta.dirname, '..', '..', '..', 'scripts', 'object-store', 'object-store.sh');

interface Store {
  readonly endpoint: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

interface Probed {
  readonly capabilities: Readonly<Record<string, { readonly supported: boolean; readonly detail: string }>>;
}

async function probe({ endpoint, accessKeyId, secretAccessKey }: Store): Promise<Record<string, boolean>> {
  const env = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey };
  const { code, stdout, stderr } = await cli(['probe', 'object-store', '--endpoint', endpoint, '--json'], env);
  expect([code, stderr.trim().split('\n').length]).toEqual([0, 1]);
  const { capabilities } = JSON.parse(stdout) as Probed;
  return Object.fromEntries(Object.entries(capabilities).map(([name, { supported }]) => [name, supported]));
}

async function bucketsOf({ endpoint, accessKeyId, secretAccessKey }: Store): Promise<number> {
  const credentials = { accessKeyId, secretAccessKey };
  const s3 = new S3Client({ endpoint, region: 'us-east-1', credentials, forcePathStyle: true });
  const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));
  return Buckets.length;
}

describe('Ceph’s gateway', () => {
  const data = mkdtempSync(join(tmpdir(), 'a2o-store-'));
  let store: Store;

  beforeAll(() => {
    execFileSync(script, ['start', '--data', data], { stdio: ['ignore', 'ignore', 'inherit'] });
    const env = execFileSync(script, ['env', '--data', data], { encoding: 'utf8' });
    const value = (name: string): string => new RegExp(`^export ${name}=(.*)$`, 'm').exec(env)?.[1] ?? '';
    store = {
      endpoint: value('AWS_ENDPOINT_URL'),
      accessKeyId: value('AWS_ACCESS_KEY_ID'),
      secretAccessKey: value('AWS_SECRET_ACCESS_KEY'),
    };
  }, 180_000);

  afterAll(() => {
    execFileSync(script, ['wipe', '--data', data]);
  });

  test('can do all that is asked of it, and nothing is left of the trial', async () => {
    expect(await probe(store)).toEqual({
      bucketPolicy: true,
      conditionalPut: true,
      lifecycle: true,
      multipart: true,
      multipartEtag: true,
      objectLock: true,
      // Ceph's gateway has it where `rgw_s3_auth_use_sts` is set.
      sts: false,
      tagging: true,
      trailingChecksums: expect.any(Boolean),
      versioning: true,
    });
    expect(await bucketsOf(store)).toBe(0);
  }, 120_000);

  test('refuses wrong keys in words, and nothing is printed of them', async () => {
    const env = { AWS_ACCESS_KEY_ID: store.accessKeyId, AWS_SECRET_ACCESS_KEY: 'not-the-secret' };
    const { code, stdout, stderr } = await cli(['probe', 'object-store', '--endpoint', store.endpoint], env);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain(`The object store at ${store.endpoint} cannot be tried (SignatureDoesNotMatch`);
    expect(stderr).not.toContain('not-the-secret');
  });
});

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
    const [, target] = stdout.split('respects it:\n');
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
  expect(away).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('cannot be tried') });
});
