import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { spawn, spawnSync } from 'node:child_process';
import type { SpawnSyncReturns } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

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
  testResults: [] as object[],
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
  /** Shell commands that the check begins with. */
  readonly lint?: string;
  readonly typecheck?: string;
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
  const { status, stdout } = run();
  expect(stdout.trimEnd().split('\n').at(-1)).toBe(line);
  expect(status).toBe(code);
});

test('the ten slowest files are named before the last line, with their seconds, and each skipped test', () => {
  const file = (number: number): object => ({
    name: join(folder, `test/${number}.test.ts`),
    startTime: 1000,
    endTime: 1000 + number * 1500,
    assertionResults: [
      { status: 'passed', fullName: 'one that ran' },
      ...(number === 3 ? [{ status: 'pending', fullName: 'the provider is not built' }] : []),
    ],
  });
  const testResults = Array.from({ length: 12 }, (_, index) => file(index + 1));
  fakeNpm({ jest: { ...allPassed, numPendingTests: 1, testResults } });
  const { stdout } = run();
  const lines = stdout.trimEnd().split('\n');
  const from = lines.indexOf('== slowest files') + 1;
  const seconds = [18, 16.5, 15, 13.5, 12, 10.5, 9, 7.5, 6, 4.5];
  expect(lines.slice(from)).toEqual([
    ...seconds.map((each) => `${each.toFixed(1).padStart(7)} s  test/${each / 1.5}.test.ts`),
    '',
    '== skipped tests',
    '  test/3.test.ts: the provider is not built',
    '',
    '45 passed, 0 failed, 1 skipped',
  ]);
});

test('checks run side by side, and what each prints stays together', () => {
  // Each waits for the other to begin.
  const meet = (own: string, other: string): string =>
    `echo ${own} begins; : >'${folder}/${own}'; until [ -e '${folder}/${other}' ]; do sleep 0.05; done; echo ${own} ends`;
  fakeNpm({ jest: allPassed, lint: meet('lint', 'types'), typecheck: meet('types', 'lint') });
  const { stdout } = run();
  expect(stdout).toContain('== lint\nlint begins\nlint ends\n== lint: passed in ');
  expect(stdout).toContain('== types\ntypes begins\ntypes ends\n== types: passed in ');
});

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)(
  '%s ends what runs, and what that started',
  async (signal, code) => {
    const pidFile = join(folder, 'pid');
    fakeNpm({ lint: `sleep 300 & echo $! >'${pidFile}.new'; mv '${pidFile}.new' '${pidFile}'; wait` });
    const running = spawn(process.execPath, [join(folder, 'scripts', 'run-tests.mjs')], { stdio: 'ignore' });
    while (!existsSync(pidFile)) await delay(50);
    running.kill(signal);
    expect(await once(running, 'exit')).toEqual([code, null]);
    const started = Number(readFileSync(pidFile, 'utf8'));
    while (isAlive(started)) await delay(50);
  },
  30_000,
);

test('the integration tests run alone, without the checks', () => {
  fakeNpm({ jest: allPassed, lintCode: 1 });
  const { status, stdout } = run('integration');
  expect([status, stdout.trimEnd().split('\n').at(-1)]).toEqual([0, '40 passed, 0 failed']);
  expect(stdout).toContain('A2O_MATRIX=full make test-integration\n');
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
  const asked = (): number | null =>
    spawnSync(process.execPath, [join(folder, 'scripts', 'packages-installed.mjs')], { cwd: folder }).status;
  expect(asked()).toBe(code);
  rmSync(hidden);
  expect(asked()).toBe(1);
});

function isAlive(pid: number): boolean {
  try {
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}

function run(...args: readonly string[]): SpawnSyncReturns<string> {
  const options = { encoding: 'utf8', timeout: 60_000 } as const;
  return spawnSync(process.execPath, [join(folder, 'scripts', 'run-tests.mjs'), ...args], options);
}

/** Stands in for npm: the checks and `npm test` do and end as they are told. */
function fakeNpm({ jest, jestCode = 0, lintCode = 0, lint = '', typecheck = '' }: Outcome): void {
  const npm = join(folder, 'node_modules', '.bin', 'npm');
  const result = jest === undefined ? '' : `printf '%s' '${JSON.stringify(jest)}' >'${folder}/coverage/jest.json'`;
  const cases = [
    `"run lint") ${lint}\nexit ${lintCode} ;;`,
    `"run typecheck") ${typecheck}\nexit 0 ;;`,
    `test*) ${result}\nexit ${jestCode} ;;`,
  ];
  writeFileSync(npm, `#!/bin/sh\ncase "$1 $2" in\n${cases.join('\n')}\nesac\n`);
  chmodSync(npm, 0o755);
}
