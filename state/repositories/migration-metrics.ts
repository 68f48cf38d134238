import { sql } from 'kysely';
import type { Selectable } from 'kysely';
import type { Result } from '../../core/result.js';
import type { StateTables } from '../schema/tables.js';
import type { State } from '../store/state.js';
import { insertRows } from './insert-rows.js';
import { readPage } from './page.js';
import type { Order, Page, PageRequest } from './page.js';

export type Metric = Selectable<StateTables['migration_metrics']>;

export interface NewMetric {
  readonly migration_job_id: string;
  readonly metric_name: string;
  /** Finite. */
  readonly value: number;
  readonly measured_at: Date;
}

/** All or none. */
export async function appendMetrics({ db }: Pick<State, 'db'>, metrics: readonly NewMetric[]): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    const rows = metrics.map((metric) => ({ id: crypto.randomUUID(), ...metric }));
    await insertRows(transaction, 'migration_metrics', rows);
  });
}

/** The newest value of each given metric of each given job, if there is one; sorted by job, then name. */
export async function latestMetrics(
  { db }: Pick<State, 'db'>,
  { jobIds, names }: { readonly jobIds: readonly string[]; readonly names: readonly string[] },
): Promise<readonly Metric[]> {
  const { rows } = await sql<Metric>`
    SELECT metric.*
    FROM unnest(${jobIds}::uuid[]) job(id)
    CROSS JOIN unnest(${names}::text[]) name(name)
    CROSS JOIN LATERAL (
      SELECT * FROM migration_metrics
      WHERE migration_job_id = job.id AND metric_name = name.name
      ORDER BY measured_at DESC, id DESC LIMIT 1
    ) metric
    ORDER BY metric.migration_job_id, metric.metric_name`.execute(db);
  return rows;
}

/** One metric of one job, the newest value first. */
export async function metricSeries(
  { db }: Pick<State, 'db'>,
  { jobId, name }: { readonly jobId: string; readonly name: string },
  page: PageRequest = {},
): Promise<Result<Page<Metric>>> {
  const order: Order = {
    name: 'metrics',
    direction: 'desc',
    keys: [
      { type: 'time', expression: sql.ref('measured_at') },
      { type: 'uuid', expression: sql.ref('id') },
    ],
  };
  return await readPage(
    db,
    order,
    page,
    ({ key, isAfter, orderBy, limit }) => sql<Metric>`
      SELECT *, ${key} AS page_key FROM migration_metrics
      WHERE migration_job_id = ${jobId} AND metric_name = ${name} AND ${isAfter}
      ORDER BY ${orderBy} LIMIT ${limit}`,
  );
}
