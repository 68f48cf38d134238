import { describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
const document = readFileSync(join(root, 'docs', 'diagnostics.md'), 'utf8');
const rows = document.split('\n').flatMap((line) => /^\| `([a-z0-9‹› -]+)` \|(.*)\|$/.exec(line)?.slice(1) ?? []);
const listed = new Set(rows.filter((_cell, index) => index % 2 === 0));
const sources = globSync(
  '{core,clients,assessments,registration,mappings,constructs,stacks,openstack,state,migration,validation,waves,monitoring,cli,environments}/**/*.ts',
  { cwd: root },
);

/** The matches of the pattern's first group in all sources. */
function codesBy(pattern: RegExp): readonly string[] {
  return ['main.ts', 'test-env.ts', ...sources].flatMap((file) =>
    [...readFileSync(join(root, file), 'utf8').matchAll(pattern)].flatMap(([, code]) => code ?? []),
  );
}

test('the document is what `npm run docs:diagnostics` writes', () => {
  const { stdout, stderr } = spawnSync(process.execPath, [join(root, 'scripts', 'diagnostic-codes.mjs')], {
    encoding: 'utf8',
    maxBuffer: 1 << 24,
  });
  expect(stderr).toBe('');
  expect(stdout).toBe(document);
});

describe('no code of the sources is missing from the document', () => {
  test.each<[string, RegExp]>([
    ['in an object', /\bcode: '([a-z][a-z0-9-]*)'/g],
    ['as an argument before the message', /'([a-z]+(?:-[a-z]+)+)',\s+[`'"](?:[A-Z]|'?\$\{)/g],
  ])('%s', (_where, pattern) => {
    const found = codesBy(pattern);
    expect(found.length).toBeGreaterThan(30);
    expect(found.filter((code) => !listed.has(code))).toEqual([]);
  });
});

test('every code has a severity, a meaning and a fix, and is in one row', () => {
  const cells = rows.filter((_cell, index) => index % 2 === 1).map((row) => row.split(/(?<!\\)\|/));
  expect(cells.every((row) => row.length === 4 && row.every((cell) => cell.trim() !== ''))).toBe(true);
  expect(listed.size).toBe(cells.length);
});
