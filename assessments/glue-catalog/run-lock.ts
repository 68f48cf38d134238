import { closeSync, openSync, readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ensureFolder } from '../../core/ensure-folder.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';

const maxAttempts = 3;

/**
 * One run at a time in a folder. Every run lays an empty file with its process id and start time as the name, then looks
 * at the others': since each lays before it looks, of two runs at least one sees the other and withdraws. A killed run's
 * claim names a process that is gone, so anybody may remove it; nobody else ever lays a file of that name.
 *
 * It sees the processes of this machine only: not those of another machine or container that share the folder.
 */
export class RunLock {
  private constructor(
    private readonly folder: string,
    private readonly claim: string,
  ) {}

  /** Fails with the process id of the run that holds the folder. Throws the system's errors. */
  static async acquire(folder: string): Promise<Result<RunLock, number>> {
    const claim = claimName(process.pid);
    for (let attempt = 1; ; attempt += 1) {
      if (!lay(folder, claim)) return fail(process.pid);
      const holder = otherRun(folder, claim);
      if (holder === undefined) return ok(new RunLock(folder, claim));
      rmSync(join(folder, claim), { force: true });
      if (attempt === maxAttempts) return fail(holder);
      // Two that begin together may both have withdrawn: unequal waits let one of them in.
      await delay(5 + (process.pid % 16) * 5 * attempt);
    }
  }

  /** Forgets what this and earlier runs left in the folder, and keeps the folder claimed. Throws the system's errors. */
  empty(): void {
    for (const name of readdirSync(this.folder))
      if (pidOf(name) === undefined) rmSync(join(this.folder, name), { recursive: true, force: true });
  }

  /** The folder goes too, when nothing is left in it. */
  release(): void {
    rmSync(join(this.folder, this.claim), { force: true });
    try {
      rmdirSync(this.folder);
    } catch {
      // It holds a checkpoint, or the next run's claim.
    }
  }
}

/** Whether the claim is new: false when this very process holds the folder already. */
function lay(folder: string, claim: string): boolean {
  for (let attempt = 1; ; attempt += 1) {
    try {
      ensureFolder(folder);
      closeSync(openSync(join(folder, claim), 'wx'));
      return true;
    } catch (error) {
      const { code, path } = error as NodeJS.ErrnoException;
      if (code === 'EEXIST' && path === join(folder, claim)) return false;
      // Another run made the folder, or removed it as it ended.
      if ((code !== 'ENOENT' && code !== 'EEXIST') || attempt === maxAttempts) throw error;
    }
  }
}

/** The process id of a run that lives; claims of dead ones are removed. */
function otherRun(folder: string, own: string): number | undefined {
  for (const name of readdirSync(folder)) {
    const pid = pidOf(name);
    if (pid === undefined || name === own) continue;
    if (isAlive(pid) && claimName(pid) === name) return pid;
    rmSync(join(folder, name), { force: true });
  }
  return undefined;
}

function claimName(pid: number): string {
  return `run-${pid}-${startTime(pid)}.lock`;
}

function pidOf(name: string): number | undefined {
  const pid = /^run-(\d+)-\d+\.lock$/.exec(name)?.[1];
  return pid === undefined ? undefined : Number(pid);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Ticks since boot, which tell a process from a later one of the same id; 0 where there is no /proc. Source: proc(5). */
function startTime(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field, a name in parentheses, may hold spaces and parentheses; the start time is the 22nd.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '0';
  } catch {
    return '0';
  }
}
