import { ok } from '../../../core/result.js';
import { shownId } from '../../../state/repositories/ids.js';
import { listTables as readTables } from '../../../state/repositories/tables.js';
import { pageDocument, pageInput, pageOutput, pageRequest } from '../page.js';
import type { Question } from '../question.js';
import { list, object, oneOf } from '../schema.js';
import type { TypeOf } from '../schema.js';
import { assessmentId, assessmentInput, findAsked } from './assessment-document.js';
import {
  databaseInput,
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
    direction: oneOf(['asc', 'desc'], 'Default: asc, with unknown values first.'),
    ...pageInput,
  },
);
const output = object({ assessment_id: assessmentId, ...pageOutput(tableSchema) });

export const listTables: Question<TypeOf<typeof input>, TypeOf<typeof output>> = {
  name: 'list_tables',
  title: 'Tables',
  description:
    'Tables of an assessment, filtered by database, name, formats, readiness and size, in any order, page by page.',
  input,
  output,
  ask: async (state, asked) => {
    const assessment = await findAsked(state, asked);
    if (!assessment.ok) return assessment;
    const { database, search, formats, readiness: kinds, min_size_gb, max_size_gb, sort, direction } = asked;
    const page = await readTables(
      state,
      {
        assessmentId: assessment.value.id,
        ...(database !== undefined && { database }),
        ...(search !== undefined && { pattern: search }),
        ...(formats !== undefined && { format: formats }),
        ...(kinds !== undefined && { readiness: kinds }),
        ...(min_size_gb !== undefined && { minSizeGb: min_size_gb }),
        ...(max_size_gb !== undefined && { maxSizeGb: max_size_gb }),
        ...(sort !== undefined && { sort }),
        ...(direction !== undefined && { direction }),
      },
      pageRequest(asked),
    );
    if (!page.ok) return page;
    return ok({ assessment_id: shownId(assessment.value.id), ...pageDocument(page.value, tableDocument) });
  },
};
