import { listTables } from '../../../state/repositories/tables.js';
import { pageInput, pageOutput, readPageOf } from '../page.js';
import type { Question } from '../question.js';
import { object } from '../schema.js';
import type { TypeOf } from '../schema.js';
import { aboutAssessment, assessmentInput, assessmentOutput } from './assessment-document.js';
import { minSizeInput, patternInput, tableDocument, tableFormat, tableSchema } from './table-document.js';

const input = object(
  { pattern: patternInput },
  { format: tableFormat, min_size_gb: minSizeInput, ...assessmentInput, ...pageInput },
);
const output = object({ ...assessmentOutput, ...pageOutput(tableSchema) });

export const searchTables: Question<TypeOf<typeof input>, TypeOf<typeof output>> = {
  name: 'search_tables',
  title: 'Search tables',
  description: 'Tables of an assessment whose names match a pattern, such as `*orders*` or `sales.*`, sorted by name.',
  input,
  output,
  ask: (state, asked) =>
    aboutAssessment(state, asked, ({ id }) => {
      const { pattern, format, min_size_gb: minSizeGb } = asked;
      const tables = {
        assessmentId: id,
        pattern,
        ...(format !== undefined && { format }),
        ...(minSizeGb !== undefined && { minSizeGb }),
      };
      return readPageOf(asked, (page) => listTables(state, tables, page), tableDocument);
    }),
};
