import { ok } from '../../../core/result.js';
import { changesOfJobs } from '../../../state/repositories/job-events.js';
import type { JobChange } from '../../../state/repositories/job-events.js';
import { findPlanItem } from '../../../state/repositories/plan-items.js';
import { currentResults } from '../../../state/repositories/table-story.js';
import { tableDetail } from '../../../state/repositories/tables.js';
import { newestPlan, planDocument, planItemDocument, planItemSchema, planSchema } from '../mapping/stored-plan.js';
import { jobDocument, jobSchema, jobStatus } from '../migration/job-document.js';
import type { Question } from '../question.js';
import { catalogText, list, nullable, object, text, time } from '../schema.js';
import type { TypeOf } from '../schema.js';
import { namedTableDocument, namedTableSchema, tableName } from '../table-input.js';
import { findTableWithJobs } from '../table-jobs.js';
import { checkDocument, checkSchema } from '../validation/check-document.js';
import { reference } from './assessment-document.js';
import { tableDocument, tableSchema } from './table-document.js';

const column = object(
  { name: catalogText('Name.'), type: catalogText('Hive type.') },
  { comment: catalogText('Comment.') },
);
const mostChanges = 200;

const input = object({ table_name: tableName }, { assessment_id: reference('without it, the newest with the table') });
const output = object({
  table: namedTableSchema,
  assessed: tableSchema,
  columns: list(column),
  partition_columns: list(column),
  mapped: nullable(object({ plan: planSchema, item: planItemSchema })),
  jobs: list(jobSchema, 'Jobs that moved or compared it, over all assessments, the newest first.'),
  changes: list(
    object({
      job_id: text('The job.'),
      status: jobStatus,
      error_message: nullable(catalogText('Why it failed, is retried or waits.')),
      at: time('When the job got this status.'),
    }),
    `What happened to these jobs, the oldest first: the newest ${mostChanges} changes.`,
  ),
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
    'Everything about one table: what was assessed, the rule and the target of its mapping, its jobs with every change of their status, and what validation found.',
  input,
  output,
  ask: async (state, asked) => {
    const found = await findTableWithJobs(state, asked);
    if (!found.ok) return found;
    const { table, jobs, validated } = found.value;
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
    const changes = await changesOfJobs(state, { jobIds: jobs.map((job) => job.id), limit: mostChanges });
    return ok({
      table: namedTableDocument(table),
      assessed: tableDocument(detail),
      columns: detail.columns,
      partition_columns: detail.partition_columns,
      mapped:
        plan === undefined || item === undefined ? null : { plan: planDocument(plan), item: planItemDocument(item) },
      jobs: jobs.map(jobDocument),
      changes: changes.map(changeDocument),
      validated:
        validated === undefined
          ? null
          : { job_id: validated.id, checks: (await currentResults(state, validated.id)).map(checkDocument) },
    });
  },
};

function changeDocument({ migration_job_id: job_id, status, error_message, at }: JobChange) {
  return { job_id, status, error_message, at: at.toISOString() };
}
