import { sql } from 'kysely';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { knownMigrations, pendingMigrations } from '../schema-versions/migrate.js';
import { defaultRolePrefix, roleKinds, roleName } from '../roles/role-names.js';
import { storeTables } from '../schema/store-tables.js';
import { isStore } from '../store/location.js';
import type { StateLocation } from '../store/location.js';
import { withState } from '../store/open-state.js';
import { placeOf } from '../store/state.js';
import type { State } from '../store/state.js';

export interface StoreStatus {
  readonly engine: 'embedded' | 'server';
  /** The folder, or the URL without its password. */
  readonly place: string;
  /** Such as `15.14`; null when there is no embedded store yet. */
  readonly serverVersion: string | null;
  readonly user: string | null;
  /** Names of migrations. */
  readonly schema: {
    readonly applied: readonly string[];
    readonly pending: readonly string[];
    readonly unknown: readonly string[];
  };
  /** Bytes of the whole database. */
  readonly sizeBytes: number;
  /** By table; null when this role may not read it. Empty when there is no store yet. */
  readonly rows: Readonly<Record<string, number | null>>;
  /** Jobs by queue and state, such as `{"copy": {"created": 3}}`; null when this role may not read them or there are none. */
  readonly queues: Readonly<Record<string, Readonly<Record<string, number>>>> | null;
  /** The roles of `state grant`, with the default prefix, that exist on the server. */
  readonly roles: readonly string[];
}

/**
 * Read-only; works with any role that may connect, and without a store. Fails when the store cannot be opened.
 */
export async function storeStatus(location: StateLocation, purpose: string): Promise<Result<StoreStatus>> {
  if (location.engine === 'server' || isStore(location.folder))
    return await withState(location, { access: 'maintain', purpose }, readStatus);
  return ok({
    engine: 'embedded',
    place: location.folder,
    serverVersion: null,
    user: null,
    schema: { applied: [], pending: knownMigrations(), unknown: [] },
    sizeBytes: 0,
    rows: {},
    queues: null,
    roles: [],
  });
}

async function readStatus(state: State): Promise<StoreStatus> {
  const { db, location } = state;
  const { rows: server } = await sql<{ version: string; user: string; size: number }>`
    SELECT current_setting('server_version') AS version, current_user AS user,
      pg_database_size(current_database()) AS size`.execute(db);
  const { applied, pending, unknown } = await pendingMigrations(db);
  return {
    engine: location.engine,
    place: placeOf(location),
    serverVersion: (server[0]?.version ?? '').replace(/ .*/, ''),
    user: server[0]?.user ?? '',
    schema: { applied, pending, unknown },
    sizeBytes: location.engine === 'embedded' ? folderSize(location.folder) : Number(server[0]?.size),
    rows: await rowsOf(state),
    queues: await queuesOf(state),
    roles: await rolesOf(state),
  };
}

async function rowsOf({ db }: State): Promise<Record<string, number | null>> {
  const counts: Record<string, number | null> = {};
  for (const table of storeTables) {
    const { rows } = await sql<{ readable: boolean | null }>`
      SELECT has_table_privilege(to_regclass(${table}), 'SELECT') AS readable`.execute(db);
    const readable = rows[0]?.readable ?? null;
    if (readable === null) continue;
    counts[table] = readable
      ? Number((await db.selectFrom(table).select(db.fn.countAll().as('count')).executeTakeFirst())?.count)
      : null;
  }
  return counts;
}

async function queuesOf({ db }: State): Promise<StoreStatus['queues']> {
  // From the catalog, because a role without USAGE may not even ask whether the table exists.
  const { rows: found } = await sql<{ readable: boolean }>`
    SELECT has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT') AS readable
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'pgboss' AND c.relname = 'job'`.execute(db);
  if (found[0]?.readable !== true) return null;
  const { rows } = await sql<{ name: string; state: string | null; count: number }>`
    SELECT q.name, j.state::text AS state, count(j.id) AS count
    FROM pgboss.queue q LEFT JOIN pgboss.job j ON j.name = q.name
    GROUP BY q.name, j.state ORDER BY q.name COLLATE "C", j.state`.execute(db);
  const queues: Record<string, Record<string, number>> = {};
  for (const { name, state, count } of rows) {
    queues[name] = { ...queues[name], ...(state === null ? {} : { [state]: count }) };
  }
  return queues;
}

async function rolesOf({ db }: State): Promise<readonly string[]> {
  const usual = roleKinds.map((kind) => roleName(defaultRolePrefix, kind));
  const { rows } = await sql<{ name: string }>`
    SELECT rolname AS name FROM pg_roles WHERE rolname = ANY(${usual}) ORDER BY rolname`.execute(db);
  return rows.map(({ name }) => name);
}

function folderSize(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
}
