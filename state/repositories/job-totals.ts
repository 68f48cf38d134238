import { sql } from 'kysely';
import type { Transaction } from 'kysely';
import type { JobStatus, StateTables, ValidationStatus, ValidationType } from '../schema/tables.js';
import type { MigrationJob } from './migration-jobs.js';

export interface JobCountChange {
  readonly status: JobStatus;
  readonly validation_status: ValidationStatus | null;
  readonly change: number;
}

/** Maintains `migration_job_totals`. Rows are locked in one order, so that transactions cannot deadlock. */
export async function countJobs(
  transaction: Transaction<StateTables>,
  assessmentId: string,
  changes: readonly JobCountChange[],
): Promise<void> {
  const summed = summedBy(changes, ({ status, validation_status }) => [status, validation_status ?? 'none']);
  for (const { key, change } of summed) {
    const [status, validationStatus] = key;
    await sql`
      INSERT INTO migration_job_totals (assessment_id, status, validation_status, jobs)
      VALUES (${assessmentId}, ${status}, ${validationStatus}, ${change})
      ON CONFLICT (assessment_id, status, validation_status)
      DO UPDATE SET jobs = migration_job_totals.jobs + excluded.jobs`.execute(transaction);
  }
}

export interface ResultCountChange {
  readonly validation_type: ValidationType;
  readonly status: ValidationStatus;
  readonly change: number;
}

/** Maintains `validation_totals` in the same way. */
export async function countResults(
  transaction: Transaction<StateTables>,
  assessmentId: string,
  changes: readonly ResultCountChange[],
): Promise<void> {
  const summed = summedBy(changes, ({ validation_type, status }) => [validation_type, status]);
  for (const { key, change } of summed) {
    const [type, status] = key;
    await sql`
      INSERT INTO validation_totals (assessment_id, validation_type, status, results)
      VALUES (${assessmentId}, ${type}, ${status}, ${change})
      ON CONFLICT (assessment_id, validation_type, status)
      DO UPDATE SET results = validation_totals.results + excluded.results`.execute(transaction);
  }
}

/** Maintains `migration_outcomes` when a job has ended. */
export async function countOutcome(transaction: Transaction<StateTables>, job: MigrationJob): Promise<void> {
  const { assessment_id, job_type, status, started_at, completed_at } = job;
  if (completed_at === null) return;
  const seconds = (completed_at.getTime() - (started_at ?? completed_at).getTime()) / 1000;
  await sql`
    INSERT INTO migration_outcomes (assessment_id, day, job_type, status, attempts, seconds, longest_seconds)
    VALUES (${assessment_id}, ${completed_at.toISOString().slice(0, 10)}, ${job_type}, ${status}, 1, ${seconds}, ${seconds})
    ON CONFLICT (assessment_id, day, job_type, status) DO UPDATE SET
      attempts = migration_outcomes.attempts + 1,
      seconds = migration_outcomes.seconds + excluded.seconds,
      longest_seconds = greatest(migration_outcomes.longest_seconds, excluded.longest_seconds)`.execute(transaction);
}

/** One change per key, sorted by key, without those that cancel out. */
function summedBy<T extends { readonly change: number }>(
  changes: readonly T[],
  keyOf: (change: T) => readonly string[],
): { readonly key: readonly string[]; readonly change: number }[] {
  const groups = [...Map.groupBy(changes, (change) => keyOf(change).join(' '))].sort(([a], [b]) => (a < b ? -1 : 1));
  return groups
    .map(([key, group]) => ({ key: key.split(' '), change: group.reduce((sum, { change }) => sum + change, 0) }))
    .filter(({ change }) => change !== 0);
}
