import { spawn } from 'node:child_process';

/**
 * Runs Node as npm does for `npx`, in a shell of its own, and ends that shell as npm does on SIGTERM when the output matches.
 * Returns all output, when nothing has it open any more.
 */
export async function endedWithShell(
  args: readonly string[],
  until: RegExp,
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const shell = spawn('sh', ['-c', '"$0" "$@"; true', process.execPath, ...args], {
    env: { ...process.env, ...env, npm_command: 'exec' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const read = (chunk: Buffer): void => {
    output += chunk.toString();
    if (!shell.killed && until.test(output)) shell.kill('SIGTERM');
  };
  shell.stdout.on('data', read);
  shell.stderr.on('data', read);
  await new Promise((closed) => shell.once('close', closed));
  if (!shell.killed) throw new Error(`It ended too early: ${output}`);
  return output;
}
