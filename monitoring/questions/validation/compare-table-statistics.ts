import { ok } from '../../../core/result.js';
import { compareTableStatistics as compare } from '../../../state/repositories/drift.js';
import type { TableStatistics } from '../../../state/repositories/drift.js';
import { reference } from '../assessment/assessment-document.js';
import type { Question } from '../question.js';
import { nullable, object } from '../schema.js';
import type { TypeOf } from '../schema.js';
import { findReference, namedTableDocument, namedTableSchema, tableName } from '../table-input.js';
import { checkDocument, checkSchema } from './check-document.js';

const input = object(
  { source_table: tableName, target_table: tableName },
  { assessment_id: reference('without it, all') },
);
const side = object({ table: namedTableSchema, result: nullable(checkSchema) });
const output = object({ source: side, target: side });

export const compareTableStatistics: Question<TypeOf<typeof input>, TypeOf<typeof output>> = {
  name: 'compare_table_statistics',
  title: 'Statistics of two tables',
  description:
    'The newest statistics check of each of two tables side by side, over all assessments of its catalog; null for a table without one. Both may be the same table.',
  input,
  output,
  ask: async (state, asked) => {
    const assessment = await findReference(state, asked);
    if (!assessment.ok) return assessment;
    const { source_table: sourceTable, target_table: targetTable } = asked;
    const compared = await compare(state, { sourceTable, targetTable, ...assessment.value });
    if (!compared.ok) return compared;
    return ok({ source: sideDocument(compared.value.source), target: sideDocument(compared.value.target) });
  },
};

function sideDocument({ table, result }: TableStatistics): TypeOf<typeof side> {
  return { table: namedTableDocument(table), result: result === null ? null : checkDocument(result) };
}
