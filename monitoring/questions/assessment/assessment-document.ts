import { ok } from '../../../core/result.js';
import type { Result } from '../../../core/result.js';
import { findAssessment } from '../../../state/repositories/assessments.js';
import type { AssessmentFilter, StoredAssessment } from '../../../state/repositories/assessments.js';
import { shownId } from '../../../state/repositories/ids.js';
import type { State } from '../../../state/store/state.js';
import { flag, nullable, number, object, text, time, whole } from '../schema.js';
import type { Schema, TypeOf } from '../schema.js';

/** Names an assessment, as `findAssessment` takes it. */
export function reference(more?: string): Schema<string> {
  const latest = more === undefined ? '`latest`' : `\`latest\`, ${more}`;
  return text(`Id of an assessment, its UUID, at least four digits of the UUID, or ${latest}.`, {
    minLength: 1,
    maxLength: 64,
  });
}

/** Optional property of the input of every question about one assessment. */
export const assessmentInput = { assessment_id: reference('which is the default') };

/** Property of the output of such a question: which one it was. */
export const assessmentOutput = { assessment_id: text('The assessment, such as assessment-1a2b3c.') };

/** Answers about the assessment that is asked for. */
export async function aboutAssessment<T>(
  state: Pick<State, 'db'>,
  { assessment_id: asked = 'latest' }: { readonly assessment_id?: string },
  answer: (assessment: StoredAssessment) => Promise<Result<T>>,
): Promise<Result<T & { readonly assessment_id: string }>> {
  const found = await findAssessment(state, asked);
  if (!found.ok) return found;
  const answered = await answer(found.value);
  return answered.ok ? ok({ assessment_id: shownId(found.value.id), ...answered.value }) : answered;
}

export const assessmentSchema = object({
  id: text('Such as assessment-1a2b3c.'),
  uuid: text('Unique.'),
  timestamp: time('When AWS was read.'),
  region: text('AWS region.'),
  aws_account_id: nullable(text('AWS account.')),
  catalog_id: nullable(text("Null: the account's default catalog.")),
  database_filter: nullable(text('Globs of the assessed databases; null: all.')),
  tool_version: text('The aws2openstack that assessed.'),
  complete: flag('Whether everything could be read.'),
  total_databases: whole('Databases.'),
  total_tables: whole('Tables.'),
  iceberg_tables: whole('Iceberg tables.'),
  migration_ready: whole('Tables that are READY.'),
  needs_conversion: whole('Tables that are NEEDS_CONVERSION.'),
  unknown: whole('Tables that are UNKNOWN.'),
  total_partitions: whole('Partitions.'),
  total_estimated_size_bytes: whole('Of the tables of known size.'),
  total_estimated_size_gb: number('The same in 10^9 bytes.'),
  tables_of_unknown_size: whole('Tables of unknown size.'),
});

export function assessmentDocument(row: StoredAssessment): TypeOf<typeof assessmentSchema> {
  return {
    id: shownId(row.id),
    uuid: row.id,
    timestamp: row.timestamp.toISOString(),
    region: row.region,
    aws_account_id: row.aws_account_id,
    catalog_id: row.catalog_id,
    database_filter: row.database_filter,
    tool_version: row.tool_version,
    complete: row.complete,
    total_databases: row.total_databases,
    total_tables: row.total_tables,
    iceberg_tables: row.iceberg_tables,
    migration_ready: row.migration_ready,
    needs_conversion: row.needs_conversion,
    unknown: row.unknown,
    total_partitions: row.total_partitions,
    total_estimated_size_bytes: row.total_estimated_size_bytes,
    total_estimated_size_gb: row.total_estimated_size_gb,
    tables_of_unknown_size: row.tables_of_unknown_size,
  };
}

/** Optional properties that select assessments. */
export const catalogInput = {
  region: text('Only assessments of this AWS region.', { minLength: 1, maxLength: 64 }),
  account_id: text('Only assessments of this AWS account.', { minLength: 1, maxLength: 64 }),
};

export function filterOf({
  region,
  account_id: accountId,
}: {
  readonly region?: string;
  readonly account_id?: string;
}): AssessmentFilter {
  return { ...(region !== undefined && { region }), ...(accountId !== undefined && { accountId }) };
}
