import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import type { SpawnSyncReturns } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
const changelog = `# Changelog

## [Unreleased]

- Something later.

## [1.2.3] - 2026-12-01

### Added

- Something new.

## [1.2.2] - 2026-11-01

- Something old.
`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'a2o-release-'));
  mkdirSync(join(folder, 'scripts'));
  copyFileSync(join(root, 'scripts', 'release.mjs'), join(folder, 'scripts', 'release.mjs'));
  const described = { name: 'aws2openstack', version: '1.2.3', license: 'Apache-2.0' };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(described));
  writeFileSync(
    join(folder, 'package-lock.json'),
    JSON.stringify({ ...described, lockfileVersion: 3, requires: true, packages: { '': described } }),
  );
  writeFileSync(join(folder, 'CHANGELOG.md'), changelog);
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function release(...args: readonly string[]): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, [join(folder, 'scripts', 'release.mjs'), ...args], { encoding: 'utf8' });
}

test('a tag must be the version of package.json, with its notes in CHANGELOG.md', () => {
  expect(release('check', 'v1.2.3')).toMatchObject({ status: 0, stderr: '' });
  expect(release('check', 'v1.2.4')).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('The tag is v1.2.4, and package.json has the version 1.2.3.'),
  });
  writeFileSync(join(folder, 'CHANGELOG.md'), changelog.replace('[1.2.3]', '[1.2.30]'));
  expect(release('check', 'v1.2.3')).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('CHANGELOG.md has no section 1.2.3.'),
  });
});

test('a release has the tarball, two SBOMs, the notes of its version alone, and a checksum of each', () => {
  const target = join(folder, 'out');
  expect(release('build', target)).toMatchObject({ status: 0 });
  expect(release('sums', target)).toMatchObject({ status: 0, stderr: '' });
  const files = [
    'NOTES.md',
    'aws2openstack-1.2.3.cyclonedx.json',
    'aws2openstack-1.2.3.spdx.json',
    'aws2openstack-1.2.3.tgz',
  ];
  expect(readdirSync(target).sort()).toEqual(['NOTES.md', 'SHA256SUMS', ...files.slice(1)]);
  expect(readFileSync(join(target, 'NOTES.md'), 'utf8')).toBe('### Added\n\n- Something new.\n\n');
  const bill = JSON.parse(readFileSync(join(target, 'aws2openstack-1.2.3.spdx.json'), 'utf8')) as object;
  expect(bill).toMatchObject({ spdxVersion: 'SPDX-2.3', name: 'aws2openstack@1.2.3' });
  const checked = spawnSync('sha256sum', ['--check', '--strict', 'SHA256SUMS'], { cwd: target, encoding: 'utf8' });
  expect(checked).toMatchObject({ status: 0, stdout: files.map((file) => `${file}: OK\n`).join('') });
});

test('a wrong use is one', () => {
  for (const args of [[], ['publish', 'x'], ['check'], ['check', 'v1.2.3', 'more'], ['toString', 'x']])
    expect(release(...args)).toMatchObject({ status: 2, stderr: expect.stringContaining('usage: release.mjs') });
});
