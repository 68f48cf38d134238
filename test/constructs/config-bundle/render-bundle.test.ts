import { expect, test } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sha256 } from '../../../core/canonical-json.js';
import { bundleFiles, packTar } from '../../../constructs/config-bundle/render-bundle.js';
import { containerService } from '../../../constructs/service/index.js';

const service = containerService({
  name: 'web',
  description: 'A server',
  image: 'web:1',
  files: { 'conf/web.conf': 'x=1\n' },
  secrets: {
    KEY: { type: 'generated', name: 'lake-key', ref: 'https://barbican.example/v1/secrets/1234' },
    USER: { type: 'named', name: 'lake-s3', part: 0 },
  },
});
const bundle = { roles: { web: ['web'] }, services: [service], hosts: [['10.0.0.1', 'web']] as const };

test('any tar reads it, and its manifest holds the hash of every other file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'a2o-bundle-'));
  try {
    writeFileSync(join(folder, 'bundle.tar'), packTar(bundleFiles(bundle)));
    execFileSync('tar', ['-xf', 'bundle.tar'], { cwd: folder });
    const read = (path: string): string => readFileSync(join(folder, path), 'utf8');
    const sums = JSON.parse(read('manifest.json')) as Record<string, string>;
    expect(Object.keys(sums)).toContain('services/web/files/conf/web.conf');
    for (const [path, sum] of Object.entries(sums)) expect([path, sha256(read(path))]).toEqual([path, sum]);
    expect(read('hosts')).toBe('10.0.0.1 web\n');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('the same files give the same bytes, whatever order they come in', () => {
  const files = bundleFiles(bundle);
  expect(packTar(new Map([...files].reverse())).equals(packTar(files))).toBe(true);
});

test('it says how secrets are found and holds no reference that Terraform knows only later', () => {
  const json = JSON.parse(bundleFiles(bundle).get('services/web/service.json') ?? '') as { secrets: unknown };
  expect(json.secrets).toEqual({
    KEY: { type: 'generated', name: 'lake-key' },
    USER: { type: 'named', name: 'lake-s3', part: 0 },
  });
});

test('a service counts as changed when its files or its unit change, and not otherwise', () => {
  const contentOf = (files: Record<string, string>, args: string[]): unknown =>
    JSON.parse(
      bundleFiles({
        ...bundle,
        services: [containerService({ name: 'web', description: 'd', image: 'i', files, args })],
      }).get('services/web/service.json') ?? '',
    );
  const before = contentOf({ a: '1' }, []);
  expect(contentOf({ a: '1' }, [])).toEqual(before);
  expect(contentOf({ a: '2' }, [])).not.toEqual(before);
  expect(contentOf({ a: '1' }, ['--fast'])).not.toEqual(before);
});

test('a path that a plain tar cannot hold is a bug, not a silent cut', () => {
  expect(() => packTar(new Map([['x'.repeat(300), '']]))).toThrow('too long');
});
