import { listTables as readTables } from '../../../state/repositories/tables.js';
import { pageInput, pageOutput, readPageOf } from '../page.js';
import type { Question } from '../question.js';
import { list, object, oneOf } from '../schema.js';
import type { TypeOf } from '../schema.js';
import { aboutAssessment, assessmentInput, assessmentOutput } from './assessment-document.js';
import {
  databaseInput,
  direction,
  maxSizeInput,
  minSizeInput,
  patternInput,
  readiness,
  tableDocument,
  tableFormat,
  tableSchema,
} from './table-document.js';

const input = object(
  {},
  {
    ...assessmentInput,
    ...databaseInput,
    search: patternInput,
    formats: list(tableFormat, 'Only tables of these formats.'),
    readiness: list(readiness, 'Only tables of these kinds of readiness.'),
    min_size_gb: minSizeInput,
    max_size_gb: maxSizeInput,
    sort: oneOf(['name', 'size', 'format', 'readiness', 'updated', 'partitions', 'columns'], 'Default: name.'),
    direction,
    ...pageInput,
  },
);
const output = object({ ...assessmentOutput, ...pageOutput(tableSchema) });

export const listTables: Question<TypeOf<typeof input>, TypeOf<typeof output>> = {
  name: 'list_tables',
  title: 'Tables',
  description:
    'Tables of an assessment, filtered by database, name, formats, readiness and size, in any order, page by page.',
  input,
  output,
  ask: (state, asked) =>
    aboutAssessment(state, asked, ({ id }) => {
      const { database, search, formats, readiness: kinds, min_size_gb, max_size_gb, sort, direction: way } = asked;
      const tables = {
        assessmentId: id,
        ...(database !== undefined && { database }),
        ...(search !== undefined && { pattern: search }),
        ...(formats !== undefined && { format: formats }),
        ...(kinds !== undefined && { readiness: kinds }),
        ...(min_size_gb !== undefined && { minSizeGb: min_size_gb }),
        ...(max_size_gb !== undefined && { maxSizeGb: max_size_gb }),
        ...(sort !== undefined && { sort }),
        ...(way !== undefined && { direction: way }),
      };
      return readPageOf(asked, (page) => readTables(state, tables, page), tableDocument);
    }),
};
