import { afterAll, expect, test } from '@jest/globals';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ok } from '../../../core/result.js';
import { readAuthority } from '../../../openstack/machines/index.js';
import type { CloudSession } from '../../../openstack/session/index.js';
import { issueCertificate } from '../../support/issue-certificate.js';

const folder = mkdtempSync(join(tmpdir(), 'a2o-published-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** What a machine publishes, which has derived the authority from this key. */
function publishedWith(key: string): string {
  const machine = mkdtempSync(join(folder, 'machine-'));
  issueCertificate(machine, [], key.repeat(64));
  return readFileSync(join(machine, 'ca.pem'), 'utf8');
}

/** A cloud of machines, each with what it has published, if anything. */
function cloudOf(machines: Readonly<Record<string, string | undefined>>): CloudSession {
  const metadata = { a2o_bundle: 'lake-system/config/bundle.tar', a2o_role: 'worker' };
  const servers = Object.keys(machines).map((name) => ({ name, status: 'ACTIVE', metadata }));
  const answers: Readonly<Record<string, string | undefined>> = {
    '/servers/detail': JSON.stringify({ servers }),
    '/volumes/detail': JSON.stringify({ volumes: [] }),
    ...Object.fromEntries(Object.entries(machines).map(([name, pem]) => [`/lake-system/machines/${name}.pem`, pem])),
  };
  const session: Pick<CloudSession, 'send'> = {
    send: (_service, path) => {
      const text = answers[path];
      return Promise.resolve(ok({ status: text === undefined ? 404 : 200, headers: {}, text: text ?? '' }));
    },
  };
  return session as CloudSession;
}

test('the certificate that machines have published is the one that verifies their own', async () => {
  const [one, two] = [publishedWith('a'), publishedWith('a')];
  const read = await readAuthority(
    cloudOf({ 'lake-database': one, 'lake-runner-1': two, 'lake-gateway-1': undefined }),
    'lake',
  );
  expect(read).toMatchObject({ ok: true });
  const { certificate, fingerprint, validTo } = read.ok
    ? read.value
    : { certificate: '', fingerprint: '', validTo: '' };
  expect([one, two]).toContain(certificate);
  expect(fingerprint).toBe(new X509Certificate(certificate).fingerprint256);
  expect(new Date(validTo).getTime()).toBeGreaterThan(Date.now());
});

test('machines that disagree are named, and nothing is printed', async () => {
  const cloud = cloudOf({ 'lake-a': publishedWith('a'), 'lake-b': publishedWith('a'), 'lake-c': publishedWith('b') });
  expect(await readAuthority(cloud, 'lake')).toMatchObject({
    ok: false,
    error: [{ code: 'authority-ambiguous', message: expect.stringContaining('lake-a, lake-b; lake-c.') }],
  });
});

test.each([
  ['nothing', undefined],
  ['something else', 'not a certificate'],
  ['the certificate of a server', 'server'],
])('%s is not taken for a certificate of the authority', async (_what, published) => {
  const machine = mkdtempSync(join(folder, 'machine-'));
  issueCertificate(machine, []);
  const text =
    published === 'server'
      ? readFileSync(join(machine, 'server.pem'), 'utf8').replace(/^[^]*?KEY-----\n(?=-)/, '')
      : published;
  expect(await readAuthority(cloudOf({ 'lake-a': text }), 'lake')).toMatchObject({
    ok: false,
    error: [{ code: 'authority-not-published' }],
  });
});
