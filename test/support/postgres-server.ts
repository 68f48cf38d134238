import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';

/** A real PostgreSQL on loopback, of the system's binaries, for one test file. */
export interface PostgresServer {
  readonly port: number;
  readonly folder: string;
  /** Of the superuser; `parameters` such as `sslmode=require`. */
  url(database: string, options?: { readonly user?: string; readonly parameters?: string }): string;
  /** As the superuser. */
  query(database: string, text: string): Promise<Record<string, unknown>[]>;
  /** Stops it as `stop` does, and starts it again when `whileDown` has ended: connections break. */
  restart(whileDown?: () => Promise<void>): Promise<void>;
  stop(): Promise<void>;
}

/** Throws with what to install when the machine has no PostgreSQL. `settings` are lines of postgresql.conf. */
export async function startPostgres(settings: readonly string[] = []): Promise<PostgresServer> {
  const binaries = binariesFolder();
  const folder = mkdtempSync('/tmp/a2o-postgres-');
  const owner = ownerOf(folder);
  const run = (command: string, args: readonly string[]): string =>
    execFileSync(owner.command, [...owner.args, join(binaries, command), ...args], { encoding: 'utf8', cwd: folder });
  const data = join(folder, 'data');
  run('initdb', ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync']);
  const port = await freePort();
  const lines = ['listen_addresses=127.0.0.1', `port=${port}`, `unix_socket_directories=${folder}`, ...settings];
  let log = '';
  const start = async (): Promise<ChildProcess> => {
    const started = spawn(
      owner.command,
      [...owner.args, join(binaries, 'postgres'), '-D', data, ...lines.flatMap((line) => ['-c', line])],
      { stdio: ['ignore', 'ignore', 'pipe'], cwd: folder },
    );
    started.stderr.on('data', (chunk: Buffer) => {
      log = (log + chunk.toString()).slice(-4000);
    });
    await answers(url('postgres'), started, () => log);
    return started;
  };
  const url: PostgresServer['url'] = (database, { user = 'postgres', parameters } = {}) =>
    `postgresql://${user}@127.0.0.1:${port}/${database}${parameters === undefined ? '' : `?${parameters}`}`;
  let server = await start();
  const end = async (): Promise<void> => {
    if (server.exitCode !== null) return;
    const ended = new Promise((resolve) => server.once('close', resolve));
    // SIGINT is its fast shutdown: it does not wait for clients. Source: PostgreSQL documentation, 'Shutting Down the Server'.
    server.kill('SIGINT');
    await ended;
  };
  return {
    port,
    folder,
    url,
    query: (database, text) => query(url(database), text),
    restart: async (whileDown) => {
      await end();
      await whileDown?.();
      server = await start();
    },
    stop: async () => {
      await end();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(text);
    return rows;
  } finally {
    await client.end();
  }
}

function binariesFolder(): string {
  const debian = '/usr/lib/postgresql';
  const folders = [
    ...(existsSync(debian) ? readdirSync(debian).map((version) => join(debian, version, 'bin')) : []),
    ...(process.env['PATH'] ?? '').split(delimiter),
  ];
  const found = folders.find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')));
  if (found === undefined) throw new Error('PostgreSQL 15 or newer is missing: apt-get install postgresql');
  return found;
}

/** PostgreSQL refuses to run as root. */
function ownerOf(folder: string): { command: string; args: readonly string[] } {
  if (process.getuid?.() !== 0) return { command: '/usr/bin/env', args: [] };
  const nobody = 65_534;
  chownSync(folder, nobody, nobody);
  return { command: 'setpriv', args: ['--reuid=65534', '--regid=65534', '--clear-groups'] };
}

async function answers(url: string, server: ChildProcess, log: () => string): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt += 1) {
    if (server.exitCode !== null) throw new Error(`PostgreSQL did not start: ${log()}`);
    try {
      await query(url, 'SELECT 1');
      return;
    } catch {
      await delay(100);
    }
  }
  throw new Error(`PostgreSQL did not answer in 30 s: ${log()}`);
}

/** Nothing listens there. */
export async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const address = probe.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  await new Promise((resolve) => probe.close(resolve));
  return address.port;
}
