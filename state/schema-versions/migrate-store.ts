import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { newerSchema } from '../store/failures.js';
import { isStore } from '../store/location.js';
import type { StateLocation } from '../store/location.js';
import { withState } from '../store/open-state.js';
import { knownMigrations, migrate, pendingMigrations } from './migrate.js';

export interface Migrated {
  /** Names of migrations, in order: those applied by this call, and those applied before. */
  readonly applied: readonly string[];
  readonly before: readonly string[];
}

/** The changes that an upgrade would make. */
export interface PendingUpgrade {
  /** Names of migrations, in order: those that the store lacks, and those that it has. */
  readonly pending: readonly string[];
  readonly before: readonly string[];
}

/**
 * Creates a store or upgrades it to this version's schema. Fails when a newer version has changed it.
 *
 * @param onUpgrade told before an existing store is changed
 */
export async function migrateStore(
  location: StateLocation,
  purpose: string,
  onUpgrade: (upgrade: PendingUpgrade) => void = () => undefined,
): Promise<Result<Migrated>> {
  const migrated = await withState(location, { access: 'maintain', purpose }, async (state) => {
    const { applied: before, pending, unknown } = await pendingMigrations(state.db);
    if (unknown.length > 0) return fail([newerSchema(location, unknown)]);
    if (pending.length > 0 && before.length > 0) onUpgrade({ pending, before });
    return { ok: true as const, value: { applied: await migrate(state), before } };
  });
  return migrated.ok ? migrated.value : migrated;
}

/** The changes that `migrateStore` would make, without making or creating anything. Fails as it does. */
export async function previewUpgrade(location: StateLocation, purpose: string): Promise<Result<PendingUpgrade>> {
  if (location.engine === 'embedded' && !isStore(location.folder))
    return ok({ pending: knownMigrations(), before: [] });
  const found = await withState(location, { access: 'maintain', purpose }, async (state) => {
    const { applied: before, pending, unknown } = await pendingMigrations(state.db);
    return unknown.length > 0 ? fail([newerSchema(location, unknown)]) : ok({ pending, before });
  });
  return found.ok ? found.value : found;
}
