-- What a job's handler works from, written when the job is enqueued and not changed after that.
CREATE TABLE migration_work_orders (
  migration_job_id uuid PRIMARY KEY REFERENCES migration_jobs ON DELETE CASCADE,
  -- Names the handler.
  queue text COLLATE "C" NOT NULL,
  -- Its shape is the handler's.
  payload jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);

-- Attempts that failed one after the other without a part of the job reaching its next phase in between.
ALTER TABLE migration_jobs ADD COLUMN failures integer NOT NULL DEFAULT 0;
