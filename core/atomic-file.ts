import { randomBytes } from 'node:crypto';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { ensureFolder } from './ensure-folder.js';

/**
 * Writes a file atomically: a reader never sees part of it, and a failure leaves the old file. `mode` is subject to the
 * process's umask. Throws the system's error.
 */
export function writeFileAtomically(path: string, content: string | Uint8Array, mode = 0o666): void {
  ensureFolder(dirname(path));
  const temporary = temporaryBeside(path);
  try {
    writeFileSync(temporary, content, { flush: true, mode });
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** A name in the same folder, so that renaming it onto `path` is atomic. */
export function temporaryBeside(path: string): string {
  return `${path}.${randomBytes(6).toString('hex')}.tmp`;
}
