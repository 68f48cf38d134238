import { ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import type { MigrationJob } from '../../state/repositories/migration-jobs.js';
import { findNamedTable } from '../../state/repositories/named-table.js';
import type { NamedTable } from '../../state/repositories/named-table.js';
import { jobsOfTable } from '../../state/repositories/table-story.js';
import type { State } from '../../state/store/state.js';
import { findReference } from './table-input.js';

export interface TableWithJobs {
  readonly table: NamedTable;
  /** Over all assessments, or of the one that is asked for; the newest first. */
  readonly jobs: readonly MigrationJob[];
  /** The newest that was validated. */
  readonly validated: MigrationJob | undefined;
}

/** The table that a question names, with its jobs. Without an assessment, looks in all. */
export async function findTableWithJobs(
  state: Pick<State, 'db'>,
  asked: { readonly table_name: string; readonly assessment_id?: string },
): Promise<Result<TableWithJobs>> {
  const assessment = await findReference(state, asked);
  if (!assessment.ok) return assessment;
  const { assessmentId } = assessment.value;
  const table = await findNamedTable(state, asked.table_name, assessmentId);
  if (!table.ok) return table;
  const jobs = await jobsOfTable(state, table.value, assessmentId);
  return ok({ table: table.value, jobs, validated: jobs.find(({ validation_status }) => validation_status !== null) });
}
