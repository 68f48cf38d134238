-- Assessments, databases, tables, templates, synths, jobs and validations.
-- Every statement ends with a semicolon at the end of a line, and no other line ends with one: the runner splits there.
-- Names are compared byte by byte (COLLATE "C"), so that order is the same on every server, whatever its locale.

CREATE TABLE assessments (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  timestamp timestamptz NOT NULL,
  region text COLLATE "C" NOT NULL,
  aws_account_id text COLLATE "C",
  tool_version text NOT NULL,
  total_databases integer NOT NULL,
  total_tables integer NOT NULL,
  iceberg_tables integer NOT NULL,
  migration_ready integer NOT NULL,
  needs_conversion integer NOT NULL,
  unknown integer NOT NULL,
  total_partitions bigint NOT NULL,
  total_estimated_size_bytes bigint NOT NULL,
  total_estimated_size_gb double precision NOT NULL
    GENERATED ALWAYS AS (total_estimated_size_bytes::double precision / 1000000000) STORED,
  tables_of_unknown_size integer NOT NULL,
  -- {"PARQUET": {"tables": 3, "size_bytes": 1024}}
  tables_by_format jsonb NOT NULL,
  complete boolean NOT NULL,
  findings jsonb NOT NULL,
  -- Of the report file, which ties a file to its row.
  report_sha256 text COLLATE "C" NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX assessments_by_time ON assessments (timestamp DESC, id);
CREATE INDEX assessments_by_account_and_region ON assessments (aws_account_id, region, timestamp DESC);
CREATE INDEX assessments_by_report ON assessments (report_sha256);

CREATE TABLE databases (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  assessment_id uuid NOT NULL REFERENCES assessments ON DELETE CASCADE,
  database_name text COLLATE "C" NOT NULL,
  description text,
  location_uri text,
  -- NULL when the tables could not be listed.
  table_count integer,
  -- Of the target, for a resource link.
  link_target text,
  migration_ready integer NOT NULL,
  needs_conversion integer NOT NULL,
  unknown integer NOT NULL,
  total_estimated_size_bytes bigint NOT NULL,
  tables_of_unknown_size integer NOT NULL,
  tables_by_format jsonb NOT NULL,
  -- Over the fingerprints of its tables: equal when no table was added, removed or changed.
  fingerprint bigint NOT NULL,
  -- 8 bytes a table: of its name's SHA-256, sorted, and its fingerprint, in the same order. What a comparison counts by. As
  -- base64, because the server would take longer to write out a bytea than a comparison may.
  name_digests text COLLATE "C" NOT NULL DEFAULT '',
  table_fingerprints text COLLATE "C" NOT NULL DEFAULT '',
  -- The names of its tables, one a line, ASCII letters in lower case: a search looks here first, and then only into the
  -- databases that can hold a match. NULL when unknown: any may match.
  search_text text COLLATE "C",
  UNIQUE (assessment_id, database_name)
);

-- They are read whole or not at all, so that unpacking them would only cost time.
ALTER TABLE databases ALTER COLUMN search_text SET STORAGE EXTERNAL, ALTER COLUMN name_digests SET STORAGE EXTERNAL, ALTER COLUMN table_fingerprints SET STORAGE EXTERNAL;

-- Shared by all assessments, because a table's columns seldom change from one to the next.
CREATE TABLE table_schemas (
  -- The first half of the SHA-256 of both lists.
  id uuid PRIMARY KEY,
  -- [{"name": "id", "type": "int", "comment": "..."}]
  columns jsonb NOT NULL,
  partition_columns jsonb NOT NULL
);

CREATE TABLE tables (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  database_id uuid NOT NULL REFERENCES databases ON DELETE CASCADE,
  assessment_id uuid NOT NULL REFERENCES assessments ON DELETE CASCADE,
  database_name text COLLATE "C" NOT NULL,
  table_name text COLLATE "C" NOT NULL,
  table_format text COLLATE "C" NOT NULL CHECK (table_format IN ('ICEBERG', 'PARQUET', 'ORC', 'AVRO', 'CSV', 'JSON', 'TEXT', 'DELTA', 'HUDI', 'VIEW', 'RESOURCE_LINK', 'UNKNOWN')),
  table_type text,
  description text,
  storage_location text,
  serde text,
  -- NULL when the catalog does not know.
  estimated_size_bytes bigint,
  estimated_size_gb double precision GENERATED ALWAYS AS (estimated_size_bytes::double precision / 1000000000) STORED,
  estimated_rows bigint,
  partition_keys text[] NOT NULL DEFAULT '{}',
  partition_count bigint,
  column_count integer NOT NULL,
  schema_id uuid NOT NULL REFERENCES table_schemas,
  last_updated timestamptz,
  is_iceberg boolean NOT NULL,
  migration_readiness text COLLATE "C" NOT NULL CHECK (migration_readiness IN ('READY', 'NEEDS_CONVERSION', 'UNKNOWN')),
  readiness_source text NOT NULL CHECK (readiness_source IN ('format', 'table-parameter')),
  traits text[] NOT NULL DEFAULT '{}',
  notes text[] NOT NULL DEFAULT '{}',
  -- Over what a comparison looks at: schema, format, size, partitions, readiness.
  fingerprint bigint NOT NULL
);
CREATE UNIQUE INDEX tables_by_name ON tables (assessment_id, database_name, table_name) INCLUDE (id, fingerprint);
CREATE INDEX tables_by_database ON tables (database_id);
CREATE INDEX tables_by_table_name ON tables (table_name, database_name, assessment_id);
CREATE INDEX tables_by_readiness ON tables (assessment_id, migration_readiness, database_name, table_name);
-- With the readiness at its end a pair of both is found in the index alone.
CREATE INDEX tables_by_format ON tables (assessment_id, table_format, database_name, table_name, migration_readiness);
-- One for each order of the dashboard's list: sorting 100,000 tables anew for every page takes longer than a page may.
CREATE INDEX tables_by_size ON tables (assessment_id, (coalesce(estimated_size_bytes, -1)), database_name, table_name);
CREATE INDEX tables_by_update ON tables (assessment_id, (coalesce(last_updated, '0001-01-01Z'::timestamptz)), database_name, table_name);
CREATE INDEX tables_by_partitions ON tables (assessment_id, (coalesce(partition_count, -1)), database_name, table_name);
CREATE INDEX tables_by_columns ON tables (assessment_id, column_count, database_name, table_name);
CREATE INDEX tables_by_schema ON tables (schema_id);
-- The format decides most of the readiness: without this the planner takes a rare pair for a frequent one.
CREATE STATISTICS tables_format_and_readiness (mcv) ON table_format, migration_readiness FROM tables;
-- A stored assessment is vacuumed and analyzed at once, not when a fifth of the table is new: a new assessment's id must
-- be known to the planner, and its index-only scans need the visibility map.
ALTER TABLE tables SET (autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 10000, autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 10000);

CREATE TABLE mapping_templates (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  name text COLLATE "C" NOT NULL,
  description text,
  -- The template, its parent, its parent's parent: [{"name": "acme", "text": "apiVersion: ..."}]
  sources jsonb NOT NULL,
  -- Over the texts as they were read.
  sha256 text COLLATE "C" NOT NULL UNIQUE,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE transformation_results (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  assessment_id uuid NOT NULL REFERENCES assessments ON DELETE CASCADE,
  mapping_template_id uuid NOT NULL REFERENCES mapping_templates,
  variables jsonb NOT NULL,
  plan_sha256 text COLLATE "C" NOT NULL,
  -- Over the Terraform that was written.
  output_sha256 text COLLATE "C" NOT NULL,
  tool_version text NOT NULL,
  -- {"table": {"assessed": 3, "mapped": 2, "skipped": 1, "blocked": 0}}
  totals jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX transformation_results_by_assessment ON transformation_results (assessment_id, created_at DESC);
CREATE INDEX transformation_results_by_template ON transformation_results (mapping_template_id);
CREATE INDEX transformation_results_by_output ON transformation_results (output_sha256, created_at DESC);

CREATE TABLE migration_jobs (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  table_id uuid NOT NULL REFERENCES tables ON DELETE CASCADE,
  assessment_id uuid NOT NULL REFERENCES assessments ON DELETE CASCADE,
  job_type text COLLATE "C" NOT NULL CHECK (job_type IN ('COPY', 'DATASYNC', 'DMS', 'GLUE_JOB', 'CONVERT')),
  aws_job_id text,
  status text COLLATE "C" NOT NULL DEFAULT 'PENDING' CHECK (status IN ('PENDING', 'RUNNING', 'PAUSED', 'COMPLETED', 'FAILED', 'CANCELLED')),
  sync_mode text COLLATE "C" NOT NULL DEFAULT 'full' CHECK (sync_mode IN ('full', 'incremental', 'completed')),
  last_sync_timestamp timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  started_at timestamptz,
  completed_at timestamptz,
  rows_copied bigint NOT NULL DEFAULT 0,
  bytes_copied bigint NOT NULL DEFAULT 0,
  -- Of the parts known so far; NULL until one is.
  bytes_total bigint,
  error_message text,
  -- What it has in common with others: without names and numbers.
  error_kind text COLLATE "C",
  -- NULL until it was validated.
  validation_status text COLLATE "C" CHECK (validation_status IN ('passed', 'failed', 'warning')),
  last_validated_at timestamptz,
  validation_details jsonb,
  -- Grows with every change of hands; a worker that lost the job cannot write with the old one.
  fence bigint NOT NULL DEFAULT 0
);
CREATE INDEX migration_jobs_by_table ON migration_jobs (table_id, created_at DESC);
-- At most one unfinished job a table and type.
CREATE UNIQUE INDEX migration_jobs_unfinished ON migration_jobs (table_id, job_type) WHERE status IN ('PENDING', 'RUNNING', 'PAUSED');
CREATE INDEX migration_jobs_by_creation ON migration_jobs (assessment_id, created_at, id);
CREATE INDEX migration_jobs_by_status ON migration_jobs (assessment_id, status, created_at, id);
CREATE INDEX migration_jobs_by_failure ON migration_jobs (assessment_id, completed_at, id) WHERE status = 'FAILED';
CREATE INDEX migration_jobs_by_error ON migration_jobs (assessment_id, error_kind, completed_at) WHERE status = 'FAILED';

-- Counted as jobs change hands, because counting 100,000 jobs for every refresh takes longer than a page may.
CREATE TABLE migration_job_totals (
  assessment_id uuid NOT NULL REFERENCES assessments ON DELETE CASCADE,
  status text COLLATE "C" NOT NULL CHECK (status IN ('PENDING', 'RUNNING', 'PAUSED', 'COMPLETED', 'FAILED', 'CANCELLED')),
  validation_status text COLLATE "C" NOT NULL CHECK (validation_status IN ('none', 'passed', 'failed', 'warning')),
  jobs integer NOT NULL,
  PRIMARY KEY (assessment_id, status, validation_status)
);

-- How attempts ended, by day (UTC).
CREATE TABLE migration_outcomes (
  assessment_id uuid NOT NULL REFERENCES assessments ON DELETE CASCADE,
  day date NOT NULL,
  job_type text COLLATE "C" NOT NULL CHECK (job_type IN ('COPY', 'DATASYNC', 'DMS', 'GLUE_JOB', 'CONVERT')),
  status text COLLATE "C" NOT NULL CHECK (status IN ('COMPLETED', 'FAILED', 'CANCELLED')),
  attempts integer NOT NULL,
  seconds double precision NOT NULL,
  longest_seconds double precision NOT NULL,
  PRIMARY KEY (assessment_id, day, job_type, status)
);

-- One row a part of a job (such as a partition): its checkpoint.
CREATE TABLE migration_progress (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  migration_job_id uuid NOT NULL REFERENCES migration_jobs ON DELETE CASCADE,
  part text COLLATE "C" NOT NULL,
  phase text NOT NULL,
  bytes_total bigint,
  bytes_done bigint NOT NULL DEFAULT 0,
  files_total bigint,
  files_done bigint NOT NULL DEFAULT 0,
  rows_total bigint,
  rows_done bigint NOT NULL DEFAULT 0,
  -- Where to go on; its shape is the copy engine's.
  checkpoint jsonb,
  updated_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (migration_job_id, part)
);

CREATE TABLE migration_metrics (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  migration_job_id uuid NOT NULL REFERENCES migration_jobs ON DELETE CASCADE,
  -- With its unit as Prometheus names it, such as bytes_per_second.
  metric_name text COLLATE "C" NOT NULL,
  value double precision NOT NULL,
  measured_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX migration_metrics_by_job ON migration_metrics (migration_job_id, metric_name, measured_at, id);

CREATE TABLE validation_results (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  migration_job_id uuid NOT NULL REFERENCES migration_jobs ON DELETE CASCADE,
  assessment_id uuid NOT NULL REFERENCES assessments ON DELETE CASCADE,
  validation_type text COLLATE "C" NOT NULL CHECK (validation_type IN ('row_count', 'checksum', 'schema', 'sample', 'statistics', 'partition', 'query')),
  status text COLLATE "C" NOT NULL CHECK (status IN ('passed', 'failed', 'warning')),
  source_value text,
  target_value text,
  difference text,
  details jsonb,
  validated_at timestamptz NOT NULL DEFAULT now(),
  -- There is a newer one of the same job and type.
  superseded boolean NOT NULL DEFAULT false
);
CREATE INDEX validation_results_by_job ON validation_results (migration_job_id, validation_type, validated_at, id);
CREATE INDEX validation_results_by_status ON validation_results (assessment_id, status, validated_at, id) WHERE NOT superseded;
CREATE INDEX validation_results_by_time ON validation_results (assessment_id, validated_at, id);

-- Of the newest result of each job and type.
CREATE TABLE validation_totals (
  assessment_id uuid NOT NULL REFERENCES assessments ON DELETE CASCADE,
  validation_type text COLLATE "C" NOT NULL CHECK (validation_type IN ('row_count', 'checksum', 'schema', 'sample', 'statistics', 'partition', 'query')),
  status text COLLATE "C" NOT NULL CHECK (status IN ('passed', 'failed', 'warning')),
  results integer NOT NULL,
  PRIMARY KEY (assessment_id, validation_type, status)
);
