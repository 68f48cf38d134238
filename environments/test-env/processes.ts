import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync, statSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Outcome {
  readonly code: number;
  /** Both streams: standard output, then standard error. */
  readonly output: string;
}

/** Runs a program to its end. Throws the system's error when it cannot be started. */
export async function run(
  program: string,
  args: readonly string[],
  { cwd, env = process.env }: { readonly cwd?: string; readonly env?: Environment } = {},
): Promise<Outcome> {
  const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const [stdout, stderr, [code]] = (await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ])) as [string, string, [number | null]];
  return { code: code ?? 1, output: `${stdout}${stderr}` };
}

export interface LastingRun {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Environment;
  /** Receives the program's output; overwritten on each run. */
  readonly logFile: string;
  /** Receives the process id before the program starts its work. */
  readonly pidFile: string;
}

/**
 * Runs a program that must not be cut off in the middle: it survives when this process is killed, and gets the signals that
 * ask this process to stop. It writes its own process id, so that a later run finds it whenever this one ends.
 */
export async function runLasting({ program, args, cwd, env, logFile, pidFile }: LastingRun): Promise<Outcome> {
  const log = openSync(logFile, 'w');
  const wrapped = ['-c', 'echo $$ >"$0" && exec "$@"', pidFile, program, ...args];
  const child = spawn('/bin/sh', wrapped, { cwd, env, detached: true, stdio: ['ignore', log, log] });
  closeSync(log);
  const pass = (signal: NodeJS.Signals): void => void child.kill(signal);
  process.on('SIGINT', pass).on('SIGTERM', pass);
  try {
    const [code] = (await once(child, 'close')) as [number | null];
    return { code: code ?? 1, output: readFileSync(logFile, 'utf8') };
  } finally {
    process.off('SIGINT', pass).off('SIGTERM', pass);
  }
}

export interface EarlierRun {
  readonly pid: number;
  readonly startedAt: Date;
}

/** The last program that was run with this file, still running or not. */
export function readPidFile(pidFile: string): EarlierRun | undefined {
  try {
    const pid = Number(readFileSync(pidFile, 'utf8'));
    return pid > 0 ? { pid, startedAt: statSync(pidFile).mtime } : undefined;
  } catch {
    return undefined;
  }
}

/** Waits while the process lives and is still that program. Returns whether it ended in time. */
export async function hasEnded(pid: number, program: string, timeoutMs: number): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const { output } = await run('ps', ['-o', 'comm=', '-p', String(pid)]);
    if (output.trim().split('/').at(-1) !== program) return true;
    if (Date.now() > deadline) return false;
    await delay(500);
  }
}
