import { fail, ok } from '../../../core/result.js';
import { databaseSummary } from '../../../state/repositories/databases.js';
import { listTables } from '../../../state/repositories/tables.js';
import { pageInput, pageOutput, readPageOf } from '../page.js';
import type { Question } from '../question.js';
import { object, whole } from '../schema.js';
import type { TypeOf } from '../schema.js';
import { aboutAssessment, assessmentInput, assessmentOutput } from './assessment-document.js';
import { unknownDatabase } from './database-document.js';
import { databaseInput, readiness, tableDocument, tableSchema } from './table-document.js';

const input = object({ status: readiness }, { ...databaseInput, ...assessmentInput, ...pageInput });
const output = object({
  ...assessmentOutput,
  total: whole('Tables with this readiness, on all pages.'),
  ...pageOutput(tableSchema),
});

const columns = { READY: 'migration_ready', NEEDS_CONVERSION: 'needs_conversion', UNKNOWN: 'unknown' } as const;

export const queryTablesByReadiness: Question<TypeOf<typeof input>, TypeOf<typeof output>> = {
  name: 'query_tables_by_readiness',
  title: 'Tables by readiness',
  description:
    'How many tables of an assessment, or of one database, are ready, need conversion or are unknown, and which.',
  input,
  output,
  ask: (state, asked) =>
    aboutAssessment(state, asked, async (assessment) => {
      const { status, database } = asked;
      const totals =
        database === undefined
          ? assessment
          : await databaseSummary(state, { assessmentId: assessment.id, databaseName: database });
      if (totals === undefined) return fail([unknownDatabase(database ?? '', assessment.id)]);
      const tables = { assessmentId: assessment.id, readiness: status, ...(database !== undefined && { database }) };
      const page = await readPageOf(asked, (request) => listTables(state, tables, request), tableDocument);
      return page.ok ? ok({ total: totals[columns[status]], ...page.value }) : page;
    }),
};
