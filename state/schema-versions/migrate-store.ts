import { fail } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { newerSchema } from '../store/failures.js';
import type { StateLocation } from '../store/location.js';
import { withState } from '../store/open-state.js';
import { migrate, pendingMigrations } from './migrate.js';

export interface Migrated {
  /** Names of migrations, in order: those applied by this call, and those applied before. */
  readonly applied: readonly string[];
  readonly before: readonly string[];
}

/** Creates a store or upgrades it to this version's schema. Fails when a newer version has changed it. */
export async function migrateStore(location: StateLocation, purpose: string): Promise<Result<Migrated>> {
  const migrated = await withState(location, { access: 'maintain', purpose }, async (state) => {
    const { applied: before, unknown } = await pendingMigrations(state.db);
    if (unknown.length > 0) return fail([newerSchema(location, unknown)]);
    return { ok: true as const, value: { applied: await migrate(state), before } };
  });
  return migrated.ok ? migrated.value : migrated;
}
