import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import type { Migration, MigrationProvider } from 'kysely/migration';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StateTables } from '../schema/tables.js';
import type { State } from '../store/state.js';

const bookkeeping = { migrationTableName: 'schema_migrations', migrationLockTableName: 'schema_migrations_lock' };

export interface MigrationState {
  /** Names of migrations that this version has and the store lacks, in order. */
  readonly pending: readonly string[];
  /** Names of migrations that the store has and this version does not know, from a newer version. */
  readonly unknown: readonly string[];
  readonly applied: readonly string[];
  /** No migration has been applied yet. */
  readonly isEmpty: boolean;
}

/** Read-only, so that any role may call it. */
export async function pendingMigrations(db: Kysely<StateTables>): Promise<MigrationState> {
  const known = knownMigrations();
  const { rows: found } = await sql<{ exists: boolean }>`
    SELECT to_regclass('schema_migrations') IS NOT NULL AS exists`.execute(db);
  const applied =
    found[0]?.exists === true
      ? (await sql<{ name: string }>`SELECT name FROM schema_migrations ORDER BY name`.execute(db)).rows.map(
          ({ name }) => name,
        )
      : [];
  return {
    pending: known.filter((name) => !applied.includes(name)),
    unknown: applied.filter((name) => !known.includes(name)),
    applied,
    isEmpty: applied.length === 0,
  };
}

/**
 * Applies pending migrations, all or nothing: one transaction under an advisory lock, so that any number of processes may
 * try at once. Then migrates the queue's own schema. Returns the names applied by this call. Throws the database's error.
 */
export async function migrate(state: State): Promise<readonly string[]> {
  // Kysely would create its tables first, which only their owner may do.
  const applied = (await pendingMigrations(state.db)).pending.length === 0 ? [] : await applyPending(state.db);
  // pg-boss is loaded only to set up the store, not to read its version.
  const { installQueue } = await import('../queue/queue.js');
  await installQueue(state);
  return applied;
}

async function applyPending(db: Kysely<StateTables>): Promise<readonly string[]> {
  const { rows } = await sql<{ schema: string }>`SELECT current_schema() AS schema`.execute(db);
  const migrator = new Migrator({
    db,
    provider: sqlFiles,
    ...bookkeeping,
    ...(rows[0] === undefined ? {} : { migrationTableSchema: rows[0].schema }),
  });
  const { error, results = [] } = await migrator.migrateToLatest();
  if (error !== undefined) throw error instanceof Error ? error : new Error('A migration failed.', { cause: error });
  return results.filter(({ status }) => status === 'Success').map(({ migrationName }) => migrationName);
}

/** Names of the migrations of this version, in order. */
export function knownMigrations(): readonly string[] {
  return readdirSync(import.meta.dirname)
    .filter((file) => /^\d{4}-.*\.sql$/.test(file))
    .map((file) => file.replace(/\.sql$/, ''))
    .sort();
}

/** The first sentence of a migration's file: what it adds. */
export function summaryOf(name: string): string {
  const [comment = ''] = readFileSync(join(import.meta.dirname, `${name}.sql`), 'utf8').split(/^(?!--)/m);
  const text = comment.replace(/^-- ?/gm, '').replace(/\s+/g, ' ').trim();
  return /^.*?[.:](?= |$)/.exec(text)?.[0].replace(/:$/, '.') ?? text;
}

const sqlFiles: MigrationProvider = {
  getMigrations: () =>
    Promise.resolve(
      Object.fromEntries(
        knownMigrations().map((name): [string, Migration] => [
          name,
          { up: async (db) => applyFile(db, join(import.meta.dirname, `${name}.sql`)) },
        ]),
      ),
    ),
};

/** One statement at a time, because PGlite prepares each. */
async function applyFile(db: Kysely<unknown>, file: string): Promise<void> {
  const statements = readFileSync(file, 'utf8')
    .split(/;[ \t]*$/m)
    .filter((statement) => statement.trim() !== '');
  for (const statement of statements) await sql.raw(statement).execute(db);
}
