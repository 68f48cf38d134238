import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endedWithShell } from '../support/below-npx.js';
import { command } from '../support/processes.js';
import { cli } from '../support/run-cli.js';
import { startEngine } from '../support/state-engines.js';
import type { StateEngine } from '../support/state-engines.js';

let engine: StateEngine;
let env: Record<string, string>;
let folder: string;
beforeAll(async () => {
  engine = await startEngine('embedded');
  env = engine.env(await engine.fresh());
  folder = mkdtempSync(join(tmpdir(), 'a2o-dashboard-'));
});
afterAll(async () => {
  await engine.stop();
  rmSync(folder, { recursive: true });
});

interface Run {
  readonly code: number;
  readonly tokens: readonly string[];
  readonly stderr: string;
}

/** Starts it on a free port, asks it once, and stops it as a service manager does. */
async function run(...args: readonly string[]): Promise<Run> {
  const child = spawn(process.execPath, [command, 'dashboard', '--port', '0', ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'exit');
  let [stdout, stderr] = ['', ''];
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const url = await new Promise<string>((found, failed) => {
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
      const [address] = /http:\/\/127\.0\.0\.1:\d+/.exec(stdout) ?? [];
      if (address !== undefined) found(address);
    });
    child.on('exit', (code) => {
      failed(new Error(`ended with ${code}: ${stderr}`));
    });
  });
  const page = await fetch(url);
  expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('<div id="app">')]);
  child.kill('SIGTERM');
  const [code] = (await ended) as [number];
  return { code, tokens: stderr.match(/a2o-\w+-\S{43}/g) ?? [], stderr };
}

test('shows its tokens when it is first started, and when new ones are asked for, else their date; SIGTERM ends it', async () => {
  const first = await run();
  expect(first).toMatchObject({ code: 0, tokens: expect.arrayContaining([expect.stringMatching(/^a2o-admin-/)]) });
  const today = new Date().toISOString().slice(0, 10);
  expect(await run()).toEqual({
    code: 0,
    tokens: [],
    stderr: `Sign in with the tokens that were made on ${today}; --new-tokens makes new ones and ends all sessions.\n`,
  });
  const renewed = await run('--new-tokens');
  expect(renewed.tokens).toHaveLength(3);
  expect(renewed.tokens).not.toEqual(first.tokens);
});

test('it ends when npm has ended the shell that `npx` started', async () => {
  const output = await endedWithShell([command, 'dashboard', '--port', '0'], /http:\/\/127\.0\.0\.1:\d+/, env);
  expect(output).toContain('Dashboard of ');
});

test.each([
  [['--host', '0.0.0.0'], 'dashboard-without-tls'],
  [['--tls-cert', 'only.pem'], 'dashboard-without-tls'],
  [['--tls-cert', '/none.pem', '--tls-key', '/none.pem'], 'dashboard-certificate'],
])('%j is refused: %s', async (args, code) => {
  const answer = await cli(['dashboard', ...args], env);
  expect(answer).toMatchObject({ code: 1, stderr: expect.stringContaining(`[${code}]`) });
});

test.each(['lake.example', 'javascript:alert(1)', 'https://'])(
  'an address %j in A2O_DASHBOARD_URL is refused',
  async (url) => {
    const answer = await cli(['dashboard', '--port', '0'], { ...env, A2O_DASHBOARD_URL: url });
    expect(answer).toMatchObject({ code: 1, stderr: expect.stringContaining('[dashboard-url]') });
  },
);

test('new tokens are shown also where the port is in use', async () => {
  const other = createServer();
  await new Promise<void>((listening) => other.listen(0, '127.0.0.1', listening));
  const { port } = other.address() as AddressInfo;
  const answer = await cli(['dashboard', '--port', String(port), '--new-tokens'], env);
  other.close();
  expect(answer.code).toBe(1);
  expect(answer.stderr).toContain('[dashboard-port]');
  expect(answer.stderr).toMatch(/admin +a2o-admin-\S{43}/);
});

test('without a store, it says how to make one', async () => {
  const answer = await cli(['dashboard'], { A2O_STATE_DIR: join(folder, 'none') });
  expect(answer).toMatchObject({ code: 1, stderr: expect.stringContaining('aws2openstack state migrate') });
});
