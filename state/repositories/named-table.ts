import { sql } from 'kysely';
import type { RawBuilder, SqlBool } from 'kysely';
import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import type { State } from '../store/state.js';

/** A table as in the newest assessment that contains it, and the catalog of that assessment. */
export interface NamedTable {
  readonly database_name: string;
  readonly table_name: string;
  readonly assessment_id: string;
  readonly region: string;
  readonly aws_account_id: string | null;
}

/**
 * For a query over `tables` and `assessments`: whether a row is this table, in one assessment or in any of its catalog.
 */
export function isNamedTable(
  { database_name, table_name, region, aws_account_id }: NamedTable,
  assessmentId?: string,
): RawBuilder<SqlBool> {
  return sql<SqlBool>`
    tables.table_name = ${table_name} AND tables.database_name = ${database_name} AND assessments.region = ${region}
    AND assessments.aws_account_id IS NOT DISTINCT FROM ${aws_account_id}
    AND ${assessmentId === undefined ? sql`true` : sql`tables.assessment_id = ${assessmentId}`}`;
}

interface Candidate extends NamedTable {
  /** Identifies its table even if the names contain dots. */
  readonly full_name: string;
}

const most = 6;

/**
 * Finds the table that `table` or `database.table` names, in one assessment or in all. Fails when there is none, or when
 * the name matches tables of several databases or catalogs.
 */
export async function findNamedTable(
  { db }: Pick<State, 'db'>,
  name: string,
  assessmentId?: string,
): Promise<Result<NamedTable>> {
  const candidates: Candidate[] = [];
  for (const { database, table } of readings(name)) {
    const databases = database === undefined ? await databasesWith(db, table, assessmentId) : [database];
    for (const each of databases) candidates.push(...(await newestIn(db, each, table, assessmentId)));
  }
  const [only] = candidates;
  if (only === undefined) return fail([unknownTable(name)]);
  if (candidates.length > 1) return fail([ambiguousTable(name, candidates)]);
  const { database_name, table_name, assessment_id, region, aws_account_id } = only;
  return ok({ database_name, table_name, assessment_id, region, aws_account_id });
}

/** Names may contain dots: any of them, or none, may separate database and table. */
function readings(name: string): { readonly database?: string; readonly table: string }[] {
  const dots = [...name.matchAll(/\./g)].map(({ index }) => index).filter((at) => at > 0 && at < name.length - 1);
  return [
    { table: name },
    ...dots.slice(0, 8).map((at) => ({ database: name.slice(0, at), table: name.slice(at + 1) })),
  ];
}

/** Skips from one database to the next, so that a name in 10,000 databases costs no more than a name in two. */
async function databasesWith(db: State['db'], table: string, assessmentId: string | undefined): Promise<string[]> {
  const next = (after: string) => sql`
    SELECT database_name FROM tables
    WHERE table_name = ${table} AND database_name > ${sql.raw(after)}
      AND ${assessmentId === undefined ? sql`true` : sql`assessment_id = ${assessmentId}`}
    ORDER BY database_name LIMIT 1`;
  const { rows } = await sql<{ name: string }>`
    WITH RECURSIVE found (name) AS (
      (${next("''")})
      UNION ALL
      SELECT following.database_name FROM found CROSS JOIN LATERAL (${next('found.name')}) following
    )
    SELECT name FROM found LIMIT ${most}`.execute(db);
  return rows.map(({ name }) => name);
}

/** The newest table of each catalog. */
async function newestIn(
  db: State['db'],
  database: string,
  table: string,
  assessmentId: string | undefined,
): Promise<readonly Candidate[]> {
  const { rows } = await sql<Candidate>`
    SELECT DISTINCT ON (assessments.aws_account_id, assessments.region)
      tables.database_name, tables.table_name, tables.assessment_id, assessments.region, assessments.aws_account_id,
      concat_ws(' ', '''' || database_name || '''.''' || table_name || '''', 'of', aws_account_id, region) AS full_name
    FROM tables JOIN assessments ON assessments.id = tables.assessment_id
    WHERE tables.table_name = ${table} AND tables.database_name = ${database}
      AND ${assessmentId === undefined ? sql`true` : sql`tables.assessment_id = ${assessmentId}`}
    ORDER BY assessments.aws_account_id, assessments.region, assessments.timestamp DESC, assessments.id
    LIMIT ${most}`.execute(db);
  return rows;
}

function unknownTable(name: string): Diagnostic {
  return diagnostic({
    code: 'unknown-table',
    path: name,
    message: `The table '${name}' is not in any of the requested assessments.`,
    fix: 'Write the name as database.table, exactly as in the assessment; names are case-sensitive.',
  });
}

function ambiguousTable(name: string, candidates: readonly Candidate[]): Diagnostic {
  const shown = candidates.slice(0, most - 1).map((candidate) => candidate.full_name);
  return diagnostic({
    code: 'ambiguous-table',
    path: name,
    message: `The name '${name}' is ambiguous; it matches ${shown.join(', ')}${candidates.length > shown.length ? ', …' : ''}.`,
    fix: 'Write the name as database.table, and name the assessment if several catalogs have the table.',
  });
}
