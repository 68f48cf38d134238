import { describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
const document = readFileSync(join(root, 'docs', 'diagnostics.md'), 'utf8');
/** The part of each code, from one heading to the next. */
const entries = document
  .split(/^## .$/m)
  .flatMap((letter) => letter.split(/^### /m).slice(1))
  .map((text) => {
    const [code = '', from = '', ...lines] = text.split('\n').filter((line) => line !== '');
    return { code, from, lines };
  });
const listed = new Set(entries.map(({ code }) => code));
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

test('every code has one heading, severities, commands, and messages with fixes beneath them', () => {
  expect(listed.size).toBe(entries.length);
  expect(entries.length).toBeGreaterThan(500);
  expect(entries.map(({ code }) => code)).toEqual([...listed].sort());
  const malformed = entries.filter(({ from, lines }) => {
    const shape = lines
      .map((line) => (line.startsWith('  - Fix: ') ? 'f' : line.startsWith('- ') ? 'm' : '?'))
      .join('');
    return !/^(error|info|warning)( or (info|warning))* · [a-z, ]+$/.test(from) || !/^(mf+)+$/.test(shape);
  });
  expect(malformed).toEqual([]);
});

test('a message stands with the fix that is printed with it, and with no other', () => {
  const { lines = [] } = entries.find(({ code }) => code === 'bad-destination') ?? {};
  const pairs = lines.flatMap((line, index) => (line.startsWith('- ') ? [[line, lines[index + 1]]] : []));
  expect(lines.length).toBe(2 * pairs.length);
  expect(pairs).toContainEqual([
    expect.stringContaining("'to.‹key›', which does not apply to"),
    "  - Fix: Remove '‹key›'.",
  ]);
  expect(pairs).toContainEqual([
    expect.stringContaining('converts to Iceberg'),
    '  - Fix: Map to an iceberg-rest catalog, or leave `convert` out.',
  ]);
});

test('placeholders and optional parts are words', () => {
  const messages = entries.flatMap(({ code, lines }) => lines.map((line) => `${code}: ${line}`));
  expect(messages.filter((line) => /\[[^\w‹…]*\]|‹to |‹char |›‹name›/.test(line))).toEqual([]);
});
