import { listFailures, listJobs } from '../../../state/repositories/job-reports.js';
import type { ListedJob } from '../../../state/repositories/job-reports.js';
import { aboutAssessment, assessmentInput, assessmentOutput } from '../assessment/assessment-document.js';
import { pageInput, pageOutput, readPageOf } from '../page.js';
import type { Question } from '../question.js';
import { catalogText, nullable, number, object, whole } from '../schema.js';
import type { TypeOf } from '../schema.js';
import { jobDocument, jobProperties, jobStatus } from './job-document.js';

const listed = object({
  database_name: catalogText('Database.'),
  table_name: catalogText('Table.'),
  ...jobProperties,
  estimated_size_bytes: nullable(whole('Of the table, from the assessment.')),
  elapsed_seconds: nullable(number('From its start until its end or now.')),
});
const input = object({}, { ...assessmentInput, status: jobStatus, ...pageInput });
const output = object({ ...assessmentOutput, ...pageOutput(listed) });

export const listMigrationJobs: Question<TypeOf<typeof input>, TypeOf<typeof output>> = {
  name: 'list_migration_jobs',
  title: 'Migration jobs',
  description:
    'The jobs that move and validate tables, the newest first; of the status FAILED, the most recent failure first, with the reason.',
  input,
  output,
  ask: (state, asked) =>
    aboutAssessment(state, asked, ({ id }) => {
      const { status } = asked;
      return readPageOf(
        asked,
        (page) =>
          status === 'FAILED'
            ? listFailures(state, id, page)
            : listJobs(state, { assessmentId: id, ...(status !== undefined && { status }) }, page),
        listedDocument,
      );
    }),
};

function listedDocument(job: ListedJob): TypeOf<typeof listed> {
  const { database_name, table_name, estimated_size_bytes, elapsed_seconds } = job;
  return { database_name, table_name, ...jobDocument(job), estimated_size_bytes, elapsed_seconds };
}
