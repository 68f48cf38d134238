import { fail, ok } from '../../../core/result.js';
import { findAssessment } from '../../../state/repositories/assessments.js';
import { compareAssessments as compare } from '../../../state/repositories/compare-assessments.js';
import { badCursor, readCursor, writeCursor } from '../../../state/repositories/page.js';
import { shownId } from '../../../state/repositories/ids.js';
import { pageInput, pageOutput } from '../page.js';
import type { Question } from '../question.js';
import { catalogText, list, object, oneOf, text, whole } from '../schema.js';
import type { TypeOf } from '../schema.js';
import { reference } from './assessment-document.js';

const mostNames = 100;

const input = object({ assessment_id_1: reference(), assessment_id_2: reference() }, pageInput);
const counts = (of: string) => ({
  added: whole(`${of} that only the second has.`),
  removed: whole(`${of} that only the first has.`),
  changed: whole(`${of} that differ.`),
});
const names = list(catalogText('Database.'), `The first ${mostNames}.`);
const output = object({
  assessment_id_1: text('The first.'),
  assessment_id_2: text('The second.'),
  tables: object(counts('Tables')),
  databases: object(counts('Databases')),
  database_names: object({ added: names, removed: names, changed: names, not_compared: names }),
  ...pageOutput(
    object({
      database_name: catalogText('Database.'),
      table_name: catalogText('Table.'),
      change: oneOf(['added', 'removed', 'changed']),
      differences: list(
        object({
          what: oneOf(['schema', 'format', 'size', 'partitions', 'readiness']),
          before: catalogText('In the first.'),
          after: catalogText('In the second.'),
        }),
      ),
    }),
  ),
});

const cursorOf = { name: 'changed tables', keys: [{ type: 'text' }, { type: 'text' }] } as const;

export const compareAssessments: Question<TypeOf<typeof input>, TypeOf<typeof output>> = {
  name: 'compare_assessments',
  title: 'Compare assessments',
  description:
    'The changes from one assessment to another: databases and tables that were added, removed or changed (schema, format, size, partitions, readiness).',
  input,
  output,
  ask: async (state, { assessment_id_1, assessment_id_2, cursor, limit = 50 }) => {
    const [before, after] = [
      await findAssessment(state, assessment_id_1),
      await findAssessment(state, assessment_id_2),
    ];
    if (!before.ok) return before;
    if (!after.ok) return after;
    const start = cursor === undefined ? [] : readCursor(cursorOf, cursor);
    if (start === undefined) return fail([badCursor()]);
    const [database, table] = start.map(String);
    const { databases, notCompared, tables, changes, truncated } = await compare(
      state,
      before.value.id,
      after.value.id,
      {
        limit,
        ...(database !== undefined && table !== undefined && { after: { database_name: database, table_name: table } }),
      },
    );
    const last = changes.at(-1);
    const first = (list: readonly string[]): readonly string[] => list.slice(0, mostNames);
    return ok({
      assessment_id_1: shownId(before.value.id),
      assessment_id_2: shownId(after.value.id),
      tables,
      databases: {
        added: databases.added.length,
        removed: databases.removed.length,
        changed: databases.changed.length,
      },
      database_names: {
        added: first(databases.added),
        removed: first(databases.removed),
        changed: first(databases.changed),
        not_compared: first(notCompared),
      },
      items: changes,
      nextCursor: truncated && last !== undefined ? writeCursor(cursorOf, [last.database_name, last.table_name]) : null,
    });
  },
};
