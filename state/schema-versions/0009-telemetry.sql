-- The span that handed the job over (W3C traceparent), whose trace those of its workers belong to; NULL where nothing is traced.
ALTER TABLE migration_work_orders ADD COLUMN traceparent text COLLATE "C";

-- What CloudWatch says of the DMS, DataSync and Glue jobs of the source's account.
CREATE TABLE engine_metrics (
  engine text COLLATE "C" NOT NULL CHECK (engine IN ('DMS', 'DATASYNC', 'GLUE')),
  -- Such as task-0123456789abcdef0, or the name of a Glue job.
  resource text COLLATE "C" NOT NULL,
  -- As CloudWatch names it, such as CDCLatencyTarget.
  metric_name text COLLATE "C" NOT NULL,
  measured_at timestamptz NOT NULL,
  value double precision NOT NULL,
  PRIMARY KEY (engine, resource, metric_name, measured_at)
);
CREATE INDEX engine_metrics_by_time ON engine_metrics (measured_at);
