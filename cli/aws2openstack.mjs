#!/usr/bin/env node
// Starts the compiled command, in a checkout and in the installed package alike, on a Node that it runs on.
import { spawn } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { setInterval } from 'node:timers';
import { fileURLToPath, pathToFileURL } from 'node:url';

// npm installs the command as a link, which Node does not follow with --preserve-symlinks-main.
const root = dirname(dirname(realpathSync(fileURLToPath(import.meta.url))));
const compiled = join(root, 'dist', 'cli', 'main.js');
// `npm ci` in a checkout brings its own.
const ownNode = join(root, 'node_modules', '.bin', 'node');
const [major, minor] = process.versions.node.split('.').map(Number);

if (!existsSync(compiled)) {
  stop('aws2openstack is not built.', 'run `npm run build` in the checkout.');
} else if (major > 22 || (major === 22 && minor >= 19)) {
  await import(pathToFileURL(compiled).href);
} else if (existsSync(ownNode)) {
  // Before the command can do anything that has npm's shell ended.
  const parent = process.ppid;
  const child = spawn(ownNode, process.argv.slice(1), { stdio: 'inherit' });
  let isEnding = false;
  const end = (signal) => {
    isEnding = true;
    child.kill(signal);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => end(signal));
  // npm passes a signal to the shell that it starts for `npx`, which ends and does not pass it on.
  const hasLostNpx = () => process.env.npm_command === 'exec' && process.ppid !== parent;
  setInterval(() => {
    if (!isEnding && hasLostNpx()) end('SIGTERM');
  }, 500).unref();
  child.on('error', ({ message }) => {
    stop(`The Node of this checkout cannot be started (${message}).`, 'run `npm ci` again, or install Node 22.');
  });
  // As a shell reports a command that a signal ended.
  child.on('exit', (code, signal) => (process.exitCode = code ?? 128 + constants.signals[signal]));
} else {
  stop(
    `aws2openstack needs Node 22.19 or newer; this is ${process.versions.node}.`,
    'install Node 22, or run `npm ci` in a checkout, which brings it.',
  );
}

function stop(message, fix) {
  console.error(`error: ${message}\n  fix: ${fix}`);
  process.exitCode = 1;
}
