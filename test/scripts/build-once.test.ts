import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const lib = join(import.meta.dirname, '..', '..', 'scripts', 'lib.sh');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'build-once-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

test('concurrent runs build once, and all see the complete result', async () => {
  const runs = [1, 2, 3].map(() => builder('sleep 0.5; echo whole >"$1/file"'));
  const codes = await Promise.all(runs.map(exitCode));
  expect(codes).toEqual([0, 0, 0]);
  expect(builds()).toBe(1);
  expect(readFileSync(join(folder, 'target', 'file'), 'utf8')).toBe('whole\n');
});

test('a killed build leaves nothing that looks built, and the next run cleans up and builds', async () => {
  // `exec` makes the builder the process that is killed, so that nothing of it lives on with the lock.
  const killed = builder('echo half >"$1/file"; exec sleep 60');
  while (builds() === 0 || leftovers().length === 0) await delay(20);
  process.kill(-(killed.pid ?? 0), 'SIGKILL');
  await once(killed, 'exit');
  expect(existsSync(join(folder, 'target'))).toBe(false);
  expect(leftovers()).toHaveLength(1);

  expect(await exitCode(builder('echo whole >"$1/file"'))).toBe(0);
  expect(readFileSync(join(folder, 'target', 'file'), 'utf8')).toBe('whole\n');
  expect(leftovers()).toEqual([]);
});

test('a failed build fails the run and publishes nothing', async () => {
  expect(await exitCode(builder('echo half >"$1/file"; false; echo "never reached"'))).not.toBe(0);
  expect(existsSync(join(folder, 'target'))).toBe(false);
});

function builder(body: string): ChildProcess {
  const script = `set -euo pipefail; source '${lib}'; build() { echo x >>'${folder}/builds'; ${body}; }; build_once '${folder}/target' build`;
  return spawn('bash', ['-c', script], { stdio: 'ignore', detached: true });
}

async function exitCode(child: ChildProcess): Promise<unknown> {
  const [code] = (await once(child, 'exit')) as unknown[];
  return code;
}

function builds(): number {
  const log = join(folder, 'builds');
  return existsSync(log) ? readFileSync(log, 'utf8').length / 2 : 0;
}

function leftovers(): string[] {
  return readdirSync(folder).filter((name) => name.includes('.tmp.'));
}
