import { execFileSync, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, rmSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** A moto that outlives the process that started it. What it emulates is lost when it ends. */
export interface LastingMoto {
  readonly pid: number;
  /** Such as `http://127.0.0.1:40123`. */
  readonly endpoint: string;
}

const startTimeoutMs = 60_000;
const stopTimeoutMs = 10_000;

/** The moto that is recorded in the file, if it still answers. */
export async function findLastingMoto(record: string): Promise<LastingMoto | undefined> {
  try {
    const { pid, port } = JSON.parse(readFileSync(record, 'utf8')) as { pid: number; port: number };
    const endpoint = `http://127.0.0.1:${port}`;
    // The process id may have gone to another program since, so the answer decides.
    return (await answersAsMoto(endpoint)) ? { pid, endpoint } : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Starts moto, or finds the one that is running, however the process that started it ended. Later processes find it by the
 * file `record`. Throws when moto is not installed (`make toolchain`) or does not start within a minute.
 */
export async function startLastingMoto(record: string, logFile: string): Promise<LastingMoto> {
  const running = await findLastingMoto(record);
  if (running !== undefined) return running;
  rmSync(record, { force: true });
  const python = execFileSync(join(import.meta.dirname, 'install.sh'), ['--check'], { encoding: 'utf8' }).trim();
  const log = openSync(logFile, 'a');
  const serve = join(import.meta.dirname, 'serve.py');
  spawn(python, [serve, '--record', record], { detached: true, stdio: ['ignore', log, log] }).unref();
  closeSync(log);
  const deadline = Date.now() + startTimeoutMs;
  while (Date.now() < deadline) {
    const started = await findLastingMoto(record);
    if (started !== undefined) return started;
    await delay(100);
  }
  throw new Error(`moto did not start within ${startTimeoutMs / 1000} s; see ${logFile}`);
}

/** Does nothing when moto is not running. */
export async function stopLastingMoto(record: string): Promise<void> {
  const running = await findLastingMoto(record);
  if (running !== undefined) {
    const deadline = Date.now() + stopTimeoutMs;
    for (let signal: NodeJS.Signals = 'SIGTERM'; kill(running.pid, signal);) {
      await delay(50);
      if (Date.now() > deadline) signal = 'SIGKILL';
    }
  }
  rmSync(record, { force: true });
}

function answersAsMoto(endpoint: string): Promise<boolean> {
  return new Promise((settle) => {
    // Not fetch: Node's own ends the process when moto closes a connection early.
    get(`${endpoint}/moto-api/`, { agent: false, timeout: 5_000 }, (response) => {
      response.resume();
      settle(response.statusCode === 200);
    })
      .on('timeout', () => {
        settle(false);
      })
      .on('error', () => {
        settle(false);
      });
  });
}

/** Whether there was a process to send the signal to. */
function kill(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}
