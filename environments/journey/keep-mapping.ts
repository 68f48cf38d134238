import { existsSync, readFileSync, writeFileSync } from 'node:fs';

/** Writes the mapping where there is none; true where the file is there and says something else, which somebody wants. */
export function keepsMapping(file: string, own: string): boolean {
  if (existsSync(file)) return readFileSync(file, 'utf8') !== own;
  writeFileSync(file, own);
  return false;
}
