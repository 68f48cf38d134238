#!/usr/bin/env node
// Runs the TypeScript of this checkout on Node 22, which `npm ci` brings, whatever the system has.
import { spawn } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '..');

if (Number(process.versions.node.split('.')[0]) >= 22) {
  const { register } = await import('tsx/esm/api');
  register();
  await import('./main.ts');
} else {
  const child = spawn(join(root, 'node_modules', '.bin', 'node'), process.argv.slice(1), { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', () => {
    console.error(
      'error: aws2openstack needs Node 22 or newer.\n  fix: run `npm ci` in the checkout, which installs it.',
    );
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => (process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 1)));
}
