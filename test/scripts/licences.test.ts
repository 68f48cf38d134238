import { describe, expect, test } from '@jest/globals';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAllowed } from '../../scripts/licences/allowed.js';
import { lockedPackages, noticesOf, readPackages, refusedPackages } from '../../scripts/third-party-notices.js';

const root = join(import.meta.dirname, '..', '..');
const { locked, bundled } = readPackages();

test('THIRD-PARTY-NOTICES.md is what `npm run docs:licences` writes', () => {
  const installed = locked.filter(({ isForDevelopment }) => !isForDevelopment);
  expect(readFileSync(join(root, 'THIRD-PARTY-NOTICES.md'), 'utf8')).toBe(noticesOf(installed, bundled));
  expect(installed.length).toBeGreaterThan(400);
});

test('every licence is allowed', () => {
  expect(refusedPackages([...locked, ...bundled])).toEqual([]);
});

test('the bundles carry the licences of what they bundle', () => {
  const names = bundled.map(({ name }) => name);
  expect(names).toEqual(
    expect.arrayContaining(['preact', 'echarts', 'zrender', 'zod', '@modelcontextprotocol/server', 'undici']),
  );
  const web = globSync('dist/monitoring/dashboard/web/*.js', { cwd: root }).map((path) =>
    readFileSync(join(root, path), 'utf8'),
  );
  expect(web.join('')).toContain('The MIT License (MIT)\n\nCopyright (c) 2015-present Jason Miller');
  expect(web.join('')).toContain('Apache ECharts');
});

describe('a licence that is not allowed', () => {
  const other = { name: 'other', version: '1.0.0', isForDevelopment: false };

  test.each([
    ['MIT', true],
    ['(MIT OR GPL-3.0-or-later)', true],
    ['GPL-3.0-or-later OR (MIT AND ISC)', true],
    ['MIT AND GPL-3.0-only', false],
    ['(MIT OR ISC) AND (AGPL-3.0-only OR 0BSD)', true],
    ['AGPL-3.0-or-later', false],
    ['GPL-2.0-only WITH Classpath-exception-2.0', false],
    ['SEE LICENSE IN LICENSE.txt', false],
    ['UNLICENSED', false],
    ['none', false],
    ['', false],
    ['(MIT', false],
  ])('%j: %s', (licence, expected) => {
    expect(isAllowed({ ...other, licence })).toBe(expected);
  });

  test('is refused with the name of its package', () => {
    const lock = {
      packages: {
        '': { version: '0.1.0', license: 'Apache-2.0' },
        'packages/provider-openstack': { version: '3.4.0' },
        'node_modules/@cdktf/provider-openstack': { link: true },
        'node_modules/a': { version: '1.0.0', license: 'MIT' },
        'node_modules/a/node_modules/@b/c': { version: '2.0.0', license: 'GPL-3.0-only' },
        'node_modules/d': { version: '3.0.0', dev: true },
      },
    };
    expect(refusedPackages(lockedPackages(lock))).toEqual([
      '@b/c@2.0.0 (in the product): GPL-3.0-only',
      'd@3.0.0 (for development): none',
    ]);
  });

  test('may be that of a package for tests, and not of the product', () => {
    const simulate = { name: '@cloud-copilot/iam-simulate', version: '1.0.0', licence: 'AGPL-3.0-or-later' };
    expect(isAllowed({ ...simulate, isForDevelopment: true })).toBe(true);
    expect(isAllowed({ ...simulate, isForDevelopment: false })).toBe(false);
    expect(locked.filter(({ licence }) => licence.startsWith('AGPL')).map(({ name }) => name)).toEqual([
      '@cloud-copilot/iam-policy',
      '@cloud-copilot/iam-simulate',
      '@cloud-copilot/iam-utils',
    ]);
  });
});
