import { sql } from 'kysely';
import type { Selectable, Transaction } from 'kysely';
import { withoutCredentials } from '../../core/credentials.js';
import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import type { JobStatus, JobType, StateTables, SyncMode } from '../schema/tables.js';
import type { State } from '../store/state.js';
import { errorKind } from './error-kind.js';
import { countJobs, countOutcome } from './job-totals.js';
import { isUuid, shownId } from './ids.js';
import { recordJobEvent } from './job-events.js';

export type MigrationJob = Selectable<StateTables['migration_jobs']>;

export interface NewJobs {
  readonly assessmentId: string;
  readonly tableIds: readonly string[];
  readonly jobType: JobType;
  /** @default full */
  readonly syncMode?: SyncMode;
  /**
   * Whether a table that has a finished job of this type gets no other one.
   * @default false
   */
  readonly once?: boolean;
}

/** The unfinished job of a table, whether this call created it or it existed before. */
export interface PlannedJob {
  readonly id: string;
  readonly table_id: string;
  readonly created: boolean;
}

/** Tables per statement. */
const batchSize = 5000;

/**
 * Ensures that each of these tables of the assessment has one unfinished job of this type; can be called concurrently
 * for the same tables. Ids of tables of other assessments are ignored.
 */
export async function createJobs(
  { db }: Pick<State, 'db'>,
  { assessmentId, tableIds, jobType, syncMode = 'full', once = false }: NewJobs,
): Promise<readonly PlannedJob[]> {
  return await db.transaction().execute(async (transaction) => {
    const jobs: PlannedJob[] = [];
    for (let start = 0; start < tableIds.length; start += batchSize) {
      const ids = tableIds.slice(start, start + batchSize);
      const created = await sql<{ id: string }>`
        INSERT INTO migration_jobs (table_id, assessment_id, job_type, sync_mode, estimated_bytes)
        SELECT id, assessment_id, ${jobType}, ${syncMode}, estimated_size_bytes FROM tables
        WHERE assessment_id = ${assessmentId} AND id = ANY(${ids}::uuid[])
          AND NOT (${once}::boolean AND EXISTS (
            SELECT 1 FROM migration_jobs done WHERE done.table_id = tables.id AND done.job_type = ${jobType}))
        -- Two that plan the same tables must not wait for one another.
        ORDER BY id
        ON CONFLICT (table_id, job_type) WHERE status IN ('PENDING', 'RUNNING', 'PAUSED') DO NOTHING
        RETURNING id`.execute(transaction);
      const made = new Set(created.rows.map(({ id }) => id));
      const { rows } = await sql<{ id: string; table_id: string }>`
        SELECT id, table_id FROM migration_jobs
        WHERE assessment_id = ${assessmentId} AND table_id = ANY(${ids}::uuid[]) AND job_type = ${jobType}
          AND status IN ('PENDING', 'RUNNING', 'PAUSED')
        ORDER BY table_id`.execute(transaction);
      jobs.push(...rows.map((job) => ({ ...job, created: made.has(job.id) })));
    }
    const created = jobs.filter((job) => job.created).length;
    if (isMove(jobType))
      await countJobs(transaction, assessmentId, [{ status: 'PENDING', validation_status: null, change: created }]);
    return jobs;
  });
}

/** The allowed transitions; in RUNNING to RUNNING, a worker takes over from one that vanished. */
export const jobTransitions: Readonly<Record<JobStatus, readonly JobStatus[]>> = {
  PENDING: ['RUNNING', 'PAUSED', 'CANCELLED'],
  RUNNING: ['RUNNING', 'PENDING', 'PAUSED', 'COMPLETED', 'FAILED', 'CANCELLED'],
  PAUSED: ['PENDING', 'RUNNING', 'CANCELLED'],
  COMPLETED: ['PENDING'],
  FAILED: ['PENDING', 'CANCELLED'],
  CANCELLED: ['PENDING'],
};

/** The job as its holder last saw it. */
export interface JobTurn {
  readonly id: string;
  readonly status: JobStatus;
  readonly fence: number;
}

export interface JobChange {
  readonly to: JobStatus;
  /** Why it failed, is retried or waits for a person; credentials are masked. */
  readonly error?: string;
  readonly awsJobId?: string;
  readonly syncMode?: SyncMode;
  /** Number of consecutive failed attempts; unchanged when absent. */
  readonly failures?: number;
}

/** Runs in the transaction that moved the job; an error that it throws rolls the move back. */
export type AlongWithMove = (transaction: Transaction<StateTables>, job: MigrationJob) => Promise<void>;

/**
 * Moves a job to another status if it is still as the caller saw it: of several callers, one wins. Every move raises the
 * fence, so that a previous holder can neither move the job nor write progress. Returns the changed job, or a Diagnostic
 * with its current status and fence. `along` makes further changes in the same transaction.
 */
