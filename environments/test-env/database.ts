import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { writeFileAtomically } from '../../core/atomic-file.js';
import { sha256 } from '../../core/canonical-json.js';
import { Failure, problem } from './failure.js';
import type { Places } from './places.js';
import { run } from './processes.js';
import type { Environment, Outcome } from './processes.js';
import type { DatabaseSettings } from './settings.js';

/** PostgreSQL of the test environment, wherever it comes from. */
export interface Database {
  /** For people, such as `PostgreSQL in a container`. */
  readonly name: string;
  /** Whether this database answers, not another program on its port. */
  isRunning(): Promise<boolean>;
  /** Returns when it answers. */
  start(): Promise<void>;
  /** Keeps the data. */
  stop(): Promise<void>;
  removeData(): Promise<void>;
  log(): Promise<string>;
}

/** A container where an engine runs, else the system's own programs; undefined when there is neither. */
export async function findDatabase(places: Places, settings: DatabaseSettings): Promise<Database | undefined> {
  if (!isLocal(settings)) return new GivenDatabase(settings);
  for (const program of ['docker', 'podman']) {
    if ((await exitCode(program, ['info'])) === 0 && (await exitCode(program, ['compose', 'version'])) === 0) {
      return new ContainerDatabase(program, places, settings);
    }
  }
  const programs = postgresqlPrograms(process.env['PATH'] ?? '');
  return programs === undefined ? undefined : new SystemDatabase(programs, places, settings);
}

/** Whether anything listens there. */
export async function isPortInUse({ host, port }: Pick<DatabaseSettings, 'host' | 'port'>): Promise<boolean> {
  const socket = connect({ host, port, timeout: 2_000 });
  try {
    return await new Promise<boolean>((settle) => {
      socket.on('connect', () => {
        settle(true);
      });
      socket.on('error', () => {
        settle(false);
      });
      socket.on('timeout', () => {
        settle(false);
      });
    });
  } finally {
    socket.destroy();
  }
}

/** A server on another machine, named by DATABASE_URL: it is used, but never started or stopped. */
class GivenDatabase implements Database {
  readonly name: string;

  constructor(private readonly settings: DatabaseSettings) {
    this.name = `PostgreSQL at ${settings.host}`;
  }

  isRunning(): Promise<boolean> {
    return isPortInUse(this.settings);
  }

  async start(): Promise<void> {
    if (!(await this.isRunning())) throw new Failure(unreachable(this.settings));
  }

  async stop(): Promise<void> {
    // Not ours.
  }

  async removeData(): Promise<void> {
    // Not ours.
  }

  log(): Promise<string> {
    return Promise.resolve('');
  }
}

/** The service `postgres` of docker/docker-compose.yml. */
class ContainerDatabase implements Database {
  readonly name: string;
  private readonly env: Environment;

  constructor(
    private readonly program: string,
    private readonly places: Places,
    { port, user, password, name }: DatabaseSettings,
  ) {
    this.name = `PostgreSQL in a container (${program})`;
    this.env = {
      ...process.env,
      POSTGRES_PORT: String(port),
      POSTGRES_USER: user,
      POSTGRES_PASSWORD: password,
      POSTGRES_DB: name,
    };
  }

  async isRunning(): Promise<boolean> {
    const { code, output } = await this.compose('ps', '--status', 'running', '--quiet', 'postgres');
    return code === 0 && output.trim() !== '';
  }

  async start(): Promise<void> {
    const { code, output } = await this.compose('up', '--detach', '--wait', 'postgres');
    if (code === 0) return;
    if (/port is already allocated|address already in use/i.test(output)) throw new Failure(portInUse(this.env));
    throw new Failure(problem('no-database', 'database', lastLine(output), `${this.program} compose logs postgres`));
  }

  async stop(): Promise<void> {
    await this.compose('stop');
  }

  async removeData(): Promise<void> {
    await this.compose('down', '--volumes');
  }

