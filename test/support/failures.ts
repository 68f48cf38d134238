import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { FailingTarget } from './failure-child.js';

/** What people read of each target's failure, in a process with that environment besides. */
export async function failuresOf(
  targets: readonly FailingTarget[],
  env: Readonly<Record<string, string>> = {},
): Promise<readonly string[]> {
  const script = join(import.meta.dirname, 'failure-child.ts');
  const args = ['--import', import.meta.resolve('tsx'), script, JSON.stringify(targets)];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env: { ...process.env, ...env } });
  return JSON.parse(stdout) as string[];
}
