import { ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { findAssessment } from '../../state/repositories/assessments.js';
import { shownId } from '../../state/repositories/ids.js';
import type { NamedTable } from '../../state/repositories/named-table.js';
import type { State } from '../../state/store/state.js';
import { catalogText, nullable, object, text } from './schema.js';
import type { TypeOf } from './schema.js';

/** Names a table, as `findNamedTable` takes it. */
export const tableName = text('As database.table, or the table alone where only one database has it.', {
  minLength: 1,
  maxLength: 512,
});

export const namedTableSchema = object({
  database_name: catalogText('Database.'),
  table_name: catalogText('Table.'),
  assessment_id: text('The newest assessment with this table.'),
  region: text('AWS region.'),
  aws_account_id: nullable(text('AWS account.')),
});

export function namedTableDocument({ assessment_id, ...table }: NamedTable): TypeOf<typeof namedTableSchema> {
  return { ...table, assessment_id: shownId(assessment_id) };
}

interface Asked {
  readonly assessment_id?: string;
}

/** The UUID of the assessment that is asked for, if one is. */
export async function findReference(
  state: Pick<State, 'db'>,
  { assessment_id: asked }: Asked,
): Promise<Result<{ readonly assessmentId?: string }>> {
  if (asked === undefined) return ok({});
  const assessment = await findAssessment(state, asked);
  return assessment.ok ? ok({ assessmentId: assessment.value.id }) : assessment;
}