  async log(): Promise<string> {
    return (await this.compose('logs', '--tail', '30', 'postgres')).output;
  }

  private compose(...args: readonly string[]): Promise<Outcome> {
    const file = join(this.places.root, 'docker', 'docker-compose.yml');
    return run(this.program, ['compose', '--file', file, ...args], { env: this.env });
  }
}

/** What a server has besides the defaults. */
export interface ServerConfiguration {
  /** Files that only the server's user may read: the path of each, by its name in the server's folder. */
  readonly files: Readonly<Record<string, string>>;
  /** As `postgres -c` takes them; `folder` is the server's. */
  readonly settings: (folder: string) => readonly string[];
  /** libpq's variables, with which clients reach it. */
  readonly clientEnvironment: Readonly<Record<string, string>>;
}

const plainConfiguration: ServerConfiguration = { files: {}, settings: () => [], clientEnvironment: {} };

/** `initdb` and `pg_ctl` of this system. PostgreSQL refuses to run as root: there another user runs it. */
export class SystemDatabase implements Database {
  readonly name = 'PostgreSQL of this system, because no container engine runs';
  private readonly user: string | undefined;
  private readonly folder: string;
  private readonly data: string;
  private readonly logFile: string;

  constructor(
    private readonly programs: string,
    places: Pick<Places, 'folder'>,
    private readonly settings: Omit<DatabaseSettings, 'url'>,
    private readonly configuration = plainConfiguration,
  ) {
    this.user = userInfo().uid === 0 ? 'nobody' : undefined;
    // The other user may not enter the folders above a checkout.
    const shared = join(tmpdir(), `aws2openstack-postgresql-${sha256(places.folder).slice(0, 10)}`);
    this.folder = this.user === undefined ? join(places.folder, 'postgresql') : shared;
    this.data = join(this.folder, 'data');
    this.logFile = join(this.folder, 'log');
  }

  async isRunning(): Promise<boolean> {
    return existsSync(this.data) && (await this.postgresql('pg_ctl', '-D', this.data, 'status')).code === 0;
  }

  async start(): Promise<void> {
    if (!existsSync(this.data)) await this.initialize();
    if (!(await this.isRunning())) await this.startServer();
    const { user, password, name, host, port } = this.settings;
    const createdb = join(this.programs, 'createdb');
    const args = ['--no-password', '--host', host, '--port', String(port), '--username', user, name];
    const env = { ...process.env, ...this.configuration.clientEnvironment, PGPASSWORD: password };
    const { code, output } = await run(createdb, args, { env });
    if (code !== 0 && !output.includes('already exists')) throw new Failure(this.failure(output));
  }

  async stop(): Promise<void> {
    if (await this.isRunning()) await this.postgresql('pg_ctl', '-D', this.data, '-m', 'fast', '-w', 'stop');
  }

  removeData(): Promise<void> {
    rmSync(this.folder, { recursive: true, force: true });
    return Promise.resolve();
  }

  async log(): Promise<string> {
    return existsSync(this.logFile) ? (await run('tail', ['-n', '30', this.logFile])).output : '';
  }

  /** Atomic: a killed run leaves no half-made data folder. */
  private async initialize(): Promise<void> {
    mkdirSync(this.folder, { recursive: true });
    for (const name of readdirSync(this.folder)) {
      if (name.startsWith('new-')) rmSync(join(this.folder, name), { recursive: true, force: true });
    }
    const temporary = mkdtempSync(join(this.folder, 'new-'));
    try {
      await this.initializeIn(temporary);
      renameSync(join(temporary, 'data'), this.data);
    } finally {
      rmSync(temporary, { recursive: true, force: true });
    }
  }

