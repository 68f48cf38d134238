import { PGlite, types } from '@electric-sql/pglite';
import { Kysely, PGliteDialect } from 'kysely';
import { chmodSync, existsSync, mkdirSync, readdirSync, realpathSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fromPglite } from 'pg-boss';
import { ensureFolder } from '../../core/ensure-folder.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { RunLock } from '../../core/run-lock.js';
import type { StateTables } from '../schema/tables.js';
import { heldBy, notAStore } from './failures.js';
import { isStore } from './location.js';
import type { EmbeddedLocation } from './location.js';
import type { State } from './state.js';

/** Inside the store, so that it is the same whatever path or mount leads there. */
const lockName = '.a2o-lock';
/** Holds a new store until it is complete; what lies beside it then comes from it. */
const makingName = '.a2o-making';

/**
 * Opens the store in a folder, or creates one in an empty folder, which may be a mount point. PGlite allows one process: a
 * lock in the folder refuses a second one. Nothing is changed in a folder that holds anything else. Throws the system's
 * and PGlite's errors.
 */
export async function openEmbedded(
  location: EmbeddedLocation,
  { purpose, waitMs = 0 }: { readonly purpose: string; readonly waitMs?: number | undefined },
): Promise<Result<State>> {
  if (!mayHoldStore(location.folder)) return fail([notAStore(location)]);
  ensureFolder(location.folder);
  const folder = realpathSync(location.folder);
  const lock = await RunLock.acquire(join(folder, lockName), purpose, { waitMs });
  if (!lock.ok) return fail([heldBy(location.folder, lock.error)]);
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

/** A store, the rest of one that was being made, an empty folder, or nothing yet. */
function mayHoldStore(folder: string): boolean {
  const found = statSync(folder, { throwIfNoEntry: false });
  if (found === undefined) return true;
  if (!found.isDirectory()) return false;
  // A new file system has the folder lost+found.
  const others = readdirSync(folder).filter((name) => ![lockName, 'lost+found'].includes(name));
  return others.length === 0 || isStore(folder) || others.includes(makingName);
}

async function openFolder(folder: string): Promise<PGlite> {
  if (!isStore(folder) || existsSync(join(folder, makingName))) await makeStore(folder);
  // PGlite's files are world-writable, so the folder must keep other users out.
  chmodSync(folder, 0o700);
  return await PGlite.create(folder, {
    // `bigint` is a number in `StateTables`.
    parsers: { [types.INT8]: Number },
  });
}

/**
 * A process that is killed meanwhile leaves no store behind, but parts that the next one removes. Only called by the holder
 * of the lock, and for a folder that `mayHoldStore`.
 */
async function makeStore(folder: string): Promise<void> {
  const making = join(folder, makingName);
  const keep = [lockName, 'lost+found'];
  for (const name of readdirSync(folder).filter((each) => !keep.includes(each) && each !== makingName))
    rmSync(join(folder, name), { recursive: true, force: true });
  rmSync(making, { recursive: true, force: true });
  mkdirSync(making, { mode: 0o700 });
  try {
    const made = join(making, 'store');
    await (await PGlite.create(made)).close();
    // Moved, not renamed as a whole: a mount point cannot be replaced.
    for (const name of readdirSync(made)) renameSync(join(made, name), join(folder, name));
  } catch (error) {
    for (const name of readdirSync(folder).filter((each) => !keep.includes(each)))
      rmSync(join(folder, name), { recursive: true, force: true });
    throw error;
  }
  rmSync(making, { recursive: true });
}
