import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atExit } from './at-exit.js';

export interface TemporaryFolder {
  readonly path: string;
  remove(): void;
}

/** A new folder, which is removed when this process ends, unless it is killed. Throws the system's errors. */
export function temporaryFolder(prefix: string, parent = tmpdir()): TemporaryFolder {
  const path = mkdtempSync(join(parent, prefix));
  const clear = (): void => {
    rmSync(path, { recursive: true, force: true });
  };
  const forget = atExit(clear);
  return {
    path,
    remove: () => {
      forget();
      clear();
    },
  };
}
