import { sql } from 'kysely';
import type { Selectable, SqlBool } from 'kysely';
import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import type { StateTables } from '../schema/tables.js';
import type { State } from '../store/state.js';
import { idRange, shownId } from './ids.js';
import { readPage } from './page.js';
import type { Order, Page, PageRequest } from './page.js';
import { lockShared } from './shared-rows.js';

/** A stored assessment without its findings, which can be many. */
export type StoredAssessment = Omit<Selectable<StateTables['assessments']>, 'findings'>;

const columns = [
  'id',
  'timestamp',
  'region',
  'aws_account_id',
  'tool_version',
  'total_databases',
  'total_tables',
  'iceberg_tables',
  'migration_ready',
  'needs_conversion',
  'unknown',
  'total_partitions',
  'total_estimated_size_bytes',
  'total_estimated_size_gb',
  'tables_of_unknown_size',
  'tables_by_format',
  'complete',
  'report_sha256',
  'created_at',
  'catalog_id',
  'database_filter',
] as const;

export interface AssessmentFilter {
  readonly region?: string;
  readonly accountId?: string;
}

/** Newest first. */
export async function listAssessments(
  { db }: Pick<State, 'db'>,
  { region, accountId, limit }: AssessmentFilter & { readonly limit: number },
): Promise<StoredAssessment[]> {
  return await db
    .selectFrom('assessments')
    .select(columns)
    .$if(region !== undefined, (query) => query.where('region', '=', region ?? ''))
    .$if(accountId !== undefined, (query) => query.where('aws_account_id', '=', accountId ?? ''))
    .orderBy('timestamp', 'desc')
    .orderBy('id')
    .limit(limit)
    .execute();
}

/** Newest first, page by page. */
export async function assessmentsPage(
  { db }: Pick<State, 'db'>,
  { region, accountId }: AssessmentFilter,
  page: PageRequest = {},
): Promise<Result<Page<StoredAssessment>>> {
  const order: Order = {
    name: 'assessments',
    direction: 'desc',
    keys: [
      { type: 'time', expression: sql.ref('timestamp') },
      { type: 'uuid', expression: sql.ref('id') },
    ],
  };
  const filters = [
    ...(region === undefined ? [] : [sql<SqlBool>`region = ${region}`]),
    ...(accountId === undefined ? [] : [sql<SqlBool>`aws_account_id = ${accountId}`]),
  ];
  return await readPage(
    db,
    order,
    page,
    ({ key, isAfter, orderBy, limit }) => sql<StoredAssessment>`
      SELECT ${sql.join(columns.map((column) => sql.ref(column)))}, ${key} AS page_key FROM assessments
      WHERE ${sql.join([...filters, isAfter], sql` AND `)} ORDER BY ${orderBy} LIMIT ${limit}`,
  );
}

/** Finds one by what people type: `latest`, `assessment-1a2b3c`, a UUID, or its first four digits or more. */
export async function findAssessment(state: Pick<State, 'db'>, reference: string): Promise<Result<StoredAssessment>> {
  if (reference === 'latest') {
    const [latest] = await listAssessments(state, { limit: 1 });
    return latest === undefined ? fail([nothingStored()]) : ok(latest);
  }
  const range = idRange(reference);
  if (range === null) return fail([notAnId(reference)]);
  const found = await state.db
    .selectFrom('assessments')
    .select(columns)
    .where('id', '>=', range.from)
    .where('id', '<=', range.to)
    .orderBy('id')
    .limit(5)
    .execute();
  const [only] = found;
  if (only === undefined) return fail([unknownId(reference)]);
  return found.length === 1 ? ok(only) : fail([ambiguousId(reference, found)]);
}

/** The assessment that was stored from a report with this SHA-256, if any. */
export async function findAssessmentOfReport(
  { db }: Pick<State, 'db'>,
  reportSha256: string,
): Promise<string | undefined> {
  const found = await db
    .selectFrom('assessments')
    .select('id')
    .where('report_sha256', '=', reportSha256)
    .orderBy('created_at')
    .executeTakeFirst();
  return found?.id;
}

export async function findingsOf(
  { db }: Pick<State, 'db'>,
  id: string,
): Promise<Selectable<StateTables['assessments']>['findings']> {
  const { findings } = await db
    .selectFrom('assessments')
    .select('findings')
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  return findings;
}

/** Numbers of rows that depend on an assessment and are deleted with it. */
export interface Dependents {
  readonly transformation_results: number;
  readonly migration_jobs: number;
  readonly validation_results: number;
}

export async function dependentsOf({ db }: State, id: string): Promise<Dependents> {
  const count = (table: keyof Dependents) =>
    db
      .selectFrom(table)
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where('assessment_id', '=', id);
  const { transformation_results, migration_jobs, validation_results } = await db
    .selectNoFrom([
      count('transformation_results').as('transformation_results'),
      count('migration_jobs').as('migration_jobs'),
      count('validation_results').as('validation_results'),
    ])
    .executeTakeFirstOrThrow();
  return {
    transformation_results: transformation_results ?? 0,
    migration_jobs: migration_jobs ?? 0,
    validation_results: validation_results ?? 0,
  };
}

/** Deletes an assessment, everything that depends on it, and the table schemas and templates that nothing else uses. */
export async function deleteAssessment({ db }: State, id: string): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    await lockShared(transaction, 'clean');
    await transaction.deleteFrom('assessments').where('id', '=', id).execute();
    await sql`
      DELETE FROM table_schemas
      WHERE NOT EXISTS (SELECT 1 FROM tables WHERE tables.schema_id = table_schemas.id)`.execute(transaction);
    await sql`
      DELETE FROM mapping_templates
      WHERE NOT EXISTS (SELECT 1 FROM transformation_results WHERE mapping_template_id = mapping_templates.id)`.execute(
      transaction,
    );
  });
}

function nothingStored(): Diagnostic {
  return diagnostic({
    code: 'nothing-stored',
    message: 'The store does not contain an assessment yet.',
    fix: 'Run `aws2openstack assess glue-catalog --save-to-db --region REGION --output-dir DIR`.',
  });
}

function notAnId(reference: string): Diagnostic {
  return diagnostic({
    code: 'not-an-assessment-id',
    path: reference,
    message: `'${reference}' is not a name of an assessment; allowed are 'latest', an id such as assessment-1a2b3c, a UUID, or at least its first four digits.`,
    fix: 'Run `aws2openstack assessments list` to see the ids.',
  });
}

function unknownId(reference: string): Diagnostic {
  return diagnostic({
    code: 'unknown-assessment',
    path: reference,
    message: `The store does not contain the assessment '${reference}'.`,
    fix: 'Run `aws2openstack assessments list` to see the ids.',
  });
}

function ambiguousId(reference: string, found: readonly { readonly id: string }[]): Diagnostic {
  return diagnostic({
    code: 'ambiguous-assessment',
    path: reference,
    message: `'${reference}' is ambiguous; it matches ${found.map(({ id }) => shownId(id, 12)).join(', ')}${found.length === 5 ? ', …' : ''}.`,
    fix: 'Add digits of the id until it is unique (`aws2openstack assessments list`).',
  });
}
