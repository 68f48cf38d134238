import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a folder and those above it. Throws the system's error. `mkdirSync` with `recursive` never ends on Node 22 where
 * the system answers ENOENT for a folder that is there, as `/proc` does.
 */
export function ensureFolder(path: string): void {
  if (existsSync(path)) return;
  if (dirname(path) !== path) ensureFolder(dirname(path));
  mkdirSync(path);
}
