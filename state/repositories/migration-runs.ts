import { sql } from 'kysely';
import type { Selectable } from 'kysely';
import { withoutUserInfo } from '../../core/credentials.js';
import type { StateTables } from '../schema/tables.js';
import type { State } from '../store/state.js';

/** How the jobs of an assessment reach both sides, and what their workers may use. */
export type MigrationRun = Selectable<StateTables['migration_runs']>;

export interface NewRun {
  readonly assessmentId: string;
  readonly planSha256: string;
  /** Addresses and names, which workers use as they are, apart from a password in an address, which is masked. */
  readonly connections: object;
  readonly limits: object;
}

/**
 * Stores the run of an assessment, or new connections and limits of one that it has: workers take them over while they
 * work. Returns whether it was stored: a run of another Plan stays as it is.
 */
export async function storeRun({ db }: Pick<State, 'db'>, run: NewRun): Promise<boolean> {
  const values = {
    plan_sha256: run.planSha256,
    connections: JSON.stringify(run.connections, (_name, inner: unknown) =>
      typeof inner === 'string' ? withoutUserInfo(inner) : inner,
    ),
    limits: JSON.stringify(run.limits),
  };
  const stored = await db
    .insertInto('migration_runs')
    .values({ assessment_id: run.assessmentId, ...values })
    .onConflict((conflict) =>
      conflict
        .column('assessment_id')
        .doUpdateSet({ ...values, updated_at: sql<Date>`now()` })
        .where('migration_runs.plan_sha256', '=', run.planSha256),
    )
    .returning('assessment_id')
    .execute();
  return stored.length > 0;
}

export async function findRun({ db }: Pick<State, 'db'>, assessmentId: string): Promise<MigrationRun | undefined> {
  return await db.selectFrom('migration_runs').selectAll().where('assessment_id', '=', assessmentId).executeTakeFirst();
}
