import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { X509Certificate, createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { containerTrust, trustService } from '../../../constructs/trust/index.js';
import { installAuthorities } from '../../support/machine-authorities.js';
import { makeAuthority } from '../../support/private-authority.js';

const [acme, other, system] = ['Acme', 'Other', 'System'].map((name) => makeAuthority({ name }).certificate) as [
  string,
  string,
  string,
];
let root = '';
const folderOf = (authorities: readonly string[]): string =>
  Object.keys(containerTrust(authorities).mounts)[0]?.slice('/var/lib/aws2openstack/trust/'.length) ?? '';

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'a2o-machine-trust-'));
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

/** Of the format JKS, as the program that reads it checks it. */
function readKeystore(path: string): readonly X509Certificate[] {
  const file = readFileSync(path);
  const [content, digest] = [file.subarray(0, -20), file.subarray(-20)];
  const password = Buffer.from('changeit', 'utf16le').swap16();
  expect(createHash('sha1').update(password).update('Mighty Aphrodite').update(content).digest()).toEqual(digest);
  expect([content.readUInt32BE(0), content.readUInt32BE(4)]).toEqual([0xfeedfeed, 2]);
  let at = 12;
  const take = (bytes: number): Buffer => content.subarray(at, (at += bytes));
  const text = (): string => take(take(2).readUInt16BE()).toString();
  const certificates = Array.from({ length: content.readUInt32BE(8) }, () => {
    expect(take(4).readUInt32BE()).toBe(2);
    text();
    take(8);
    expect(text()).toBe('X.509');
    return new X509Certificate(take(take(4).readUInt32BE()));
  });
  expect(at).toBe(content.length);
  return certificates;
}

test('a machine trusts them besides its own, and its containers trust what it trusts', () => {
  const folder = join(root, 'trust');
  installAuthorities({ root, authorities: [acme, other], system: [system], folder });
  const names = ['CN=System', 'CN=Acme', 'CN=Other'];
  expect(readKeystore(join(folder, 'authorities.jks')).map(({ subject }) => subject)).toEqual(names);
  expect(readFileSync(join(folder, 'authorities.pem'), 'utf8')).toContain(acme.trim());
  expect((statSync(join(folder, 'authorities.jks')).mode & 0o777).toString(8)).toBe('644');
  const before = readFileSync(join(folder, 'authorities.jks'));
  installAuthorities({ root, authorities: [acme, other], system: [system], folder });
  expect(readFileSync(join(folder, 'authorities.jks')).equals(before)).toBe(true);
});

test('an authority that is no longer named is no longer trusted; those of the operator stay', () => {
  const folder = join(root, 'trust');
  installAuthorities({ root, authorities: [acme, other], folder });
  writeFileSync(join(root, 'usr/local/share/ca-certificates/operator.crt'), system);
  installAuthorities({ root, authorities: [other], folder });
  expect(readdirSync(join(root, 'usr/local/share/ca-certificates')).sort()).toEqual([
    'aws2openstack-1.crt',
    'operator.crt',
  ]);
  expect(
    readKeystore(join(folder, 'authorities.jks'))
      .map(({ subject }) => subject)
      .sort(),
  ).toEqual(['CN=Other', 'CN=System']);
  expect(existsSync(join(folder, 'authorities.jks.part'))).toBe(false);
});

test('other authorities are in another folder, so that services restart', () => {
  expect(folderOf([acme])).toMatch(/^[0-9a-f]{16}$/);
  expect(folderOf([acme])).not.toBe(folderOf([other]));
  expect(trustService([acme]).unit).toContain(`/var/lib/aws2openstack/trust/${folderOf([acme])}`);
});
