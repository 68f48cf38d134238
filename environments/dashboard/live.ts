import type { State } from '../../state/index.js';
import { appendMetrics } from '../../state/repositories/migration-metrics.js';
import { move, progress } from './jobs.js';
import { randomFrom } from './random.js';

/** One step of workers at work: running jobs come further, some end, and waiting ones begin. */
export async function workForAWhile(state: State, assessmentId: string, step: number): Promise<void> {
  const random = randomFrom(1000 + step);
  const running = await state.db
    .selectFrom('migration_jobs')
    .innerJoin('tables', 'tables.id', 'table_id')
    .select(['migration_jobs.id', 'bytes_copied', 'bytes_total', 'estimated_rows as rows'])
    .where('migration_jobs.assessment_id', '=', assessmentId)
    .where('status', '=', 'RUNNING')
    .execute();
  for (const { id, bytes_copied, bytes_total, rows } of running) {
    const size = bytes_total ?? 20_000_000;
    const share = Math.min(1, bytes_copied / size + 0.02 + 0.08 * random());
    await progress(state, id, { size, rows: rows ?? 0, share });
    if (share === 1) await move(state, id, 'COMPLETED');
    else await measure(state, id, 40_000_000 + 60_000_000 * random());
  }
  if (running.length >= 24) return;
  const waiting = await state.db
    .selectFrom('migration_jobs')
    .select('id')
    .where('assessment_id', '=', assessmentId)
    .where('status', '=', 'PENDING')
    .orderBy('created_at')
    .limit(2)
    .execute();
  for (const { id } of waiting) await move(state, id, 'RUNNING');
}

export async function measure(state: State, jobId: string, bytesPerSecond: number): Promise<void> {
  const values = {
    bytes_per_second: bytesPerSecond,
    source_wait_ratio: 0.2,
    network_ratio: 0.55,
    target_wait_ratio: 0.25,
    limit_wait_ratio: 0,
    processor_ratio: 0.4,
  };
  const measured_at = new Date();
  await appendMetrics(
    state,
    Object.entries(values).map(([metric_name, value]) => ({
      migration_job_id: jobId,
      metric_name,
      value,
      measured_at,
    })),
  );
}