  private async initializeIn(temporary: string): Promise<void> {
    const passwordFile = join(temporary, 'password');
    writeFileSync(passwordFile, `${this.settings.password}\n`, { mode: 0o600 });
    if (this.user !== undefined) {
      const { code, output } = await run('chown', ['-R', this.user, this.folder]);
      if (code !== 0) throw new Failure(this.failure(output));
    }
    chmodSync(temporary, 0o700);
    const access = ['--auth=scram-sha-256', `--username=${this.settings.user}`, `--pwfile=${passwordFile}`];
    const options = ['--pgdata', join(temporary, 'data'), ...access, '--encoding=UTF8', '--locale=C', '--no-sync'];
    const { code, output } = await this.postgresql('initdb', ...options);
    if (code !== 0) throw new Failure(this.failure(output));
  }

  private async startServer(): Promise<void> {
    const { host, port } = this.settings;
    if (await isPortInUse(this.settings)) throw new Failure(portInUse({ POSTGRES_PORT: String(port) }));
    await this.copyFiles();
    const settings = [`listen_addresses=${host}`, ...this.configuration.settings(this.folder)];
    const server = `-p ${port} -k ${this.folder} ${settings.map((setting) => `-c ${setting}`).join(' ')}`;
    const args = ['-D', this.data, '-l', this.logFile, '-o', server, '-w', '-t', '60', 'start'];
    const { code, output } = await this.postgresql('pg_ctl', ...args);
    if (code !== 0) throw new Failure(this.failure(`${output}\n${await this.log()}`));
    for (let tries = 0; tries < 50 && !(await isPortInUse(this.settings)); tries += 1) await delay(100);
  }

  private async copyFiles(): Promise<void> {
    for (const [name, source] of Object.entries(this.configuration.files)) {
      const target = join(this.folder, name);
      writeFileAtomically(target, readFileSync(source, 'utf8'), 0o600);
      if (this.user !== undefined) await run('chown', [this.user, target]);
    }
  }

  private postgresql(program: string, ...args: readonly string[]): Promise<Outcome> {
    const path = join(this.programs, program);
    const options = { cwd: this.folder };
    if (this.user === undefined) return run(path, args, options);
    return run('runuser', ['-u', this.user, '--', path, ...args], options);
  }

  private failure(output: string): ReturnType<typeof problem> {
    const cause =
      output
        .split('\n')
        .find((line) => /error|fatal|could not/i.test(line))
        ?.trim() ?? lastLine(output);
    const log = existsSync(this.logFile) ? `Read ${this.logFile}. ` : '';
    const fix = `${log}Correct DATABASE_URL in .env.test, or run \`make test-env-clean\` to start over.`;
    return problem('no-database', 'database', `PostgreSQL could not be started: ${cause}`, fix);
  }
}

export function portInUse({ POSTGRES_PORT: port = '' }: Environment): ReturnType<typeof problem> {
  return problem(
    'port-in-use',
    'database',
    `Port ${port} is in use by another program.`,
    `Find it with \`ss -ltnp 'sport = :${port}'\` and stop it, or set another port in DATABASE_URL in .env.test.`,
  );
}

export function unreachable({ host, port }: DatabaseSettings): ReturnType<typeof problem> {
  const fix = 'Correct DATABASE_URL in .env.test. With the host 127.0.0.1, `make test-env-up` starts a server.';
  return problem('unreachable', 'database', `Nothing answers at ${host}:${port}.`, fix);
}

/** Whether the server is one that the environment starts and stops. */
export function isLocal({ host }: DatabaseSettings): boolean {
  return ['127.0.0.1', 'localhost', '::1'].includes(host);
}

/** The folder of `initdb` and `pg_ctl`: on the path, or where Debian keeps them, the newest version first. */
export function postgresqlPrograms(path: string): string | undefined {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [...versions.map((version) => join(debian, version, 'bin')), ...path.split(delimiter)];
  const initdb = folders.map((folder) => join(folder, 'initdb')).find((file) => existsSync(file));
  return initdb === undefined ? undefined : dirname(initdb);
}

async function exitCode(program: string, args: readonly string[]): Promise<number> {
  try {
    return (await run(program, args)).code;
  } catch {
    return 127;
  }
}

function lastLine(output: string): string {
  return output.trim().split('\n').at(-1) ?? '';
}
