import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** A server of the lakehouse: a process in the background that is found again by its pid file. */
export interface Program {
  /** For people, such as `Hive Metastore`. */
  readonly name: string;
  readonly command: readonly [program: string, ...args: string[]];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly pidFile: string;
  /** Gets what it prints; what was there is overwritten. */
  readonly logFile: string;
  /** True: it outlives this process. False: the kernel kills it when this process ends, however that ends. */
  readonly isLasting: boolean;
}

/** Starts the program, unless it runs, and waits until it answers. Throws with the end of its log when it does not. */
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
    if (problem !== undefined) throw new Error(`${program.name} ${problem}; see ${program.logFile}:\n${tail(program)}`);
    await delay(200);
  }
}

export function isRunning(pidFile: string): boolean {
  return runningProcess(pidFile) !== undefined;
}

/** Does nothing when it does not run. After 20 seconds it is killed. */
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
  // A program that cannot be started shows as one that does not run.
  child.on('error', () => undefined).unref();
  if (child.pid !== undefined) writeFileSync(pidFile, `${child.pid} ${startTime(child.pid) ?? 0}\n`);
}

/** Its process id, if it lives and is not another program that got the same id since. */
function runningProcess(pidFile: string): number | undefined {
  try {
    const [pid = 0, started] = readFileSync(pidFile, 'utf8').trim().split(' ').map(Number);
    return started !== undefined && startTime(pid) === started ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** In clock ticks since the machine started; undefined when it is no process or has ended. Source: proc(5), `stat`. */
function startTime(pid: number): number | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name before it, in brackets, may hold anything.
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
