import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export interface Ran {
  /** Exit code; negative for a signal. */
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A console command of a Python package, started anew for each list of arguments. */
export interface PythonCommand {
  /** Of the package, such as `0.6.0`. */
  readonly version: string;
  run(...args: readonly string[]): Promise<Ran>;
  stop(): Promise<void>;
}

export interface PythonPackage {
  /** A folder of tools/comparison. */
  readonly folder: string;
  readonly package: string;
  /** The name of its console command, and where its function is. */
  readonly command: string;
  readonly entryPoint: string;
  /** Modules that it imports only at run time, to import them once. */
  readonly imports?: readonly string[];
}

/** Installs the package where it is missing. One command runs at a time. */
export function startPythonCommand(
  { folder, package: name, command, entryPoint, imports = [] }: PythonPackage,
  env: Readonly<Record<string, string>> = {},
): PythonCommand {
  const installer = join(import.meta.dirname, '..', '..', 'tools', 'comparison', 'install.sh');
  const python = execFileSync(installer, [folder], { encoding: 'utf8' }).trim();
  const version = execFileSync(
    python,
    ['-c', 'import importlib.metadata, sys; print(importlib.metadata.version(sys.argv[1]))', name],
    { encoding: 'utf8' },
  ).trim();
  const child = spawn(python, [join(import.meta.dirname, 'run_commands.py'), entryPoint, ...imports], {
    env: { ...process.env, PYTHONWARNINGS: 'ignore', COLUMNS: '100000', TZ: 'UTC', ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  let last: Promise<unknown> = Promise.resolve();
  return {
    version,
    run: (...args) => {
      const answer = last.then(async () => {
        child.stdin.write(`${JSON.stringify([command, ...args])}\n`);
        const line: IteratorResult<string, unknown> = await answers.next();
        if (line.done === true) throw new Error(`${command} ended`);
        return JSON.parse(line.value) as Ran;
      });
      last = answer.catch(() => undefined);
      return answer;
    },
    stop: async () => {
      const ended = once(child, 'close');
      child.stdin.end();
      await ended;
    },
  };
}
