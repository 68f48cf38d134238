import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '..', '..', 'tools', 'lakehouse');

/** What an install script prints. Throws, with what to run, when it is not installed. */
export function toolPath(script: string, ...args: readonly string[]): string {
  return execFileSync(join(folder, script), [...args, '--check'], { encoding: 'utf8' }).trim();
}

/** Hadoop's client and what is built on it run on Java 17 to 23. */
export function olderJava(): string {
  return join(toolPath('java.sh', '17', '23'), 'bin', 'java');
}
