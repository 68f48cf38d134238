import { sql } from 'kysely';
import type { Selectable, Transaction } from 'kysely';
import { randomUUID } from 'node:crypto';
import { dataWithoutCredentials, withoutCredentials } from '../../core/credentials.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import type { StateTables, ValidationStatus, ValidationType } from '../schema/tables.js';
import type { State } from '../store/state.js';
import { lockHeldJob, lostJob } from './held-job.js';
import type { HeldJob } from './held-job.js';
import { insertRows } from './insert-rows.js';
import { countJobs, countResults } from './job-totals.js';
import type { ResultCountChange } from './job-totals.js';

export type ValidationResult = Selectable<StateTables['validation_results']>;

export interface NewValidationResult {
  readonly migration_job_id: string;
  readonly validation_type: ValidationType;
  readonly status: ValidationStatus;
  readonly source_value: string | null;
  readonly target_value: string | null;
  readonly difference: string | null;
  readonly details: object | null;
  /** @default now, by the clock of the database: that of the job that moved the table */
  readonly validated_at?: Date;
}

interface JobOfResults {
  readonly id: string;
  readonly assessment_id: string;
  readonly validation_status: ValidationStatus | null;
}

/**
 * Stores results, all or none, and updates the status of each job: `failed` when the newest result of any type is,
 * else `warning`, else `passed`; `validation_details` has the status by type. An older result of the same job and type is
 * superseded. Throws when a job does not exist.
 */
export async function appendValidationResults(
  { db }: Pick<State, 'db'>,
  results: readonly NewValidationResult[],
): Promise<void> {
  if (results.length === 0) return;
  await db.transaction().execute(async (transaction) => {
    await append(transaction, results);
  });
}

/**
 * Stores what the job `held`, a validation, has found, as `appendValidationResults` does: once, although its worker may be
 * killed before the job is done. Fails, without writing, when the job has another holder by now. Returns whether this call
 * stored them; `moved-again`, without writing, where `moved` is no longer as it was when the validation began.
 */
export async function storeValidation(
  { db }: Pick<State, 'db'>,
  held: HeldJob,
  moved: HeldJob,
  results: readonly NewValidationResult[],
): Promise<Result<boolean | 'moved-again'>> {
  return await db.transaction().execute(async (transaction) => {
    if ((await lockHeldJob(transaction, held)) === undefined) return fail([lostJob(held, 'its results were')]);
    const unchanged = await transaction
      .selectFrom('migration_jobs')
      .select('id')
      .where((where) => where.and({ id: moved.id, fence: moved.fence }))
      .forUpdate()
      .execute();
    if (unchanged.length === 0) return ok('moved-again' as const);
    const { rows } = await sql`
      SELECT 1 FROM validation_results
      WHERE migration_job_id = ${moved.id} AND details ->> 'validationJobId' = ${held.id} LIMIT 1`.execute(transaction);
    if (rows.length > 0) return ok(false);
    await append(
      transaction,
      results.map((result) => ({ ...result, details: { ...result.details, validationJobId: held.id } })),
    );
    return ok(true);
  });
}

async function append(transaction: Transaction<StateTables>, results: readonly NewValidationResult[]): Promise<void> {
  const jobs = await lockJobs(transaction, results);
  const ids = [...jobs.keys()];
  const assessmentOf = (id: string): string => jobs.get(id)?.assessment_id ?? '';
  const now = await databaseTime(transaction);
  const rows = results.map((result) => ({
    id: randomUUID(),
    ...result,
    validated_at: result.validated_at ?? now,
    assessment_id: assessmentOf(result.migration_job_id),
    source_value: redacted(result.source_value),
    target_value: redacted(result.target_value),
    difference: redacted(result.difference),
    details: result.details === null ? null : (JSON.parse(dataWithoutCredentials(result.details)) as object),
    // Provisional, until the newest result is known.
    superseded: true,
  }));
  await insertRows(transaction, 'validation_results', rows);

  const changes = await markNewest(transaction, ids, results);
  const standings = await updateStandings(transaction, ids);
  for (const [assessmentId, own] of Map.groupBy(standings, ({ assessment_id }) => assessment_id)) {
    await countJobs(
      transaction,
      assessmentId,
      own.flatMap(({ id, status, validation_status: after }) => [
        { status, validation_status: jobs.get(id)?.validation_status ?? null, change: -1 },
        { status, validation_status: after, change: 1 },
      ]),
    );
  }
  for (const [assessmentId, own] of Map.groupBy(changes, ({ assessment_id }) => assessment_id))
    await countResults(transaction, assessmentId, own);
}

async function databaseTime(transaction: Transaction<StateTables>): Promise<Date> {
  const { rows } = await sql<{ now: Date }>`SELECT now()`.execute(transaction);
  return rows[0]?.now ?? new Date();
}

