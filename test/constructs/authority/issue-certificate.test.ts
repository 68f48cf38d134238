import { afterAll, expect, test } from '@jest/globals';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { issueCertificate } from '../../support/issue-certificate.js';

const folder = mkdtempSync(join(tmpdir(), 'a2o-authority-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const certificateIn = (machine: string, name: string): X509Certificate =>
  new X509Certificate(readFileSync(join(folder, machine, name)));

test('machines that share the secret trust each other’s certificates, which are for their own names', () => {
  issueCertificate(join(folder, 'database'), ['database', '10.20.0.11']);
  issueCertificate(join(folder, 'runner'), ['runner-1']);
  const [server, authority] = [certificateIn('database', 'server.pem'), certificateIn('runner', 'ca.pem')];
  expect(server.checkIssued(authority)).toBe(true);
  expect(server.verify(authority.publicKey)).toBe(true);
  expect(server.checkHost('database')).toBe('database');
  expect(server.checkHost(hostname())).toBe(hostname());
  expect(server.checkIP('10.20.0.11')).toBe('10.20.0.11');
  expect(server.checkHost('runner-1')).toBeUndefined();
  expect([authority.ca, server.ca]).toEqual([true, false]);
});

test('another secret is another authority', () => {
  issueCertificate(join(folder, 'other'), [], 'b'.repeat(64));
  const [server, authority] = [certificateIn('database', 'server.pem'), certificateIn('other', 'ca.pem')];
  expect(server.verify(authority.publicKey)).toBe(false);
});

test('only root reads the key, everyone the authority’s certificate, and its key is nowhere', () => {
  const modeOf = (name: string): string => (statSync(join(folder, 'database', name)).mode & 0o777).toString(8);
  expect([modeOf('server.pem'), modeOf('ca.pem')]).toEqual(['600', '644']);
  expect(readFileSync(join(folder, 'database', 'ca.pem'), 'utf8')).not.toContain('KEY');
});
