import { sql } from 'kysely';
import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import type { ValidationStatus, ValidationType } from '../schema/tables.js';
import type { State } from '../store/state.js';
import { findNamedTable, isNamedTable } from './named-table.js';
import type { NamedTable } from './named-table.js';
import type { ValidationResult } from './validation-results.js';

/** One type of validation on one day (UTC): the number of results, and the last one. */
export interface DayOfDrift {
  /** Such as `2026-11-21`. */
  readonly day: string;
  readonly validation_type: ValidationType;
  readonly results: number;
  readonly failed: number;
  readonly status: ValidationStatus;
  readonly source_value: string | null;
  readonly target_value: string | null;
  readonly difference: string | null;
}

export interface DriftTrend {
  readonly table: NamedTable;
  /** The newest day first. */
  readonly days: readonly DayOfDrift[];
}

export interface DriftRequest {
  /** `table` or `database.table`. */
  readonly tableName: string;
  /** 1 to 366. */
  readonly days: number;
  readonly until: Date;
  readonly assessmentId?: string;
}

const maxDays = 366;

/** How a table drifted, over all assessments of its catalog. Fails on an unknown or ambiguous name. */
export async function driftTrend(
  state: Pick<State, 'db'>,
  { tableName, days, until, assessmentId }: DriftRequest,
): Promise<Result<DriftTrend>> {
  if (!Number.isInteger(days) || days < 1 || days > maxDays) return fail([badDays(days)]);
  const found = await findNamedTable(state, tableName, assessmentId);
  if (!found.ok) return found;
  const table = found.value;
  const since = new Date(until.getTime() - days * 86_400_000);
  const { rows } = await sql<DayOfDrift>`
    SELECT DISTINCT ON (result.day, validation_type)
      to_char(result.day, 'YYYY-MM-DD') AS day, validation_type,
      count(*) OVER whole AS results, count(*) FILTER (WHERE status = 'failed') OVER whole AS failed,
      status, source_value, target_value, difference
    FROM (
      SELECT result.*, (result.validated_at AT TIME ZONE 'UTC')::date AS day
      FROM tables
      JOIN assessments ON assessments.id = tables.assessment_id
      JOIN migration_jobs job ON job.table_id = tables.id
      JOIN validation_results result ON result.migration_job_id = job.id
      WHERE ${isNamedTable(table)}
        AND result.validated_at > ${since} AND result.validated_at <= ${until}
    ) result
    WINDOW whole AS (PARTITION BY result.day, validation_type)
    ORDER BY result.day DESC, validation_type, validated_at DESC, id DESC`.execute(state.db);
  return ok({ table, days: rows });
}

/** A table and its newest result of type `statistics` in one assessment or in all; null when there is none. */
export interface TableStatistics {
  readonly table: NamedTable;
  readonly result: ValidationResult | null;
}

export interface StatisticsComparison {
  readonly source: TableStatistics;
  readonly target: TableStatistics;
}

/** Fails on an unknown or ambiguous name; reports the problems of both names. */
export async function compareTableStatistics(
  state: Pick<State, 'db'>,
  names: { readonly sourceTable: string; readonly targetTable: string; readonly assessmentId?: string },
): Promise<Result<StatisticsComparison>> {
  const source = await findNamedTable(state, names.sourceTable, names.assessmentId);
  const target = await findNamedTable(state, names.targetTable, names.assessmentId);
  if (!source.ok) return fail([...source.error, ...(target.ok ? [] : target.error)]);
  if (!target.ok) return target;
  return ok({
    source: await statisticsOf(state, source.value, names.assessmentId),
    target: await statisticsOf(state, target.value, names.assessmentId),
  });
}

async function statisticsOf(
  { db }: Pick<State, 'db'>,
  table: NamedTable,
  assessmentId: string | undefined,
): Promise<TableStatistics> {
  const result = await db
    .selectFrom('tables')
    .innerJoin('assessments', 'assessments.id', 'tables.assessment_id')
    .innerJoin('migration_jobs', 'migration_jobs.table_id', 'tables.id')
    .innerJoin('validation_results', 'validation_results.migration_job_id', 'migration_jobs.id')
    .selectAll('validation_results')
    .where(isNamedTable(table, assessmentId))
    .where('validation_results.validation_type', '=', 'statistics')
    .orderBy('validation_results.validated_at', 'desc')
    .orderBy('validation_results.id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return { table, result: result ?? null };
}

function badDays(days: number): Diagnostic {
  return diagnostic({
    code: 'days-out-of-range',
    path: 'days',
    message: `The number of days is ${days}; it must be from 1 to ${maxDays}.`,
    fix: `Set the number of days to a value from 1 to ${maxDays}.`,
  });
}
