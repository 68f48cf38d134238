#!/usr/bin/env node
// Starts the compiled command, in a checkout and in the installed package alike, on a Node that it runs on.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const compiled = join(root, 'dist', 'cli', 'main.js');
// `npm ci` in a checkout brings its own.
const ownNode = join(root, 'node_modules', '.bin', 'node');
const [major, minor] = process.versions.node.split('.').map(Number);

if (!existsSync(compiled)) {
  stop('aws2openstack is not built.', 'run `npm run build` in the checkout.');
} else if (major > 22 || (major === 22 && minor >= 12)) {
  await import(pathToFileURL(compiled).href);
} else if (existsSync(ownNode)) {
  const child = spawn(ownNode, process.argv.slice(1), { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => (process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 1)));
} else {
  stop(
    `aws2openstack needs Node 22.12 or newer; this is ${process.versions.node}.`,
    'install Node 22, or run `npm ci` in a checkout, which brings it.',
  );
}

function stop(message, fix) {
  console.error(`error: ${message}\n  fix: ${fix}`);
  process.exitCode = 1;
}
