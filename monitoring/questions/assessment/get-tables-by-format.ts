import { ok } from '../../../core/result.js';
import type { Question } from '../question.js';
import { list, object, whole } from '../schema.js';
import type { TypeOf } from '../schema.js';
import { aboutAssessment, assessmentInput, assessmentOutput } from './assessment-document.js';
import { formatTotals, formatTotalsSchema } from './format-totals.js';

const input = object({}, assessmentInput);
const output = object({ ...assessmentOutput, total_tables: whole('Tables.'), formats: list(formatTotalsSchema) });

export const getTablesByFormat: Question<TypeOf<typeof input>, TypeOf<typeof output>> = {
  name: 'get_tables_by_format',
  title: 'Tables by format',
  description: 'How many tables and bytes an assessment has of each table format, the most frequent first.',
  input,
  output,
  ask: (state, asked) =>
    aboutAssessment(state, asked, ({ total_tables, tables_by_format }) =>
      Promise.resolve(ok({ total_tables, formats: formatTotals(tables_by_format) })),
    ),
};
