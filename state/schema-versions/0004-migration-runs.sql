-- The objects that a job copies, by the hundreds: one row an object would be a hundred times as large.
CREATE TABLE migration_chunks (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  migration_job_id uuid NOT NULL REFERENCES migration_jobs ON DELETE CASCADE,
  -- From 0, in the order in which they are copied.
  number integer NOT NULL,
  -- The asset whose objects they are: table:sales.orders, or bucket:acme-raw for those of no table.
  owner text COLLATE "C" NOT NULL,
  objects integer NOT NULL,
  bytes bigint NOT NULL,
  -- The objects, compressed; its first byte is the version of its shape (migration/work-order).
  keys bytea NOT NULL,
  -- RECHECK: all were tried, and some were no longer what the listing saw.
  state text COLLATE "C" NOT NULL DEFAULT 'OPEN' CHECK (state IN ('OPEN', 'RECHECK', 'DONE')),
  -- What became of each, compressed likewise; NULL until one was tried.
  outcomes bytea,
  -- Objects by outcome; the others are open.
  copied integer NOT NULL DEFAULT 0,
  verified integer NOT NULL DEFAULT 0,
  failed integer NOT NULL DEFAULT 0,
  gone integer NOT NULL DEFAULT 0,
  refused integer NOT NULL DEFAULT 0,
  -- Of those copied and verified.
  bytes_copied bigint NOT NULL DEFAULT 0,
  -- How often a worker has begun it.
  attempts integer NOT NULL DEFAULT 0,
  updated_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (migration_job_id, number)
);
CREATE INDEX migration_chunks_unfinished ON migration_chunks (migration_job_id, state, number);

-- They are compressed already.
ALTER TABLE migration_chunks ALTER COLUMN keys SET STORAGE EXTERNAL, ALTER COLUMN outcomes SET STORAGE EXTERNAL;

-- How the jobs of an assessment reach both sides, and what their workers may use.
CREATE TABLE migration_runs (
  assessment_id uuid PRIMARY KEY REFERENCES assessments ON DELETE CASCADE,
  plan_sha256 text COLLATE "C" NOT NULL,
  -- Addresses and names, never secrets (migration/run).
  connections jsonb NOT NULL,
  -- {"objectsAtOnce": 16, "partsAtOnce": 4, "bytesPerSecond": null, "hours": null}
  limits jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);

-- The partitions that the source lists of a job's table, by the thousands.
CREATE TABLE migration_partitions (
  migration_job_id uuid NOT NULL REFERENCES migration_jobs ON DELETE CASCADE,
  number integer NOT NULL,
  -- Lines of the assessment's partition file, compressed.
  lines bytea NOT NULL,
  PRIMARY KEY (migration_job_id, number)
);
ALTER TABLE migration_partitions ALTER COLUMN lines SET STORAGE EXTERNAL;
