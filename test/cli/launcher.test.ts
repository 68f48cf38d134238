import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endedWithShell } from '../support/below-npx.js';
import { command } from '../support/processes.js';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'a2o-launcher-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** A checkout whose command does nothing, with its own Node as given. */
function checkout(name: string, ownNode: string, mode: number): string {
  const root = join(folder, name);
  for (const part of ['cli', 'dist/cli', 'node_modules/.bin']) mkdirSync(join(root, part), { recursive: true });
  copyFileSync(command, join(root, 'cli', 'aws2openstack.mjs'));
  writeFileSync(join(root, 'dist', 'cli', 'main.js'), "console.log('started');\n");
  writeFileSync(join(root, 'node_modules', '.bin', 'node'), ownNode);
  chmodSync(join(root, 'node_modules', '.bin', 'node'), mode);
  // Makes the launcher believe that an old Node runs it.
  writeFileSync(
    join(root, 'old.cjs'),
    "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.1.0' } });\n",
  );
  return root;
}

interface Ended {
  readonly code: unknown;
  readonly stdout: string;
  readonly stderr: string;
}

function node(...args: readonly string[]): Promise<Ended> {
  return new Promise((done) => {
    execFile(process.execPath, args, (error, stdout, stderr) => {
      done({ code: error?.code ?? 0, stdout, stderr });
    });
  });
}

function onOldNode(root: string): Promise<Ended> {
  return node('--require', join(root, 'old.cjs'), join(root, 'cli', 'aws2openstack.mjs'));
}

test('an own Node that cannot be executed is a failure with a fix, not a stack trace', async () => {
  const { code, stderr } = await onOldNode(checkout('unexecutable', '', 0o644));
  expect(code).toBe(1);
  expect(stderr).toMatch(/^error: The Node of this checkout cannot be started \(.*EACCES\)\.\n {2}fix: run `npm ci`/);
});

test.each([
  ['exit 7', 7],
  ['kill -TERM $$', 143],
  ['kill -INT $$', 130],
  ['kill -KILL $$', 137],
])('the command of the own Node that ends by `%s` ends with %d', async (end, expected) => {
  const root = checkout(`ends-with-${expected}`, `#!/bin/sh\n${end}\n`, 0o755);
  expect((await onOldNode(root)).code).toBe(expected);
});

test('the command starts through a link that Node does not follow', async () => {
  const root = checkout('linked', '', 0o644);
  const link = join(folder, 'aws2openstack.mjs');
  symlinkSync(join(root, 'cli', 'aws2openstack.mjs'), link);
  expect(await node('--preserve-symlinks-main', link)).toMatchObject({ code: 0, stdout: 'started\n' });
});

test('the command of the own Node is ended when npm has ended the shell that `npx` started', async () => {
  const own = '#!/bin/sh\ntrap "echo ended; exit" TERM\necho ready\nfor i in $(seq 600); do sleep 0.1; done\n';
  const root = checkout('below-npx', own, 0o755);
  const started = ['--require', join(root, 'old.cjs'), join(root, 'cli', 'aws2openstack.mjs')];
  expect(await endedWithShell(started, /ready/)).toContain('ended');
});
