import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const scripts = join(import.meta.dirname, '..', '..', 'scripts');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'run-tests-'));
  for (const name of ['scripts', 'node_modules/.bin']) mkdirSync(join(folder, name), { recursive: true });
  for (const name of ['run-tests.mjs', 'packages-installed.mjs']) {
    copyFileSync(join(scripts, name), join(folder, 'scripts', name));
  }
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const allPassed = {
  numPassedTests: 40,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  numRuntimeErrorTestSuites: 0,
};

interface Outcome {
  readonly jest?: object;
  readonly jestCode?: number;
  readonly lintCode?: number;
}

test.each<[string, Outcome, number, string]>([
  ['everything passes', { jest: allPassed }, 0, '45 passed, 0 failed'],
  [
    'tests are skipped',
    { jest: { ...allPassed, numPendingTests: 1, numTodoTests: 1 } },
    0,
    '45 passed, 0 failed, 2 skipped',
  ],
  ['a test fails', { jest: { ...allPassed, numFailedTests: 2 }, jestCode: 1 }, 1, '45 passed, 2 failed'],
  [
    'a test file does not load',
    { jest: { ...allPassed, numRuntimeErrorTestSuites: 1 }, jestCode: 1 },
    1,
    '45 passed, 1 failed',
  ],
  ['coverage is too low', { jest: allPassed, jestCode: 1 }, 1, '45 passed, 1 failed'],
  ['jest does not start', { jestCode: 1 }, 1, '5 passed, 1 failed'],
  ['lint fails', { jest: allPassed, lintCode: 1 }, 1, '44 passed, 1 failed'],
])('the last line and the exit code when %s', (_case, outcome, code, line) => {
  fakeNpm(outcome);
  const { status, stdout } = spawnSync(process.execPath, [join(folder, 'scripts', 'run-tests.mjs')], {
    encoding: 'utf8',
  });
  expect(stdout.trimEnd().split('\n').at(-1)).toBe(line);
  expect(status).toBe(code);
});

test('the integration tests run alone, without the checks', () => {
  fakeNpm({ jest: allPassed, lintCode: 1 });
  const { status, stdout } = spawnSync(process.execPath, [join(folder, 'scripts', 'run-tests.mjs'), 'integration'], {
    encoding: 'utf8',
  });
  expect([status, stdout.trimEnd().split('\n').at(-1)]).toEqual([0, '40 passed, 0 failed']);
});

test.each([
  ['what the lock file says is installed', '1.0.0', 0],
  ['another version is installed', '0.9.0', 1],
])('`npm ci` is asked for only when needed: %s', (_case, installed, code) => {
  const lock = (version: string): string =>
    JSON.stringify({
      packages: { '': {}, 'node_modules/a': { version }, 'node_modules/b': { version: '2.0.0', optional: true } },
    });
  writeFileSync(join(folder, 'package-lock.json'), lock('1.0.0'));
  const hidden = join(folder, 'node_modules', '.package-lock.json');
  writeFileSync(hidden, lock(installed));
  const run = (): number | null =>
    spawnSync(process.execPath, [join(folder, 'scripts', 'packages-installed.mjs')], { cwd: folder }).status;
  expect(run()).toBe(code);
  rmSync(hidden);
  expect(run()).toBe(1);
});

/** Stands in for npm: `npm run lint` and `npm test` end with the given codes. */
function fakeNpm({ jest, jestCode = 0, lintCode = 0 }: Outcome): void {
  const npm = join(folder, 'node_modules', '.bin', 'npm');
  const result = jest === undefined ? '' : `printf '%s' '${JSON.stringify(jest)}' >'${folder}/coverage/jest.json'`;
  writeFileSync(
    npm,
    `#!/bin/sh\ncase "$1 $2" in\n"run lint") exit ${lintCode} ;;\ntest*) ${result}\nexit ${jestCode} ;;\nesac\n`,
  );
  chmodSync(npm, 0o755);
}
