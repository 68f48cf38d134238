import type { MigrationJob } from '../../../state/repositories/migration-jobs.js';
import { catalogText, nullable, object, oneOf, text, time, whole } from '../schema.js';
import type { TypeOf } from '../schema.js';

export const jobStatuses = ['PENDING', 'RUNNING', 'PAUSED', 'COMPLETED', 'FAILED', 'CANCELLED'] as const;
export const jobStatus = oneOf(jobStatuses, 'PAUSED: a person must act.');

export const validationStatus = oneOf(['passed', 'warning', 'failed']);

/** Properties of a job. */
export const jobProperties = {
  job_id: text('UUID of the job.'),
  job_type: oneOf(
    ['COPY', 'DATASYNC', 'DMS', 'GLUE_JOB', 'CONVERT', 'VALIDATE'],
    'VALIDATE compares; all others move.',
  ),
  status: jobStatus,
  created_at: time('When it was planned.'),
  started_at: nullable(time('When a worker took it first.')),
  completed_at: nullable(time('When it ended.')),
  rows_copied: whole('Rows that Trino loaded.'),
  bytes_copied: whole('Bytes copied so far.'),
  bytes_total: nullable(whole('Bytes to copy; null: not listed yet.')),
  failures: whole('Attempts that failed one after the other.'),
  error_message: nullable(catalogText('Why it failed, is retried or waits.')),
  validation_status: nullable(validationStatus),
  last_validated_at: nullable(time('When it was validated last.')),
};
export const jobSchema = object(jobProperties);

export function jobDocument(job: MigrationJob): TypeOf<typeof jobSchema> {
  return {
    job_id: job.id,
    job_type: job.job_type,
    status: job.status,
    created_at: job.created_at.toISOString(),
    started_at: job.started_at?.toISOString() ?? null,
    completed_at: job.completed_at?.toISOString() ?? null,
    rows_copied: job.rows_copied,
    bytes_copied: job.bytes_copied,
    bytes_total: job.bytes_total,
    failures: job.failures,
    error_message: job.error_message,
    validation_status: job.validation_status,
    last_validated_at: job.last_validated_at?.toISOString() ?? null,
  };
}
