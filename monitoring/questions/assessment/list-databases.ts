import { listDatabases as readDatabases } from '../../../state/repositories/databases.js';
import { pageInput, pageOutput, readPageOf } from '../page.js';
import type { Question } from '../question.js';
import { object, oneOf } from '../schema.js';
import type { TypeOf } from '../schema.js';
import { aboutAssessment, assessmentInput, assessmentOutput } from './assessment-document.js';
import { databaseDocument, databaseSchema } from './database-document.js';
import { direction } from './table-document.js';

const input = object(
  {},
  { ...assessmentInput, sort: oneOf(['name', 'tables', 'size'], 'Default: name.'), direction, ...pageInput },
);
const output = object({ ...assessmentOutput, ...pageOutput(databaseSchema) });

export const listDatabases: Question<TypeOf<typeof input>, TypeOf<typeof output>> = {
  name: 'list_databases',
  title: 'Databases',
  description: 'The databases of an assessment by name, number of tables or size, page by page.',
  input,
  output,
  ask: (state, asked) =>
    aboutAssessment(state, asked, ({ id }) => {
      const { sort, direction: way } = asked;
      const databases = {
        assessmentId: id,
        ...(sort !== undefined && { sort }),
        ...(way !== undefined && { direction: way }),
      };
      return readPageOf(asked, (page) => readDatabases(state, databases, page), databaseDocument);
    }),
};
