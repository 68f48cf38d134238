import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { ensureFolder } from './ensure-folder.js';
import { isAlive, startTime } from './process-identity.js';

/**
 * Writes a file atomically: a reader never sees part of it, and a failure leaves the old file. Removes what killed writers
 * of this file have left beside it. `mode` is subject to the process's umask. Throws the system's error.
 */
export function writeFileAtomically(path: string, content: string | Uint8Array, mode = 0o666): void {
  ensureFolder(dirname(path));
  removeAbandoned(path);
  const temporary = temporaryBeside(path);
  try {
    writeFileSync(temporary, content, { flush: true, mode });
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** A name in the same folder, so that renaming it onto `path` is atomic. It names the writer for `removeAbandoned`. */
export function temporaryBeside(path: string): string {
  const writer = [machine, process.pid, startTime(process.pid)].join('-');
  return `${path}.${writer}-${randomBytes(6).toString('hex')}.tmp`;
}

/** Removes files of `temporaryBeside(path)` whose writers, processes of this machine, have ended. Throws the system's errors. */
export function removeAbandoned(path: string): void {
  const prefix = `${basename(path)}.`;
  for (const name of readdirSync(dirname(path))) {
    if (!name.startsWith(prefix)) continue;
    const [, host, pid, start] = /^([0-9a-f]{8})-(\d+)-(\d+)-[0-9a-f]{12}\.tmp$/.exec(name.slice(prefix.length)) ?? [];
    if (host !== machine || pid === undefined) continue;
    if (isAlive(Number(pid)) && startTime(Number(pid)) === start) continue;
    rmSync(join(dirname(path), name), { force: true });
  }
}

/** Containers that share a folder have process IDs of their own, but different names. */
const machine = createHash('sha256').update(hostname()).digest('hex').slice(0, 8);
