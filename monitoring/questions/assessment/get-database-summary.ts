import { fail, ok } from '../../../core/result.js';
import { databaseSummary } from '../../../state/repositories/databases.js';
import type { Question } from '../question.js';
import { object, text } from '../schema.js';
import type { TypeOf } from '../schema.js';
import { aboutAssessment, assessmentInput, assessmentOutput } from './assessment-document.js';
import { databaseDocument, databaseSchema, unknownDatabase } from './database-document.js';

const input = object({ database_name: text('Exactly as in the catalog.', { maxLength: 255 }) }, assessmentInput);
const output = object({ ...assessmentOutput, database: databaseSchema });

export const getDatabaseSummary: Question<TypeOf<typeof input>, TypeOf<typeof output>> = {
  name: 'get_database_summary',
  title: 'Database',
  description: 'One database of an assessment: its tables by readiness and format, and its size.',
  input,
  output,
  ask: (state, asked) =>
    aboutAssessment(state, asked, async ({ id }) => {
      const row = await databaseSummary(state, { assessmentId: id, databaseName: asked.database_name });
      return row === undefined
        ? fail([unknownDatabase(asked.database_name, id)])
        : ok({ database: databaseDocument(row) });
    }),
};
