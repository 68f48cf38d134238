import { sql } from 'kysely';
import type { RawBuilder, SqlBool } from 'kysely';
import type { Result } from '../../core/result.js';
import type { JobType, ValidationStatus, ValidationType } from '../schema/tables.js';
import type { State } from '../store/state.js';
import { readPage } from './page.js';
import type { Order, Page, PageRequest } from './page.js';
import type { ValidationResult } from './validation-results.js';

export interface ValidationSummary {
  /** Jobs by validation status; `none` means not validated yet. */
  readonly jobs: Readonly<Record<ValidationStatus | 'none', number>>;
  /** The newest result of each job and type; types without results are omitted. */
  readonly results: readonly ({ readonly validation_type: ValidationType } & Readonly<
    Record<ValidationStatus, number>
  >)[];
}

export async function validationSummary({ db }: Pick<State, 'db'>, assessmentId: string): Promise<ValidationSummary> {
  const jobs = await db
    .selectFrom('migration_job_totals')
    .select(['validation_status', ({ fn }) => fn.sum<number>('jobs').as('jobs')])
    .where('assessment_id', '=', assessmentId)
    .groupBy('validation_status')
    .execute();
  const jobsOf = (status: ValidationStatus | 'none'): number =>
    jobs.find(({ validation_status }) => validation_status === status)?.jobs ?? 0;
  const totals = await db
    .selectFrom('validation_totals')
    .select(['validation_type', 'status', 'results'])
    .where('assessment_id', '=', assessmentId)
    .where('results', '>', 0)
    .orderBy('validation_type')
    .execute();
  const results = [...Map.groupBy(totals, ({ validation_type }) => validation_type)].map(([validation_type, own]) => {
    const of = (status: ValidationStatus): number => own.find((total) => total.status === status)?.results ?? 0;
    return { validation_type, passed: of('passed'), warning: of('warning'), failed: of('failed') };
  });
  return {
    jobs: { none: jobsOf('none'), passed: jobsOf('passed'), warning: jobsOf('warning'), failed: jobsOf('failed') },
    results,
  };
}

/** A result with the table it is about. */
export interface ListedResult extends ValidationResult {
  readonly database_name: string;
  readonly table_name: string;
  readonly job_type: JobType;
}

/** Current failures: only the newest result of each job and type counts. The most recent failure comes first. */
export async function listFailedValidations(
  { db }: Pick<State, 'db'>,
  assessmentId: string,
  page: PageRequest = {},
): Promise<Result<Page<ListedResult>>> {
  return await pageOfResults(
    db,
    sql`result.assessment_id = ${assessmentId} AND status = 'failed' AND NOT superseded`,
    page,
  );
}

/** All results, the newest first. */
export async function listValidations(
  { db }: Pick<State, 'db'>,
  assessmentId: string,
  page: PageRequest = {},
): Promise<Result<Page<ListedResult>>> {
  return await pageOfResults(db, sql`result.assessment_id = ${assessmentId}`, page);
}

async function pageOfResults(
  db: State['db'],
  filter: RawBuilder<SqlBool>,
  page: PageRequest,
): Promise<Result<Page<ListedResult>>> {
  const order: Order = {
    name: 'validations',
    direction: 'desc',
    keys: [
      { type: 'time', expression: sql.ref('result.validated_at') },
      { type: 'uuid', expression: sql.ref('result.id') },
    ],
  };
  return await readPage(
    db,
    order,
    page,
    ({ key, isAfter, orderBy, limit }) => sql<ListedResult>`
      SELECT result.*, tables.database_name, tables.table_name, job.job_type, ${key} AS page_key
      FROM (
        SELECT * FROM validation_results result
        WHERE ${filter} AND ${isAfter} ORDER BY ${orderBy} LIMIT ${limit}
      ) result
      JOIN migration_jobs job ON job.id = result.migration_job_id
      JOIN tables ON tables.id = job.table_id
      ORDER BY ${orderBy}`,
  );
}