export async function advanceJob(
  { db }: Pick<State, 'db'>,
  turn: JobTurn,
  change: JobChange,
  along?: AlongWithMove,
): Promise<Result<MigrationJob>> {
  if (!jobTransitions[turn.status].includes(change.to)) return fail([noSuchMove(turn, change.to)]);
  try {
    return await move(db, turn, change, along);
  } catch (error) {
    if ((error as { code?: unknown }).code !== uniqueViolation) throw error;
    // Another unfinished job of this table was created at the same moment, and is visible now.
    return await move(db, turn, change, along);
  }
}

/** Validations are not counted among the jobs that move tables. */
function isMove(type: JobType): boolean {
  return type !== 'VALIDATE';
}

const uniqueViolation = '23505';

async function move(
  db: State['db'],
  turn: JobTurn,
  { to, error, awsJobId, syncMode, failures }: JobChange,
  along: AlongWithMove | undefined,
): Promise<Result<MigrationJob>> {
  return await db.transaction().execute(async (transaction) => {
    const ends = to === 'COMPLETED' || to === 'FAILED' || to === 'CANCELLED';
    const message = error === undefined ? null : errorText(error);
    const { rows } = await sql<MigrationJob>`
      UPDATE migration_jobs SET
        status = ${to},
        fence = fence + 1,
        started_at = CASE WHEN ${to} = 'RUNNING' THEN coalesce(started_at, now()) WHEN ${to} = 'PENDING' THEN NULL ELSE started_at END,
        completed_at = CASE WHEN ${ends} THEN now() END,
        last_sync_timestamp = CASE WHEN ${to} = 'COMPLETED' THEN coalesce(started_at, now()) ELSE last_sync_timestamp END,
        sync_mode = coalesce(${syncMode ?? null}, sync_mode),
        aws_job_id = coalesce(${awsJobId ?? null}, aws_job_id),
        failures = coalesce(${failures ?? null}, failures),
        error_message = ${message},
        error_kind = ${message === null ? null : errorKind(message)}
      WHERE id = ${turn.id} AND status = ${turn.status} AND fence = ${turn.fence}
        AND (${ends} OR NOT EXISTS (
          SELECT 1 FROM migration_jobs other
          WHERE other.table_id = migration_jobs.table_id AND other.job_type = migration_jobs.job_type
            AND other.id <> migration_jobs.id AND other.status IN ('PENDING', 'RUNNING', 'PAUSED')))
      RETURNING *`.execute(transaction);
    const [job] = rows;
    if (job === undefined) return fail([await whyRefused(transaction, turn, to)]);
    if (isMove(job.job_type))
      await countJobs(transaction, job.assessment_id, [
        { status: turn.status, validation_status: job.validation_status, change: -1 },
        { status: to, validation_status: job.validation_status, change: 1 },
      ]);
    if (ends) await countOutcome(transaction, job);
    await recordJobEvent(transaction, job);
    await along?.(transaction, job);
    return ok(job);
  });
}

export async function findJob({ db }: Pick<State, 'db'>, id: string): Promise<MigrationJob | undefined> {
  if (!isUuid(id)) return undefined;
  return await db.selectFrom('migration_jobs').selectAll().where('id', '=', id).executeTakeFirst();
}

function errorText(error: string): string {
  const text = withoutCredentials(error).replaceAll('\0', '\u2400').toWellFormed();
  return text.length > maxErrorLength ? `${text.slice(0, maxErrorLength).toWellFormed()}…` : text;
}

const maxErrorLength = 10_000;

async function whyRefused(
  transaction: Transaction<StateTables>,
  { id, status, fence }: JobTurn,
  to: JobStatus,
): Promise<Diagnostic> {
  const job = await findJob({ db: transaction }, id);
  if (job === undefined) return noSuchJob(id);
  if (job.status === status && job.fence === fence) {
    return diagnostic({
      code: 'other-job-unfinished',
      path: id,
      message: `The job cannot become ${to}: its table has another unfinished ${job.job_type} job in ${shownId(job.assessment_id)}.`,
      fix: 'Continue with that job, or cancel it first (`aws2openstack migrate status` shows it).',
    });
  }
  return diagnostic({
    code: 'job-changed-hands',
    path: id,
    message: `The job was expected to be ${status} with fence ${fence}; it is ${job.status} with fence ${job.fence}.`,
    fix: 'Stop working on the job: another process has changed it. Read it again before the next change.',
  });
}

export function noSuchJob(id: string): Diagnostic {
  return diagnostic({
    code: 'no-such-job',
    path: id,
    message: `The migration job '${id}' does not exist.`,
    fix: 'Run `aws2openstack migrate status` to see the jobs; its assessment may have been deleted.',
  });
}

function noSuchMove({ id, status }: JobTurn, to: JobStatus): Diagnostic {
  return diagnostic({
    code: 'no-such-move',
    path: id,
    message: `A job that is ${status} cannot become ${to}; it may become ${jobTransitions[status].join(', ')}.`,
    fix: 'Run `aws2openstack migrate status` to see the status of the jobs.',
  });
}
