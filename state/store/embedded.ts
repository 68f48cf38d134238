import { PGlite, types } from '@electric-sql/pglite';
import { Kysely, PGliteDialect } from 'kysely';
import { chmodSync, existsSync, mkdirSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { fromPglite } from 'pg-boss';
import { ensureFolder } from '../../core/ensure-folder.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { RunLock } from '../../core/run-lock.js';
import type { StateTables } from '../schema/tables.js';
import { heldBy } from './failures.js';
import { isStore } from './location.js';
import type { EmbeddedLocation } from './location.js';
import type { State } from './state.js';

/**
 * Opens the store in a folder, or creates one. PGlite allows one process: a lock next to the folder refuses a second one.
 * Throws the system's and PGlite's errors.
 */
export async function openEmbedded(
  location: EmbeddedLocation,
  { purpose, waitMs = 0 }: { readonly purpose: string; readonly waitMs?: number | undefined },
): Promise<Result<State>> {
  const { folder } = location;
  ensureFolder(dirname(folder));
  const lock = await RunLock.acquire(`${folder}.lock`, purpose, { waitMs });
  if (!lock.ok) return fail([heldBy(folder, lock.error)]);
  const pglite = await openFolder(folder).catch((error: unknown) => {
    lock.value.release();
    throw error;
  });
  const db = new Kysely<StateTables>({ dialect: new PGliteDialect({ pglite }) });
  return ok({
    location,
    db,
    queueDb: fromPglite(pglite),
    close: async () => {
      try {
        await db.destroy();
      } finally {
        lock.value.release();
      }
    },
  });
}

async function openFolder(folder: string): Promise<PGlite> {
  if (!isStore(folder)) await makeFolder(folder);
  // PGlite's files are world-writable, so the folder must keep other users out.
  chmodSync(folder, 0o700);
  return await PGlite.create(folder, {
    // `bigint` is a number in `StateTables`.
    parsers: { [types.INT8]: Number },
  });
}

/** A process that is killed meanwhile leaves no partial store behind. Only called by the holder of the lock. */
async function makeFolder(folder: string): Promise<void> {
  // Removes only an empty folder, so that no other files are replaced.
  if (existsSync(folder)) rmdirSync(folder);
  const temporary = `${folder}.making`;
  rmSync(temporary, { recursive: true, force: true });
  mkdirSync(temporary, { mode: 0o700 });
  try {
    await (await PGlite.create(temporary)).close();
    renameSync(temporary, folder);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}
