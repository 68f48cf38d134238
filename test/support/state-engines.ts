import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureFolder } from '../../core/ensure-folder.js';
import { sha256 } from '../../core/canonical-json.js';
import { openState, parseDatabaseUrl } from '../../state/index.js';
import type { Access, State, StateLocation } from '../../state/index.js';
import { startPostgres } from './postgres-server.js';
import type { PostgresServer } from './postgres-server.js';

/** Both engines run the same tests: `describe.each(engineNames)('%s', (name) => { … })`. */
export const engineNames = ['embedded', 'server'] as const;
export type EngineName = (typeof engineNames)[number];

/** Makes stores of one engine for one test file. */
export interface StateEngine {
  readonly name: EngineName;
  /** A migrated store that is empty. */
  fresh(): Promise<StateLocation>;
  /** A database without a schema. */
  empty(): Promise<StateLocation>;
  /** What a command line needs in its environment to find the store. */
  env(location: StateLocation): Record<string, string>;
  /** Of the server engine. */
  readonly server: PostgresServer | undefined;
  stop(): Promise<void>;
}

export async function startEngine(name: EngineName): Promise<StateEngine> {
  return name === 'embedded' ? await startEmbedded() : await startServer();
}

/** Opens a store that must open; the test closes it. */
export async function opened(location: StateLocation, access: Access = 'write'): Promise<State> {
  const state = await openState(location, { access, purpose: 'test' });
  if (!state.ok) throw new Error(state.error.map(({ message }) => message).join('\n'));
  return state.value;
}

async function startEmbedded(): Promise<StateEngine> {
  const template = await embeddedTemplate();
  const folders: string[] = [];
  const folder = (): string => {
    const made = mkdtempSync(join(tmpdir(), 'a2o-state-'));
    folders.push(made);
    return join(made, 'state');
  };
  return {
    name: 'embedded',
    server: undefined,
    fresh: () => {
      const copy = folder();
      cpSync(template, copy, { recursive: true });
      return Promise.resolve({ engine: 'embedded', folder: copy });
    },
    empty: () => Promise.resolve({ engine: 'embedded', folder: folder() }),
    env: (location) => (location.engine === 'embedded' ? { A2O_STATE_DIR: location.folder } : {}),
    stop: () => {
      for (const made of folders) rmSync(made, { recursive: true, force: true });
      return Promise.resolve();
    },
  };
}

async function startServer(): Promise<StateEngine> {
  const server = await startPostgres(['fsync=off', 'full_page_writes=off']);
  let count = 0;
  const create = async (source: string): Promise<StateLocation> => {
    count += 1;
    await server.query('postgres', `CREATE DATABASE store_${count} TEMPLATE ${source}`);
    return serverLocation(server.url(`store_${count}`));
  };
  await server.query('postgres', 'CREATE DATABASE migrated');
  await (await opened(serverLocation(server.url('migrated')))).close();
  return {
    name: 'server',
    server,
    fresh: () => create('migrated'),
    empty: () => create('template0'),
    env: (location) =>
      location.engine === 'server' && location.database !== undefined
        ? { DATABASE_URL: server.url(location.database) }
        : {},
    stop: () => server.stop(),
  };
}

export function serverLocation(url: string): StateLocation {
  const location = parseDatabaseUrl(url);
  if (!location.ok) throw new Error(location.error.map(({ message }) => message).join('\n'));
  return location.value;
}

/** A migrated store made once and copied, because making one takes PGlite seconds. Kept outside the checkout. */
async function embeddedTemplate(): Promise<string> {
  const cache =
    process.env['A2O_CACHE_DIR'] ?? join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'aws2openstack');
  const folder = join(cache, 'state-template', templateKey());
  if (existsSync(folder)) return folder;
  ensureFolder(join(cache, 'state-template'));
  const temporary = mkdtempSync(join(cache, 'state-template', 'making-'));
  const made = join(temporary, 'state');
  await (await opened({ engine: 'embedded', folder: made })).close();
  try {
    renameSync(made, folder);
  } catch (error) {
    // Another worker was quicker.
    if (!existsSync(folder)) throw error;
  }
  rmSync(temporary, { recursive: true, force: true });
  return folder;
}

function templateKey(): string {
  const root = join(import.meta.dirname, '..', '..');
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  const migrations = join(root, 'state', 'schema-versions');
  const texts = readdirSync(migrations)
    .sort()
    .map((file) => `${file}\n${readFileSync(join(migrations, file), 'utf8')}`);
  return sha256([dependencies['@electric-sql/pglite'], dependencies['pg-boss'], ...texts].join('\n')).slice(0, 16);
}
