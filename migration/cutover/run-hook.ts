import { spawn } from 'node:child_process';
import type { ChildProcess, ChildProcessByStdio } from 'node:child_process';
import { finished } from 'node:stream/promises';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { atExit } from '../../core/at-exit.js';
import { isCredentialName, withoutCredentials } from '../../core/credentials.js';
import type { StepOutcome } from './run-cutover.js';
import type { Hook } from './settings.js';
import type { StepName } from './steps.js';

export interface HookCall {
  readonly hook: Hook;
  readonly cutoverId: string;
  readonly step: StepName;
  readonly action: 'do' | 'undo';
  /** Where it runs. */
  readonly folder: string;
  /** Of this process: what the hook may have of it. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

const defaultTimeoutSeconds = 600;
const graceMs = 5000;
/** For what is still on its way when the hook has ended. */
const outputMs = 1000;
const keptBytes = 64 * 1024;
const shownCharacters = 4000;
const inherited = ['PATH', 'HOME', 'LANG', 'TZ', 'TMPDIR'];
const redacted = '[redacted]';

/** Runs a hook and waits for its end. Its whole process group ends with it when time is up or the signal is aborted. */
export async function runHook(call: HookCall): Promise<StepOutcome> {
  const { hook, cutoverId, step, action, folder, signal } = call;
  const { run, timeoutSeconds = defaultTimeoutSeconds } = hook;
  const [program = '', ...args] = run;
  const passed = passedVariables(call);
  let child: ChildProcessByStdio<null, Readable, Readable>;
  try {
    child = spawn(program, args, {
      cwd: folder,
      env: { ...passed, A2O_CUTOVER_ID: cutoverId, A2O_CUTOVER_STEP: step, A2O_CUTOVER_ACTION: action },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own, which can be ended as a whole.
      detached: true,
    });
  } catch (error) {
    // Such as an argument with NUL.
    return { isDone: false, details: { reason: cannotRun(program, error as NodeJS.ErrnoException) } };
  }
  const output = new Tail();
  child.stdout.on('data', output.add);
  child.stderr.on('data', output.add);
  const timeout = AbortSignal.timeout(timeoutSeconds * 1000);
  const stop = AbortSignal.any([signal, timeout]);
  const ended = endOf(child, program);
  const forget = atExit(() => {
    endGroup(child, 'SIGTERM');
  });
  const stopped = stoppedBy(stop).then(async () => {
    endGroup(child, 'SIGTERM');
    await Promise.race([ended, delay(graceMs, undefined, { ref: false })]);
    endGroup(child, 'SIGKILL');
  });
  const end = await ended;
  forget();
  if (stop.aborted) await stopped;
  await outputOf(child);
  const told = { output: output.text(Object.entries(passed)) };
  if (end === 0) return { isDone: true, ...told };
  const reason = timeout.aborted
    ? `${program} took longer than ${timeoutSeconds} s and was ended`
    : signal.aborted
      ? `${program} was interrupted`
      : typeof end === 'number'
        ? `${program} ended with exit code ${end}`
        : end;
  return { isDone: false, ...told, details: { reason } };
}

function passedVariables({ hook, env }: HookCall): Record<string, string> {
  const names = [...inherited, ...(hook.environment ?? [])];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** Its exit code, or what ended it otherwise. */
async function endOf(child: ChildProcess, program: string): Promise<number | string> {
  return await new Promise((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      resolve(cannotRun(program, error));
    });
    // Its output may stay open: a daemon that it has left behind holds it.
    child.once('exit', (code, by) => {
      resolve(code ?? `${program} was ended by ${by ?? 'a signal'}`);
    });
  });
}

function cannotRun(program: string, { code, message }: NodeJS.ErrnoException): string {
  return `${program} cannot be run (${code ?? message})`;
}

/** Waits for what it has printed; a daemon that it has left behind may print no longer. */
async function outputOf({ stdout, stderr }: ChildProcessByStdio<null, Readable, Readable>): Promise<void> {
  const both = [stdout, stderr].map((stream) => finished(stream).catch(() => undefined));
  await Promise.race([Promise.all(both), delay(outputMs, undefined, { ref: false })]);
  stdout.destroy();
  stderr.destroy();
}

async function stoppedBy(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => {
      resolve();
    });
  });
}

function endGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch {
    // It has ended.
  }
}

/** The end of an output. */
class Tail {
  #chunks: Buffer[] = [];
  #bytes = 0;
  #isCut = false;

  readonly add = (chunk: Buffer): void => {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    while (this.#bytes - (this.#chunks[0]?.length ?? 0) >= keptBytes) {
      this.#bytes -= this.#chunks.shift()?.length ?? 0;
      this.#isCut = true;
    }
  };

  /** Without credentials: those that look like one, and the values of variables that are named like one. */
  text(variables: readonly (readonly [name: string, value: string])[]): string {
    let text = Buffer.concat(this.#chunks).toString('utf8');
    // Of a line whose beginning is lost nobody can tell what it holds.
    if (this.#isCut) text = text.slice(text.indexOf('\n') + 1);
    for (const [name, value] of variables)
      if (isCredentialName(name) && value.length > 3) text = text.replaceAll(value, redacted);
    const masked = withoutCredentials(text).trimEnd();
    return masked.length > shownCharacters ? `…${masked.slice(-shownCharacters)}` : masked;
  }
}
