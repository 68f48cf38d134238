import { spawn } from 'node:child_process';
import { endAtExit } from '../../core/at-exit.js';

export interface ProgramRun {
  /** Exit code; null where a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  /** The last of it. */
  readonly stderr: string;
}

export interface ProgramOptions {
  readonly signal?: AbortSignal | undefined;
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
}

const mostText = 4 * 1024 * 1024;

/**
 * Runs a program to its end, in English. `undefined` when there is none of this name. Throws the signal's reason when it
 * ends the program.
 */
export function runProgram(
  program: string,
  args: readonly string[],
  { signal, env = process.env, cwd }: ProgramOptions = {},
): Promise<ProgramRun | undefined> {
  return new Promise((settle, reject) => {
    const child = spawn(program, args, {
      env: { ...env, LC_ALL: 'C.UTF-8' },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(cwd !== undefined && { cwd }),
      ...(signal !== undefined && { signal }),
    });
    endAtExit(child);
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout = `${stdout}${chunk.toString()}`.slice(-mostText)));
    child.stderr.on('data', (chunk: Buffer) => (stderr = `${stderr}${chunk.toString()}`.slice(-8000)));
    child.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') settle(undefined);
      else reject(signal?.aborted === true ? (signal.reason as Error) : error);
    });
    child.on('close', (code) => {
      if (signal?.aborted === true) reject(signal.reason as Error);
      else settle({ code, stdout, stderr: stderr.trim() });
    });
  });
}
