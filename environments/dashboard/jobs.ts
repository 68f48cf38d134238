import { sql } from 'kysely';
import { createJobs } from '../../state/index.js';
import type { State } from '../../state/index.js';
import { advanceJob, findJob } from '../../state/repositories/migration-jobs.js';
import { saveCheckpoint } from '../../state/repositories/job-progress.js';
import { randomFrom } from './random.js';

interface JobsOptions {
  readonly assessmentId: string;
  readonly tableIds: readonly string[];
  readonly now: Date;
}

const errors = [
  'The target answered 503 SlowDown to 6 attempts in a row.',
  'The source denies access to 3 objects (403 AccessDenied): their owner is another account.',
  'Trino: HIVE_BAD_DATA: Malformed ORC file, the file is truncated.',
  'The target has no space left: quota of 40 TB is used up.',
];
const hour = 3_600_000;

/** Jobs of every status, through the transitions that workers use. Returns those that are completed. */
export async function fillJobs(state: State, { assessmentId, tableIds, now }: JobsOptions): Promise<readonly string[]> {
  const random = randomFrom(7);
  const created = await createJobs(state, { assessmentId, tableIds, jobType: 'COPY' });
  const rows = await state.db
    .selectFrom('migration_jobs')
    .innerJoin('tables', 'tables.id', 'table_id')
    .select(['migration_jobs.id', 'tables.estimated_size_bytes as size', 'tables.estimated_rows as rows'])
    .where(
      'migration_jobs.id',
      'in',
      created.map(({ id }) => id),
    )
    .orderBy('tables.database_name')
    .orderBy('tables.table_name')
    .execute();
  const completed: string[] = [];
  for (const [index, { id, size, rows: rowCount }] of rows.entries()) {
    const fate = fateOf(index % 25);
    if (fate === 'PENDING') continue;
    await move(state, id, 'RUNNING');
    const share = fate === 'COMPLETED' ? 1 : 0.15 + 0.7 * random();
    await progress(state, id, { size: size ?? 20_000_000, rows: rowCount ?? 0, share });
    if (fate !== 'RUNNING') await move(state, id, fate, errors[index % errors.length]);
    if (fate === 'COMPLETED') completed.push(id);
    // As if it had happened in the last three weeks.
    const ended = new Date(now.getTime() - random() * 20 * 24 * hour);
    await sql`
      UPDATE migration_jobs SET created_at = ${new Date(ended.getTime() - 30 * hour)},
        started_at = CASE WHEN status = 'RUNNING' THEN ${new Date(now.getTime() - random() * hour)}::timestamptz
          ELSE ${new Date(ended.getTime() - random() * 3 * hour)}::timestamptz END,
        completed_at = CASE WHEN completed_at IS NULL THEN NULL ELSE ${ended}::timestamptz END
      WHERE id = ${id}`.execute(state.db);
    await sql`UPDATE migration_job_events SET at = ${ended} WHERE migration_job_id = ${id}`.execute(state.db);
  }
  await spreadOutcomes(state, assessmentId);
  return completed;
}

function fateOf(lot: number): 'COMPLETED' | 'RUNNING' | 'FAILED' | 'PAUSED' | 'CANCELLED' | 'PENDING' {
  if (lot < 15) return 'COMPLETED';
  if (lot < 17) return 'RUNNING';
  if (lot < 19) return 'FAILED';
  if (lot === 19) return 'PAUSED';
  return lot === 20 ? 'CANCELLED' : 'PENDING';
}

type Status = 'RUNNING' | ReturnType<typeof fateOf>;

export async function move(state: State, id: string, to: Status, error?: string): Promise<void> {
  const job = await findJob(state, id);
  if (job === undefined) throw new Error(`no job ${id}`);
  const moved = await advanceJob(state, job, {
    to,
    ...((to === 'FAILED' || to === 'PAUSED') && error !== undefined && { error }),
  });
  if (!moved.ok) throw new Error(moved.error.map(({ message }) => message).join(' '));
}

export async function progress(
  state: State,
  id: string,
  { size, rows, share }: { readonly size: number; readonly rows: number; readonly share: number },
): Promise<void> {
  const job = await findJob(state, id);
  if (job?.status !== 'RUNNING') return;
  const files = Math.max(1, Math.round(size / 64_000_000));
  await saveCheckpoint(state, job, {
    part: 'objects',
    phase: share < 1 ? 'copying' : 'copied',
    bytesTotal: size,
    bytesDone: Math.round(size * share),
    filesTotal: files,
    filesDone: Math.round(files * share),
    rowsTotal: null,
    rowsDone: share < 1 ? 0 : rows,
    checkpoint: null,
  });
}

/** Attempts are counted on the day on which they end; these ended on the days of their jobs. */
async function spreadOutcomes(state: State, assessmentId: string): Promise<void> {
  await sql`DELETE FROM migration_outcomes WHERE assessment_id = ${assessmentId}`.execute(state.db);
  await sql`
    INSERT INTO migration_outcomes (assessment_id, day, job_type, status, attempts, seconds, longest_seconds)
    SELECT assessment_id, (completed_at AT TIME ZONE 'UTC')::date, job_type, status, count(*),
      sum(extract(epoch FROM completed_at - started_at)), max(extract(epoch FROM completed_at - started_at))
    FROM migration_jobs WHERE assessment_id = ${assessmentId} AND completed_at IS NOT NULL
    GROUP BY 1, 2, 3, 4`.execute(state.db);
}
