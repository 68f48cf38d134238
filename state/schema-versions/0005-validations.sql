-- The validation of a table is a job, too: workers take it from the same queue. Its results belong to the job that moved the
-- table.
ALTER TABLE migration_jobs DROP CONSTRAINT migration_jobs_job_type_check,
  ADD CONSTRAINT migration_jobs_job_type_check
    CHECK (job_type IN ('COPY', 'DATASYNC', 'DMS', 'GLUE_JOB', 'CONVERT', 'VALIDATE'));
ALTER TABLE migration_outcomes DROP CONSTRAINT migration_outcomes_job_type_check,
  ADD CONSTRAINT migration_outcomes_job_type_check
    CHECK (job_type IN ('COPY', 'DATASYNC', 'DMS', 'GLUE_JOB', 'CONVERT', 'VALIDATE'));
