import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const library = join(import.meta.dirname, '..', '..', 'scripts', 'beside.sh');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'beside-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** A script of these lines; `wait_for FILE` waits until there is one. */
function script(...lines: readonly string[]): string {
  const file = join(folder, 'script.sh');
  const head = [
    'set -euo pipefail',
    `cd '${folder}'`,
    `source '${library}'`,
    'wait_for() { until [[ -e $1 ]]; do sleep 0.05; done; }',
  ];
  writeFileSync(file, [...head, ...lines, ''].join('\n'));
  return file;
}

test('both go on at once, and what the one in the background prints follows what the script prints', () => {
  const file = script(
    'background() { say one; : >begun; wait_for answered; say two; }',
    'beside "the build" background',
    'wait_for begun; say first; : >answered; say second',
    'join_beside',
    'say last',
  );
  const { status, stderr } = spawnSync('bash', [file], { encoding: 'utf8', timeout: 30_000 });
  expect(stderr.replace('waiting for the build ...\n', '')).toBe('first\nsecond\none\ntwo\nlast\n');
  expect(status).toBe(0);
});

test('one that fails is named after what it printed, and fails the script', () => {
  const file = script('beside "the build" bash -c "echo broken; exit 7"', 'join_beside', 'say "never reached"');
  const { status, stderr } = spawnSync('bash', [file], { encoding: 'utf8', timeout: 30_000 });
  expect([status, stderr.replace('waiting for the build ...\n', '')]).toEqual([
    7,
    'broken\nerror: the build failed (above).\n',
  ]);
});

test('a script that fails ends the one in the background, and what that started', async () => {
  const file = script(
    // Its child, in turn, has a child.
    'background() { (sleep 300 & echo $! >new; mv new child; wait); }',
    'beside "the build" background',
    'wait_for child',
    'exit 3',
  );
  expect(spawnSync('bash', [file], { timeout: 30_000 }).status).toBe(3);
  await untilGone(childPid());
});

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)(
  '%s ends both',
  async (signal, code) => {
    const file = script(
      'background() { (sleep 300 & echo $! >new; mv new child; wait); }',
      'beside "the build" background',
      'sleep 300',
    );
    const running = spawn('bash', [file], { detached: true, stdio: 'ignore' });
    while (!existsSync(join(folder, 'child'))) await delay(50);
    // As a terminal does it: to the script and the program that it waits for.
    process.kill(-(running.pid ?? 0), signal);
    expect(await once(running, 'exit')).toEqual([code, null]);
    await untilGone(childPid());
  },
  30_000,
);

function childPid(): number {
  return parseInt(readFileSync(join(folder, 'child'), 'utf8'), 10);
}

/** Fails by the test's time limit when it stays. */
async function untilGone(pid: number): Promise<void> {
  while (isAlive(pid)) await delay(50);
}

function isAlive(pid: number): boolean {
  try {
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}
