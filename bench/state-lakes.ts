import type { PostgresServer } from '../test/support/postgres-server.js';

export const lakes = { assessments: 20, databases: 500, tables: 100_000, biggestDatabase: 20_000 } as const;

/**
 * Fills a migrated store: 20 assessments of 100,000 tables in 500 databases (a fifth of them in `database_0`), and for the
 * newest 100,000 jobs and 300,000 validation results. To the newest, of the one before it 1 % of the tables differ, spread
 * over all databases, and of the one before that all. Indexes are made afterwards, which gives the same rows sooner.
 */
export async function loadLakes(server: PostgresServer, database: string): Promise<void> {
  const run = (text: string): Promise<Record<string, unknown>[]> => server.query(database, text);
  const indexes = await run(`
    SELECT indexname, indexdef FROM pg_indexes JOIN pg_class ON relname = indexname
    WHERE schemaname = 'public' AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = pg_class.oid)`);
  for (const { indexname } of indexes) await run(`DROP INDEX ${String(indexname)}`);
  for (const text of [...rows, ...totals]) {
    // Without the foreign keys' triggers: the rows are right by construction.
    await run(`SET session_replication_role = replica; SET timezone = 'UTC'; ${text}`);
  }
  for (const { indexdef } of indexes) await run(`SET maintenance_work_mem = '512MB'; ${String(indexdef)}`);
  await run('VACUUM ANALYZE');
}

const newest = '(SELECT id FROM assessments ORDER BY timestamp DESC LIMIT 1)';

