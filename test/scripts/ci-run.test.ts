import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ci-run-'));
  for (const name of ['.ci/run', 'scripts/beside.sh', 'scripts/lib.sh']) {
    mkdirSync(join(folder, dirname(name)), { recursive: true });
    copyFileSync(join(root, name), join(folder, name));
  }
  mkdirSync(join(folder, 'bin'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

test.each<[string, Record<'prepare' | 'unit' | 'integration', number>, number, readonly string[]]>([
  ['everything passes', { prepare: 0, unit: 0, integration: 0 }, 0, ['test', 'test-integration']],
  ['a unit test fails', { prepare: 0, unit: 2, integration: 0 }, 2, ['test']],
  ['an integration test fails', { prepare: 0, unit: 0, integration: 2 }, 2, ['test', 'test-integration']],
  // They prepare once more, and fail when that does.
  ['the background fails', { prepare: 1, unit: 0, integration: 0 }, 0, ['test', 'test-integration']],
])('what is made and the exit code when %s', (_case, codes, code, made) => {
  const fake = (path: string, ...lines: readonly string[]): void => {
    writeFileSync(join(folder, path), ['#!/bin/sh', ...lines, ''].join('\n'));
    chmodSync(join(folder, path), 0o755);
  };
  fake('scripts/prepare.sh', 'echo "preparing $@"', `exit ${codes.prepare}`);
  const cases = `case "$1" in test) exit ${codes.unit} ;; *) exit ${codes.integration} ;; esac`;
  fake('bin/make', `echo "$1" >>'${folder}/made'`, cases);
  const env = { ...process.env, PATH: `${join(folder, 'bin')}:${process.env['PATH']}` };
  const { status, stderr } = spawnSync(join(folder, '.ci', 'run'), { env, encoding: 'utf8', timeout: 30_000 });
  expect(status).toBe(code);
  expect(readFileSync(join(folder, 'made'), 'utf8').trim().split('\n')).toEqual(made);
  if (codes.unit === 0) expect(stderr).toContain('preparing integration\n');
  expect(stderr.includes('what the integration tests need failed')).toBe(codes.prepare !== 0);
});
