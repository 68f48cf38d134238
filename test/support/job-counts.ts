import type { JobStatus, State, ValidationStatus } from '../../state/index.js';

export interface JobCount {
  readonly status: JobStatus;
  /** `none` until the job is validated. */
  readonly validation_status: ValidationStatus | 'none';
  readonly jobs: number;
}

/** What the store has counted as jobs changed hands. */
export async function jobCounts({ db }: Pick<State, 'db'>, assessmentId: string): Promise<readonly JobCount[]> {
  return await db
    .selectFrom('migration_job_totals')
    .select(['status', 'validation_status', 'jobs'])
    .where('assessment_id', '=', assessmentId)
    .where('jobs', '>', 0)
    .orderBy('status')
    .orderBy('validation_status')
    .execute();
}
