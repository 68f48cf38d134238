import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Creates a folder and its parents. Throws the system's error. On Node 22, `mkdirSync` with `recursive` never returns where
 * the system answers ENOENT for an existing folder, as in `/proc`.
 */
export function ensureFolder(path: string): void {
  if (existsSync(path)) return;
  if (dirname(path) !== path) ensureFolder(dirname(path));
  mkdirSync(path);
}
