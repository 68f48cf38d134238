import { randomBytes } from 'node:crypto';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { ensureFolder } from './ensure-folder.js';

/**
 * Writes a whole file or none of it: a reader never sees half, a failure leaves the old one. `mode` is what the file gets,
 * less the process's umask. Throws the system's error.
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
