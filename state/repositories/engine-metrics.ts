import { sql } from 'kysely';
import type { Insertable, Selectable } from 'kysely';
import type { StateTables } from '../schema/tables.js';
import type { State } from '../store/state.js';

export type EngineMetric = Selectable<StateTables['engine_metrics']>;
export type NewEngineMetric = Insertable<StateTables['engine_metrics']>;

const keptDays = 7;

/** Several workers may read the same figures: each is stored once. Removes those that are older than a week. */
export async function storeEngineMetrics(
  { db }: Pick<State, 'db'>,
  metrics: readonly NewEngineMetric[],
): Promise<void> {
  if (metrics.length > 0)
    await sql`
      INSERT INTO engine_metrics (engine, resource, metric_name, measured_at, value)
      SELECT engine, resource, metric_name, measured_at, value
      FROM json_to_recordset(${JSON.stringify(metrics)}::text::json)
        AS metric (engine text, resource text, metric_name text, measured_at timestamptz, value double precision)
      -- Two that store the same figures must not wait for one another.
      ORDER BY engine, resource, metric_name, measured_at
      ON CONFLICT (engine, resource, metric_name, measured_at) DO UPDATE SET value = excluded.value`.execute(db);
  await sql`DELETE FROM engine_metrics WHERE measured_at < now() - ${`${keptDays} days`}::interval`.execute(db);
}

/** The newest value of each metric that was measured since then, with its time; sorted by engine, resource and name. */
export async function latestEngineMetrics(
  { db }: Pick<State, 'db'>,
  { since }: { readonly since: Date },
): Promise<readonly EngineMetric[]> {
  const { rows } = await sql<EngineMetric>`
    SELECT DISTINCT ON (engine, resource, metric_name) * FROM engine_metrics
    WHERE measured_at >= ${since}
    ORDER BY engine, resource, metric_name, measured_at DESC`.execute(db);
  return rows;
}