/** Locks jobs in sorted order, so that concurrent validations of the same jobs do not deadlock. */
async function lockJobs(
  transaction: Transaction<StateTables>,
  results: readonly NewValidationResult[],
): Promise<ReadonlyMap<string, JobOfResults>> {
  const ids = [...new Set(results.map(({ migration_job_id }) => migration_job_id))];
  const { rows } = await sql<JobOfResults>`
    SELECT id, assessment_id, validation_status FROM migration_jobs
    WHERE id = ANY(${ids}::uuid[]) ORDER BY id FOR UPDATE`.execute(transaction);
  const jobs = new Map(rows.map((job) => [job.id, job]));
  const unknown = ids.filter((id) => !jobs.has(id));
  if (unknown.length > 0) throw new Error(`there is no migration job ${unknown.slice(0, 5).join(', ')}`);
  return jobs;
}

/** Returns the changes to the number of newest results by type and status. */
async function markNewest(
  transaction: Transaction<StateTables>,
  jobIds: readonly string[],
  results: readonly NewValidationResult[],
): Promise<(ResultCountChange & { readonly assessment_id: string })[]> {
  const types = [...new Set(results.map(({ validation_type }) => validation_type))];
  const { rows } = await sql<ResultCountChange & { assessment_id: string }>`
    WITH newest AS (
      SELECT result.id
      FROM unnest(${jobIds}::uuid[]) job(id)
      CROSS JOIN unnest(${types}::text[]) type(name)
      CROSS JOIN LATERAL (
        SELECT id FROM validation_results
        WHERE migration_job_id = job.id AND validation_type = type.name
        ORDER BY validated_at DESC, id DESC LIMIT 1
      ) result
    ), older AS (
      UPDATE validation_results SET superseded = true
      WHERE migration_job_id = ANY(${jobIds}::uuid[]) AND validation_type = ANY(${types}::text[]) AND NOT superseded
        AND id NOT IN (SELECT id FROM newest)
      RETURNING assessment_id, validation_type, status
    ), newer AS (
      UPDATE validation_results SET superseded = false
      WHERE id IN (SELECT id FROM newest) AND superseded
      RETURNING assessment_id, validation_type, status
    )
    SELECT assessment_id, validation_type, status, sum(change)::integer AS change
    FROM (SELECT *, 1 AS change FROM newer UNION ALL SELECT *, -1 FROM older) changes
    GROUP BY 1, 2, 3`.execute(transaction);
  return rows;
}

interface Standing {
  readonly id: string;
  readonly assessment_id: string;
  readonly status: Selectable<StateTables['migration_jobs']>['status'];
  readonly validation_status: ValidationStatus;
}

async function updateStandings(
  transaction: Transaction<StateTables>,
  jobIds: readonly string[],
): Promise<readonly Standing[]> {
  const { rows } = await sql<Standing>`
    UPDATE migration_jobs SET
      validation_status = standing.status,
      last_validated_at = standing.validated_at,
      validation_details = standing.details
    FROM (
      SELECT migration_job_id,
        CASE WHEN bool_or(status = 'failed') THEN 'failed' WHEN bool_or(status = 'warning') THEN 'warning' ELSE 'passed' END AS status,
        max(validated_at) AS validated_at,
        jsonb_object_agg(validation_type, status) AS details
      FROM validation_results
      WHERE migration_job_id = ANY(${jobIds}::uuid[]) AND NOT superseded
      GROUP BY migration_job_id
    ) standing
    WHERE migration_jobs.id = standing.migration_job_id
    RETURNING migration_jobs.id, migration_jobs.assessment_id, migration_jobs.status, migration_jobs.validation_status`.execute(
    transaction,
  );
  return rows;
}

/** Marks a job's validation results as superseded, because its table is copied again. */
export async function supersedeResults(
  transaction: Transaction<StateTables>,
  { id, assessment_id, status, validation_status }: JobOfResults & Pick<Standing, 'status'>,
): Promise<void> {
  const { rows } = await sql<ResultCountChange>`
    WITH older AS (
      UPDATE validation_results SET superseded = true WHERE migration_job_id = ${id} AND NOT superseded
      RETURNING validation_type, status)
    SELECT validation_type, status, -count(*)::integer AS change FROM older GROUP BY 1, 2`.execute(transaction);
  await transaction
    .updateTable('migration_jobs')
    .set({ validation_status: null, last_validated_at: null, validation_details: null })
    .where('id', '=', id)
    .execute();
  await countJobs(transaction, assessment_id, [
    { status, validation_status, change: -1 },
    { status, validation_status: null, change: 1 },
  ]);
  await countResults(transaction, assessment_id, rows);
}

function redacted(text: string | null): string | null {
  return text === null ? null : withoutCredentials(text);
}
