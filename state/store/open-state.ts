import { sql } from 'kysely';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { knownMigrations, migrate, pendingMigrations } from '../schema-versions/migrate.js';
import { newerSchema, notMigrated, serverTooOld, stateFailure } from './failures.js';
import { isStore } from './location.js';
import type { StateLocation } from './location.js';
import type { State } from './state.js';

/**
 * - `write`: an embedded store and an empty database are set up on first use; only `maintain` changes an existing schema
 *   on a server, because others may be using it.
 * - `read`: nothing is changed; works with the read-only role.
 * - `maintain`: the schema is neither changed nor checked.
 */
export type Access = 'read' | 'write' | 'maintain';

export interface OpenOptions {
  readonly access: Access;
  /** Names this process to others that find the embedded store in use, such as `aws2openstack dashboard`. */
  readonly purpose: string;
  /** How long to wait for another process to release the embedded store. @default 0 */
  readonly waitMs?: number | undefined;
  /** Told before an existing store is upgraded, with the names of the migrations. */
  readonly onUpgrade?: ((pending: readonly string[]) => void) | undefined;
}

const oldestServer = 15;

/** Opens the store, runs `action` on it and closes it. Errors of the database become Diagnostics. */
export async function withState<T>(
  location: StateLocation,
  options: OpenOptions,
  action: (state: State) => Promise<T>,
): Promise<Result<T>> {
  let state: State | undefined;
  try {
    const opened = await openState(location, options);
    if (!opened.ok) return opened;
    state = opened.value;
    return ok(await action(state));
  } catch (error) {
    const failure = stateFailure(error, location);
    if (failure === undefined) throw error;
    return fail([failure]);
  } finally {
    await state?.close();
  }
}

/** Opens the store; the caller closes it. Throws the database's errors, which `stateFailure` describes. */
export async function openState(
  location: StateLocation,
  { access, purpose, waitMs, onUpgrade }: OpenOptions,
): Promise<Result<State>> {
  const opened = await openEngine(location, { access, purpose, waitMs });
  if (!opened.ok) return opened;
  const state = opened.value;
  try {
    const checked = await checkStore(state, { access, onUpgrade });
    if (checked.ok) return ok(state);
    await state.close();
    return checked;
  } catch (error) {
    await state.close();
    throw error;
  }
}

/** Loads the engine that the location names, and not the other. */
async function openEngine(location: StateLocation, { access, purpose, waitMs }: OpenOptions): Promise<Result<State>> {
  if (location.engine === 'embedded') {
    // Reading must not create a store.
    if (access === 'read' && !isStore(location.folder)) return fail([notMigrated(location, knownMigrations(), true)]);
    const { openEmbedded } = await import('./embedded.js');
    return await openEmbedded(location, { purpose, waitMs });
  }
  const { openServer } = await import('./server.js');
  // Building an index on millions of rows may take long.
  return ok(openServer(access === 'maintain' ? { ...location, statementTimeoutMs: 0 } : location));
}

async function checkStore(
  state: State,
  { access, onUpgrade }: Pick<OpenOptions, 'access' | 'onUpgrade'>,
): Promise<Result<void>> {
  const version = await serverVersion(state);
  if (version < oldestServer) return fail([serverTooOld(state.location, version, oldestServer)]);
  if (access === 'maintain') return ok(undefined);
  const { pending, unknown, isEmpty } = await pendingMigrations(state.db);
  if (unknown.length > 0) return fail([newerSchema(state.location, unknown)]);
  if (pending.length === 0) return ok(undefined);
  if (access === 'read' || (state.location.engine === 'server' && !isEmpty))
    return fail([notMigrated(state.location, pending, isEmpty)]);
  if (!isEmpty) onUpgrade?.(pending);
  await migrate(state);
  return ok(undefined);
}

/** The major version, such as 15. */
export async function serverVersion({ db }: State): Promise<number> {
  const { rows } = await sql<{ version: string }>`SELECT current_setting('server_version_num') AS version`.execute(db);
  return Math.floor(Number(rows[0]?.version) / 10_000);
}