const rows = [
  `INSERT INTO table_schemas
   SELECT lpad(to_hex(i), 32, '0')::uuid, '[{"name":"id","type":"bigint"},{"name":"name","type":"string"}]', '[]'
   FROM generate_series(1, 200) i`,
  `INSERT INTO assessments (timestamp, region, aws_account_id, tool_version, total_databases, total_tables, iceberg_tables,
     migration_ready, needs_conversion, unknown, total_partitions, total_estimated_size_bytes, tables_of_unknown_size,
     tables_by_format, complete, findings, report_sha256)
   SELECT timestamptz '2026-11-01' + i * interval '1 day', 'eu-central-1', '123456789012', '0.1.0', ${lakes.databases},
     ${lakes.tables}, 20000, 20000, 60000, 20000, 0, 1, 10000, '{"PARQUET": {"tables": 20000, "size_bytes": 1}}', true,
     '[]', 'report ' || i
   FROM generate_series(1, ${lakes.assessments}) i`,
  `INSERT INTO databases (assessment_id, database_name, table_count, migration_ready, needs_conversion, unknown,
     total_estimated_size_bytes, tables_of_unknown_size, tables_by_format, fingerprint)
   SELECT assessments.id, 'database_' || d, CASE WHEN d = 0 THEN ${lakes.biggestDatabase} ELSE 160 END, 20, 160, 20,
     abs(hashint4(d)), 0, '{}', extract(day FROM timestamp)
   FROM assessments, generate_series(0, ${lakes.databases - 1}) d`,
  `INSERT INTO tables (database_id, assessment_id, database_name, table_name, table_format, table_type, storage_location,
     serde, estimated_size_bytes, partition_count, column_count, schema_id, last_updated, is_iceberg, migration_readiness,
     readiness_source, fingerprint, partition_keys)
   SELECT databases.id, assessments.id, database_name, 'table_' || md5(i::text) || '_' || i,
     (ARRAY['PARQUET', 'ICEBERG', 'ORC', 'CSV', 'JSON'])[1 + i % 5], 'EXTERNAL_TABLE', 's3://lake/' || i || '/',
     'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe',
     CASE WHEN i % 10 > 0 THEN hashint4(i)::bigint + 2147483648 END,
     CASE WHEN i % 7 > 0 THEN abs(hashint4(i + 5)::bigint) % 10000 END, i % 300,
     lpad(to_hex(1 + i % 200), 32, '0')::uuid,
     timestamptz '2026-01-01' + (hashint4(i + 9)::bigint % 10000000) * interval '1 second', i % 5 = 1,
     CASE i % 5 WHEN 1 THEN 'READY' WHEN 4 THEN 'UNKNOWN' ELSE 'NEEDS_CONVERSION' END, 'format',
     CASE WHEN report_sha256 = 'report 18' THEN -i WHEN report_sha256 = 'report 19' AND i % 100 = 1 THEN -i ELSE i END, '{day}'
   FROM assessments
   CROSS JOIN generate_series(1, ${lakes.tables}) i
   JOIN databases ON databases.assessment_id = assessments.id
     AND database_name = 'database_' || CASE WHEN i % 5 = 0 THEN 0 ELSE 1 + i % ${lakes.databases - 1} END
   ORDER BY assessments.timestamp, database_name, i`,
  `UPDATE databases SET search_text = names, name_digests = encode(digests, 'base64'), table_fingerprints = encode(prints, 'base64')
   FROM (
     SELECT database_id, string_agg(lower(table_name), E'\\n') AS names, string_agg(digest, '' ORDER BY digest) AS digests,
       string_agg(int8send(fingerprint), '' ORDER BY digest) AS prints
     FROM (SELECT *, substring(sha256(table_name::bytea) FOR 8) AS digest FROM tables) t
     GROUP BY 1
   ) t
   WHERE database_id = databases.id`,
  `INSERT INTO migration_jobs (table_id, assessment_id, job_type, status, created_at, started_at, completed_at, rows_copied,
     bytes_copied, estimated_bytes, error_message, error_kind, validation_status, last_validated_at)
   SELECT id, assessment_id, 'COPY', status, timestamptz '2026-11-21' + n / 1000 * interval '1 second',
     CASE WHEN status <> 'PENDING' THEN timestamptz '2026-11-21' END,
     CASE WHEN status IN ('COMPLETED', 'FAILED') THEN timestamptz '2026-11-21' + n * interval '5 seconds' END, n, n,
     estimated_size_bytes, CASE WHEN status = 'FAILED' THEN 'NoSuchKey: s3://lake/' || n END, CASE WHEN status = 'FAILED' THEN 'kind ' || n % 400 END,
     CASE n % 10 WHEN 0 THEN 'failed' WHEN 1 THEN 'warning' ELSE 'passed' END, timestamptz '2026-11-21'
   FROM (
     SELECT *, row_number() OVER () AS n, (ARRAY['COMPLETED', 'COMPLETED', 'COMPLETED', 'FAILED', 'PENDING', 'RUNNING',
       'COMPLETED', 'COMPLETED', 'FAILED', 'PENDING'])[1 + row_number() OVER () % 10] AS status
     FROM tables WHERE assessment_id = ${newest}
   ) t`,
  `INSERT INTO migration_work_orders (migration_job_id, queue, payload)
   SELECT job.id, 'table', jsonb_build_object('entries', jsonb_build_array(jsonb_build_object(
     'target', jsonb_build_object('catalog', 'hive', 'schema', database_name, 'table', table_name), 'method', 'statement',
     'phase', 'table', 'statements', jsonb_build_array('CREATE TABLE ' || table_name), 'load', '[]'::jsonb,
     'cleanup', '[]'::jsonb)))
   FROM migration_jobs job JOIN tables ON tables.id = table_id`,
  `INSERT INTO validation_results (migration_job_id, assessment_id, validation_type, status, source_value, target_value,
     difference, validated_at)
   SELECT job.id, assessment_id, type, CASE WHEN n % 10 = 0 THEN 'failed' ELSE 'passed' END, '1000', '1000', '0',
     timestamptz '2026-11-01' + n * interval '6 seconds'
   FROM (SELECT *, row_number() OVER () AS n FROM migration_jobs) job, unnest(ARRAY['row_count', 'schema', 'statistics']) type`,
  `INSERT INTO migration_metrics (migration_job_id, metric_name, value, measured_at)
   SELECT id, name, i, timestamptz '2026-11-21' + i * interval '30 seconds'
   FROM (SELECT id FROM migration_jobs LIMIT 100) job, unnest(ARRAY['bytes_per_second', 'errors_total']) name,
     generate_series(1, 1000) i`,
];

const totals = [
  `INSERT INTO migration_job_totals
   SELECT assessment_id, status, coalesce(validation_status, 'none'), count(*) FROM migration_jobs GROUP BY 1, 2, 3`,
  `INSERT INTO migration_outcomes
   SELECT assessment_id, completed_at::date - d, job_type, status, count(*), sum(extract(epoch FROM completed_at - started_at)), 3600
   FROM migration_jobs, generate_series(0, 364) d WHERE completed_at < '2026-11-22' GROUP BY 1, 2, 3, 4`,
  `INSERT INTO validation_totals
   SELECT assessment_id, validation_type, status, count(*) FROM validation_results GROUP BY 1, 2, 3`,
];
