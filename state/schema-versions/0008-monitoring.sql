-- Every change of a job's status: the story of a table, and what the dashboard tells its viewers.
CREATE TABLE migration_job_events (
  migration_job_id uuid NOT NULL REFERENCES migration_jobs ON DELETE CASCADE,
  -- Of the job after the change: each change raises it.
  fence bigint NOT NULL,
  assessment_id uuid NOT NULL REFERENCES assessments ON DELETE CASCADE,
  status text COLLATE "C" NOT NULL CHECK (status IN ('PENDING', 'RUNNING', 'PAUSED', 'COMPLETED', 'FAILED', 'CANCELLED')),
  -- Why it failed, is tried again or waits for a person.
  error_message text,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (migration_job_id, fence)
);
CREATE INDEX migration_job_events_by_time ON migration_job_events (at, migration_job_id, fence);

-- Who changed what, by the dashboard. Rows are only added.
CREATE TABLE audit_events (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  at timestamptz NOT NULL DEFAULT now(),
  -- As they signed in: a subject of the identity provider, or local-admin.
  actor text NOT NULL,
  action text COLLATE "C" NOT NULL,
  -- {"assessment": "…", "tables": ["sales.orders"]}
  subject jsonb NOT NULL,
  outcome text COLLATE "C" NOT NULL CHECK (outcome IN ('done', 'partly', 'failed', 'refused')),
  -- {"done": 3, "problems": ["…"]}
  details jsonb NOT NULL
);
CREATE INDEX audit_events_by_time ON audit_events (at DESC, id);
