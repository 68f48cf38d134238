// `make test-env-…`: one command an argument. environments/test-env/test-env.sh runs it, one at a time.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { formatDiagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { disconnect } from './aws.js';
import { findDatabase } from './database.js';
import { clean, down } from './down.js';
import { findCloud } from './environment.js';
import { explain, textOf } from './explain.js';
import { Failure, problem } from './failure.js';
import { placesOf } from './places.js';
import type { Places } from './places.js';
import { preflight, problemsOf } from './preflight.js';
import { run } from './processes.js';
import { readSettings } from './settings.js';
import type { Settings } from './settings.js';
import { unlock } from './state-store.js';
import { status } from './status.js';
import { interrupted, Timing } from './timing.js';
import { bootstrap, up } from './up.js';

const noEmulator = problem('no-emulator', 'state', 'The emulator is not running.', 'Run `make test-env-up`.');

/** Returns the exit code. */
type Command = (places: Places, settings: Settings, args: readonly string[]) => Promise<number>;

const commands: Readonly<Record<string, Command>> = {
  bootstrap: (places, settings) => timed(bootstrap, places, settings, 'The state store is ready'),
  up: async (places, settings) => {
    await timed(up, places, settings, 'The test environment is up');
    await printStatus(places, settings);
    say(
      settings.engine === 'aws'
        ? 'It costs less than 0.01 USD a day (docs/test-environment.md). `make test-env-down` removes it.'
        : '`make test-env-shell` opens a shell for it; `make test-env-down` removes it.',
    );
    return 0;
  },
  down: (places, settings) => timed(down, places, settings, 'The test environment is down'),
  clean: (places, settings) => timed(clean, places, settings, 'The test environment and its data are removed'),
  status: printStatus,
  validate,
  logs: printLogs,
  shell: openShell,
  unlock: async (places, settings, [id = '']) => {
    const cloud = await findCloud(places, settings);
    if (cloud === undefined) throw new Failure(noEmulator);
    const { aws, store } = cloud;
    try {
      if (await unlock(aws, store, id)) say(`removed the state lock ${id}`);
      else
        throw new Failure(
          problem(
            'no-such-lock',
            'state',
            `There is no lock with the ID '${id}'.`,
            'Run `make test-env-status` to see the lock.',
          ),
        );
    } finally {
      disconnect(aws);
    }
    return 0;
  },
};

const [name = '', ...args] = process.argv.slice(2);
const interrupt = new AbortController();
process.exitCode = await main();

async function main(): Promise<number> {
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) {
    console.error(`error: '${name}' is not a command; commands are ${Object.keys(commands).join(', ')}`);
    return 2;
  }
  const envFile = join(import.meta.dirname, '..', '..', '.env.test');
  // Variables that are already set win.
  if (existsSync(envFile)) process.loadEnvFile(envFile);
  // SDKs look for a profile without a name.
  if (process.env['AWS_PROFILE'] === '') delete process.env['AWS_PROFILE'];
  const settings = readSettings(process.env);
  if (!settings.ok) return report(settings.error);
  try {
    const moved = process.env['A2O_TEST_ENV_DIR'];
    return await command(placesOf(settings.value, moved === '' ? undefined : moved), settings.value, args);
  } catch (error) {
    // What fails after an interrupt fails because of it.
    if (interrupt.signal.aborted) {
      report([interrupted]);
      return interrupt.signal.reason === 'SIGTERM' ? 143 : 130;
    }
    if (error instanceof Failure) return report(error.diagnostics);
    const known = explain(textOf(error), settings.value);
    if (known !== undefined) return report([known]);
    throw error;
  }
}

type Work = (places: Places, settings: Settings, timing: Timing, say: (line: string) => void) => Promise<void>;

async function timed(work: Work, places: Places, settings: Settings, done: string): Promise<number> {
  const timing = new Timing(say, interrupt.signal);
  const onSignal = (signal: NodeJS.Signals): void => {
    if (!interrupt.signal.aborted) say('interrupted: waiting for running steps to end ...');
    interrupt.abort(signal);
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  try {
    await work(places, settings, timing, say);
  } finally {
    say(`\n${timing.table()}`);
  }
  say(`\n${done}, after ${timing.seconds().toFixed(0)} s.`);
  return 0;
}

async function printStatus(places: Places, settings: Settings): Promise<number> {
  for (const [what, found] of await status(places, settings)) console.log(`${what.padEnd(12)}${found}`);
  return 0;
}

async function validate(places: Places, settings: Settings): Promise<number> {
  const findings = await preflight(places, settings);
  for (const { name, found } of findings) {
    if (typeof found === 'string') console.log(`ok      ${name}: ${found}`);
    else
      console.log(
        `${found.severity === 'error' ? 'FAILED' : 'warning'} ${name}: ${found.message}\n  fix: ${found.fix}`,
      );
  }
  return problemsOf(findings).length > 0 ? 1 : 0;
}

async function printLogs(places: Places, settings: Settings): Promise<number> {
  for (const file of readdirSync(places.logs).sort()) {
    console.log(`== ${file}\n${(await run('tail', ['-n', '30', join(places.logs, file)])).output}`);
  }
  const database = await findDatabase(places, settings.database);
  console.log(`== database\n${(await database?.log()) ?? ''}`);
  return 0;
}

/** A shell with the settings of the environment's account and database; `-c` and a command run that command only. */
async function openShell(places: Places, settings: Settings, options: readonly string[]): Promise<number> {
  const cloud = await findCloud(places, settings);
  // Without the emulator, commands meant for it would reach AWS.
  if (cloud === undefined) throw new Failure(noEmulator);
  disconnect(cloud.aws);
  const env = { ...process.env, ...cloud.env, DATABASE_URL: settings.database.url };
  const child = spawn(process.env['SHELL'] ?? '/bin/sh', options, { env, stdio: 'inherit' });
  const [code] = (await once(child, 'close')) as [number | null];
  return code ?? 1;
}

function report(problems: readonly Diagnostic[]): number {
  for (const one of problems) console.error(formatDiagnostic(one));
  return 1;
}

function say(line: string): void {
  console.error(line);
}
