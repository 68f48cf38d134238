import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** A server of the lakehouse: a background process that is found again by its pid file. */
export interface Program {
  /** For people, such as `Hive Metastore`. */
  readonly name: string;
  readonly command: readonly [program: string, ...args: string[]];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly pidFile: string;
  /** Receives the program's output; overwritten on each start. */
  readonly logFile: string;
  /** True: it outlives this process. False: the kernel kills it when this process ends, however it ends. */
  readonly isLasting: boolean;
}

/** Starts the program unless it is running, and waits until it answers. When it does not, throws with the end of its log. */
export async function startProgram(
  program: Program,
  answers: () => Promise<boolean>,
  timeoutMs: number,
): Promise<void> {
  if (!isRunning(program.pidFile)) spawnProgram(program);
  const deadline = Date.now() + timeoutMs;
  while (!(await answers())) {
    const problem = !isRunning(program.pidFile)
      ? 'ended before it answered'
      : Date.now() > deadline
        ? `did not answer within ${timeoutMs / 1000} s`
        : undefined;
    if (problem !== undefined)
      throw new Error(`${program.name} ${problem}; the end of ${program.logFile}:\n${tail(program)}`);
    await delay(200);
  }
}

export function isRunning(pidFile: string): boolean {
  return runningProcess(pidFile) !== undefined;
}

/** Does nothing when the program is not running. Kills it after 20 seconds. */
export async function stopProgram(pidFile: string, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  const pid = runningProcess(pidFile);
  if (pid !== undefined) {
    const deadline = Date.now() + 20_000;
    kill(pid, signal);
    while (isRunning(pidFile)) {
      await delay(50);
      if (Date.now() > deadline) kill(pid, 'SIGKILL');
    }
  }
  rmSync(pidFile, { force: true });
}

function spawnProgram({ command, env, cwd, pidFile, logFile, isLasting }: Program): void {
  for (const file of [pidFile, logFile]) mkdirSync(dirname(file), { recursive: true });
  const [program, ...args] = isLasting ? command : ['setpriv', '--pdeathsig', 'KILL', ...command];
  const log = openSync(logFile, 'w');
  const child = spawn(program, args, { cwd, env, detached: isLasting, stdio: ['ignore', log, log] });
  closeSync(log);
  // A program that cannot be started is seen as one that is not running.
  child.on('error', () => undefined).unref();
  if (child.pid !== undefined) writeFileSync(pidFile, `${child.pid} ${startTime(child.pid) ?? 0}\n`);
}

/** The process id, if the process is alive and is not another program that has got the same id since. */
function runningProcess(pidFile: string): number | undefined {
  try {
    const [pid = 0, started] = readFileSync(pidFile, 'utf8').trim().split(' ').map(Number);
    return started !== undefined && startTime(pid) === started ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** In clock ticks since boot; undefined when there is no such process or it has ended. Source: proc(5), `stat`. */
function startTime(pid: number): number | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The program's name before it, in parentheses, may hold anything.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : Number(fields[19]);
  } catch {
    return undefined;
  }
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended.
  }
}

function tail({ logFile }: Program): string {
  try {
    return readFileSync(logFile, 'utf8').slice(-4000);
  } catch {
    return '';
  }
}
