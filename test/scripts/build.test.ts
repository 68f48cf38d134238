import { expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const root = join(import.meta.dirname, '..', '..');
const inDist = (...path: readonly string[]): string => join(root, 'dist', ...path);

/** Other tests run its output meanwhile, and must not be disturbed. */
async function build(): Promise<void> {
  await promisify(execFile)(process.execPath, [join(root, 'scripts', 'build.mjs')]);
}

test('concurrent builds leave unchanged files alone, and remove the output of sources that no longer exist', async () => {
  const before = statSync(inDist('cli', 'main.js'));
  const removed = inDist('core', 'removed.js');
  writeFileSync(removed, '');
  await Promise.all([build(), build()]);
  expect(existsSync(removed)).toBe(false);
  expect(statSync(inDist('cli', 'main.js'))).toMatchObject({ ino: before.ino, mtimeMs: before.mtimeMs });
});

test('files that are read at run time are where the compiled code looks for them', () => {
  for (const path of [
    'mappings/templates/default.yaml',
    'constructs/trino/prepare-private.py',
    'stacks/test-env-tables.json',
  ])
    expect(readFileSync(inDist(path))).toEqual(readFileSync(join(root, path)));
});

test('the container runs a version of Node that the package supports and the tests use', () => {
  const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    devDependencies: Record<string, string>;
  };
  expect(readFileSync(join(root, 'docker', 'Dockerfile'), 'utf8')).toContain(
    `\nFROM node:${devDependencies['node'] ?? ''}-slim\n`,
  );
});
