#!/usr/bin/env node
// Runs the TypeScript of this checkout. Node is the one that `npm ci` installed, whatever the system has.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const local = join(root, 'node_modules', '.bin', 'node');
const node = existsSync(local) ? local : process.execPath;
const run = spawnSync(node, ['--import', import.meta.resolve('tsx'), join(root, 'cli', 'main.ts'), ...process.argv.slice(2)], {
  stdio: 'inherit',
});
if (run.error) throw run.error;
if (run.signal) process.kill(process.pid, run.signal);
process.exitCode = run.status ?? 1;
