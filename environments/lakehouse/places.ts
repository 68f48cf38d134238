import { join } from 'node:path';
import type { Program } from './program.js';

/** Files of one lakehouse on this machine. */
export interface Places {
  readonly folder: string;
  /** Stands for the root folder of a cloud machine. */
  readonly machine: string;
  readonly ports: string;
  /** Only the user may read it. */
  readonly secrets: string;
  /** Of the bundle that the programs were started from. */
  readonly bundleHash: string;
}

export function placesOf(folder: string): Places {
  return {
    folder,
    machine: join(folder, 'machine'),
    ports: join(folder, 'ports.json'),
    secrets: join(folder, 'secrets.json'),
    bundleHash: join(folder, 'bundle.sha256'),
  };
}

/** The files of a server's process id and log. */
export function filesOf({ folder }: Places, name: string): Pick<Program, 'pidFile' | 'logFile'> {
  return { pidFile: join(folder, 'run', `${name}.pid`), logFile: join(folder, 'log', `${name}.log`) };
}
