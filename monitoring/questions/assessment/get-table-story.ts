import { ok } from '../../../core/result.js';
import { findPlanItem } from '../../../state/repositories/plan-items.js';
import { currentResults, jobsOfTable } from '../../../state/repositories/table-story.js';
import { tableDetail } from '../../../state/repositories/tables.js';
import { newestPlan, planDocument, planItemDocument, planItemSchema, planSchema } from '../mapping/stored-plan.js';
import { jobDocument, jobSchema } from '../migration/job-document.js';
import type { Question } from '../question.js';
import { catalogText, list, nullable, object, text } from '../schema.js';
import type { TypeOf } from '../schema.js';
import { findTable, namedTableDocument, namedTableSchema, tableName } from '../table-input.js';
import { checkDocument, checkSchema } from '../validation/check-document.js';
import { reference } from './assessment-document.js';
import { tableDocument, tableSchema } from './table-document.js';

const column = object(
  { name: catalogText('Name.'), type: catalogText('Hive type.') },
  { comment: catalogText('Comment.') },
);
const input = object({ table_name: tableName }, { assessment_id: reference('without it, the newest with the table') });
const output = object({
  table: namedTableSchema,
  assessed: tableSchema,
  columns: list(column),
  partition_columns: list(column),
  mapped: nullable(object({ plan: planSchema, item: planItemSchema })),
  jobs: list(jobSchema, 'Jobs that moved or compared it, over all assessments, the newest first.'),
  validated: nullable(
    object({
      job_id: text('The job that moved what was validated.'),
      checks: list(checkSchema, 'The newest of each.'),
    }),
  ),
});

export const getTableStory: Question<TypeOf<typeof input>, TypeOf<typeof output>> = {
  name: 'get_table_story',
  title: 'Story of a table',
  description:
    'Everything about one table: what was assessed, the rule and the target of its mapping, its jobs, and what validation found.',
  input,
  output,
  ask: async (state, asked) => {
    const found = await findTable(state, asked.table_name, asked);
    if (!found.ok) return found;
    const { table, assessmentId } = found.value;
    const { assessment_id: id, database_name: databaseName, table_name: tableName } = table;
    const detail = await tableDetail(state, { assessmentId: id, databaseName, tableName });
    if (detail === undefined) throw new Error(`'${asked.table_name}' was found, but has no row`);
    const plan = await newestPlan(state, id);
    const item =
      plan === undefined
        ? undefined
        : await findPlanItem(
            state,
            { assessmentId: id, planSha256: plan.plan_sha256 },
            `table:${databaseName}.${tableName}`,
          );
    const jobs = await jobsOfTable(state, table, assessmentId);
    const validated = jobs.find(({ validation_status }) => validation_status !== null);
    return ok({
      table: namedTableDocument(table),
      assessed: tableDocument(detail),
      columns: detail.columns,
      partition_columns: detail.partition_columns,
      mapped:
        plan === undefined || item === undefined ? null : { plan: planDocument(plan), item: planItemDocument(item) },
      jobs: jobs.map(jobDocument),
      validated:
        validated === undefined
          ? null
          : { job_id: validated.id, checks: (await currentResults(state, validated.id)).map(checkDocument) },
    });
  },
};
