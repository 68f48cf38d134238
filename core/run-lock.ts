import { readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { atExit } from './at-exit.js';
import { ensureFolder } from './ensure-folder.js';
import { isAlive, startTime } from './process-identity.js';
import { fail, ok } from './result.js';
import type { Result } from './result.js';

const maxAttempts = 3;
const pollMs = 200;

/** The holder of a folder. */
export interface Holder {
  readonly pid: number;
  /** The purpose that the holder gave, such as `aws2openstack dashboard`; may be empty. */
  readonly purpose: string;
}

/**
 * Allows one run at a time in a folder. Every run creates a claim, a file named by its process ID and start time, and then
 * looks for the claims of others: of two runs, at least one sees the other and withdraws. A killed run's claim names a
 * process that has ended, so any run may remove it; no other process ever creates a file of that name.
 *
 * Only processes of this machine are seen, not those of another machine or container that shares the folder.
 */
export class RunLock {
  private readonly forget = atExit(() => {
    this.removeClaim();
  });

  private constructor(
    private readonly folder: string,
    private readonly claim: string,
  ) {}

  /** Fails with the run that holds the folder, after waiting for it at most `waitMs`. Throws the system's errors. */
  static async acquire(
    folder: string,
    purpose = '',
    { waitMs = 0 }: { readonly waitMs?: number } = {},
  ): Promise<Result<RunLock, Holder>> {
    const deadline = performance.now() + waitMs;
    for (;;) {
      const lock = await RunLock.tryAcquire(folder, purpose);
      const left = deadline - performance.now();
      if (lock.ok || left <= 0) return lock;
      await delay(Math.min(pollMs, left));
    }
  }

  private static async tryAcquire(folder: string, purpose: string): Promise<Result<RunLock, Holder>> {
    const claim = claimName(process.pid);
    for (let attempt = 1; ; attempt += 1) {
      if (!lay(folder, claim, purpose)) return fail({ pid: process.pid, purpose });
      const holder = otherRun(folder, claim);
      if (holder === undefined) return ok(new RunLock(folder, claim));
      rmSync(join(folder, claim), { force: true });
      if (attempt === maxAttempts) return fail(holder);
      // Two that begin together may both have withdrawn: unequal waits let one of them in.
      await delay(5 + (process.pid % 16) * 5 * attempt);
    }
  }

  /** Deletes what this and earlier runs left in the folder, but keeps the claim. Throws the system's errors. */
  empty(): void {
    for (const name of readdirSync(this.folder))
      if (pidOf(name) === undefined) rmSync(join(this.folder, name), { recursive: true, force: true });
  }

  /** Removes the folder too, if it is empty. */
  release(): void {
    this.forget();
    this.removeClaim();
  }

  private removeClaim(): void {
    rmSync(join(this.folder, this.claim), { force: true });
    try {
      rmdirSync(this.folder);
    } catch {
      // It holds a checkpoint, or the next run's claim.
    }
  }
}

/** Whether the claim is new: false when this very process holds the folder already. */
function lay(folder: string, claim: string, purpose: string): boolean {
  for (let attempt = 1; ; attempt += 1) {
    try {
      ensureFolder(folder);
      writeFileSync(join(folder, claim), purpose, { flag: 'wx' });
      return true;
    } catch (error) {
      const { code, path } = error as NodeJS.ErrnoException;
      if (code === 'EEXIST' && path === join(folder, claim)) return false;
      // Another run made the folder, or removed it as it ended.
      if ((code !== 'ENOENT' && code !== 'EEXIST') || attempt === maxAttempts) throw error;
    }
  }
}

/** Another live run. Removes the claims of dead ones. */
function otherRun(folder: string, own: string): Holder | undefined {
  for (const name of readdirSync(folder)) {
    const pid = pidOf(name);
    if (pid === undefined || name === own) continue;
    if (isAlive(pid) && claimName(pid) === name) return { pid, purpose: purposeOf(join(folder, name)) };
    rmSync(join(folder, name), { force: true });
  }
  return undefined;
}

function purposeOf(claim: string): string {
  try {
    return readFileSync(claim, 'utf8');
  } catch {
    // The run has just ended.
    return '';
  }
}

function claimName(pid: number): string {
  return `run-${pid}-${startTime(pid)}.lock`;
}

function pidOf(name: string): number | undefined {
  const pid = /^run-(\d+)-\d+\.lock$/.exec(name)?.[1];
  return pid === undefined ? undefined : Number(pid);
}
