import { sql } from 'kysely';
import type { State } from '../../state/index.js';

/** Rows in every table of the store and of the queue, with values that a careless copy changes. */
export async function fillStore(state: State, { tables }: { readonly tables: number }): Promise<void> {
  for (const statement of statementsFor(tables)) await sql.raw(statement).execute(state.db);
}

const id = (kind: number, index = 1): string =>
  `00000000-0000-4000-8000-${String(kind).padStart(4, '0')}${String(index).padStart(8, '0')}`;

/** Line ends, quotes, a line separator, emoji, a backslash, what looks like JSON and like SQL. */
const oddText = `E'a\\tb\\nc\\r"d" ''e'' \\\\n \\u2028 \\u0007 😀 {"end":{}} $1 $$ %s NULL'`;
const oddJson = `'{"big": 12345678901234567890.123456789012345678901234567890, "tiny": 1e-400, "text": "\\u2028\\n\\"😀", "list": [null, 1.10, {"": []}]}'`;

const statementsFor = (tables: number): readonly string[] => [
  `INSERT INTO assessments (id, timestamp, region, aws_account_id, tool_version, total_databases, total_tables,
     iceberg_tables, migration_ready, needs_conversion, unknown, total_partitions, total_estimated_size_bytes,
     tables_of_unknown_size, tables_by_format, complete, findings, report_sha256, created_at)
   VALUES ('${id(1)}', '2026-01-02 03:04:05.678901+00', 'eu-central-1', NULL, ${oddText}, 1, 1, 0, 0, 1, 0,
     9223372036854775807, 9007199254740993, 1, ${oddJson}, false, '[]', 'abc', '-infinity')`,
  `INSERT INTO databases (id, assessment_id, database_name, description, table_count, migration_ready,
     needs_conversion, unknown, total_estimated_size_bytes, tables_of_unknown_size, tables_by_format, fingerprint)
   VALUES ('${id(2)}', '${id(1)}', ${oddText}, '', NULL, 0, 0, 0, 0, 0, '{}', -9223372036854775808)`,
  `INSERT INTO table_schemas (id, columns, partition_columns) VALUES ('${id(3)}', '[{"name": "id", "type": "int"}]', '[]')`,
  `INSERT INTO tables (id, database_id, assessment_id, database_name, table_name, table_format, column_count,
     schema_id, last_updated, is_iceberg, migration_readiness, readiness_source, estimated_size_bytes, partition_keys,
     traits, notes, fingerprint)
   SELECT ('00000000-0000-4000-8004-' || lpad(n::text, 12, '0'))::uuid, '${id(2)}', '${id(1)}', 'sales', 'table ' || n,
     'PARQUET', 3, '${id(3)}', '2026-01-01 00:00:00.000001+00'::timestamptz + n * interval '1 microsecond', false,
     'NEEDS_CONVERSION', 'format', 9007199254740993 + n, ARRAY['a,b', '"q"', 'NULL', '', '{}', E'\\\\'], '{}',
     ARRAY[${oddText}], 9223372036854775807 - n
   FROM generate_series(1, ${tables}) n`,
  `INSERT INTO mapping_templates (id, name, description, sources, sha256, created_at)
   VALUES ('${id(5)}', 'acme', NULL, '[{"name": "acme", "text": "a: 1\\n"}]', 'def', '2026-01-02 03:04:05.000001+00')`,
  `INSERT INTO transformation_results (id, assessment_id, mapping_template_id, variables, plan_sha256, output_sha256,
     tool_version, totals)
   VALUES ('${id(6)}', '${id(1)}', '${id(5)}', ${oddJson}, 'p', 'o', '0.1.0', '{}')`,
  `INSERT INTO plan_items (assessment_id, plan_sha256, asset_key, outcome, what, remarks)
   VALUES ('${id(1)}', 'p', 'table:sales.table 1', 'blocked', ${oddText}, ${oddJson})`,
  `INSERT INTO migration_jobs (id, table_id, assessment_id, job_type, status, started_at, rows_copied,
     validation_details, fence)
   VALUES ('${id(7)}', '00000000-0000-4000-8004-000000000001', '${id(1)}', 'COPY', 'RUNNING', 'infinity',
     9223372036854775807, ${oddJson}, 7)`,
  `INSERT INTO migration_work_orders (migration_job_id, queue, payload, traceparent)
   VALUES ('${id(7)}', 'copy', ${oddJson}, ${oddText})`,
  `INSERT INTO migration_progress (id, migration_job_id, part, phase, checkpoint)
   VALUES ('${id(8)}', '${id(7)}', 'dt=2026-01-01', 'copy', 'null'), ('${id(8, 2)}', '${id(7)}', '', 'copy', NULL)`,
  `INSERT INTO migration_chunks (id, migration_job_id, number, owner, objects, bytes, keys, state, outcomes, copied)
   VALUES ('${id(12)}', '${id(7)}', 0, 'table:sales.table 1', 3, 9007199254740993, '\\x0100ff5c78', 'OPEN', NULL, 0),
     ('${id(12, 2)}', '${id(7)}', 1, 'bucket:acme-raw', 1, 0, '\\x', 'DONE', '\\x01', 1)`,
  `INSERT INTO migration_partitions (migration_job_id, number, lines) VALUES ('${id(7)}', 0, '\\x0100ff5c78')`,
  `INSERT INTO migration_runs (assessment_id, plan_sha256, connections, limits)
   VALUES ('${id(1)}', 'abc', ${oddJson}, '{"objectsAtOnce": 16}')`,
  `INSERT INTO migration_metrics (id, migration_job_id, metric_name, value)
   SELECT ('00000000-0000-4000-8009-' || lpad(n::text, 12, '0'))::uuid, '${id(7)}', 'bytes_per_second', v
   FROM unnest(ARRAY['NaN', 'Infinity', '-Infinity', '-0', '0.1', '1.7976931348623157e308', '5e-324',
     '9007199254740993']::double precision[]) WITH ORDINALITY AS x(v, n)`,
  `INSERT INTO wave_machines (migration_id, correlation_id, app_name, wave, target_vm_name, payload, status, status_since,
     memory, outcomes, error, fence, events, orders, state, position, due_at, holder, lease_until, created_at, updated_at)
   VALUES ('m-1', ${oddText}, 'shop', 'wave-1', 'web-1', ${oddJson}, 'READY', '2026-01-02 03:04:05.678901+00', ${oddJson},
     ${oddJson}, NULL, 9007199254740993, 1, 1, 'AwaitCutover', ${oddJson}, '2026-01-02 03:04:05.000001+00', ${oddText},
     'infinity', '-infinity', '2026-01-02 03:04:05+00')`,
  `INSERT INTO wave_events (migration_id, number, at, kind, state, message, details)
   VALUES ('m-1', 1, '2026-01-02 03:04:05.000001+00', 'created', '', ${oddText}, ${oddJson})`,
  `INSERT INTO wave_orders (migration_id, number, kind, actor, reason, gate, at)
   VALUES ('m-1', 1, 'approve', ${oddText}, ${oddText}, 'change-board', '2026-01-02 03:04:05.000001+00')`,
  `INSERT INTO wave_places (pool, migration_id) VALUES ('wave-1/cutovers', 'm-1')`,
  `INSERT INTO wave_messages (id, body) VALUES ('${id(13)}', ${oddText})`,
  `INSERT INTO wave_dead_letters (id, body, wave, problems, received_at)
   VALUES ('${id(14)}', ${oddText}, ${oddText}, '[{"code": "wave-payload"}]', '2026-01-02 03:04:05.000001+00')`,
  `INSERT INTO waves (name, document, machines, submitted_by) VALUES ('wave-1', ${oddJson}, 1, ${oddText})`,
  `INSERT INTO ended_sessions (subject_sha256, ended_at, expires_at)
   VALUES ('abc', '2026-01-02 03:04:05.000001+00', '2026-01-02 15:04:05.000001+00')`,
  `INSERT INTO validation_results (id, migration_job_id, assessment_id, validation_type, status, source_value, details)
   VALUES ('${id(10)}', '${id(7)}', '${id(1)}', 'row_count', 'warning', '1e400', ${oddJson})`,
  `INSERT INTO migration_job_totals VALUES ('${id(1)}', 'RUNNING', 'none', 1), ('${id(1)}', 'FAILED', 'none', 0)`,
  `INSERT INTO migration_outcomes VALUES ('${id(1)}', '2026-02-28', 'COPY', 'COMPLETED', 3, 0.1, 1e300)`,
  `INSERT INTO validation_totals VALUES ('${id(1)}', 'row_count', 'warning', 1)`,
  `INSERT INTO cutovers (id, assessment_id, steps, fence, holder, lease_until)
   VALUES ('${id(13)}', '${id(1)}', ARRAY['freeze', 'a,b', ''], 9007199254740993, ${oddText}, 'infinity')`,
  `INSERT INTO cutover_events (cutover_id, number, step, event, output, details)
   VALUES ('${id(13)}', 0, 'freeze', 'failed', ${oddText}, ${oddJson})`,
  `INSERT INTO migration_job_events VALUES ('${id(7)}', 7, '${id(1)}', 'FAILED', ${oddText}, '2026-01-02 03:04:05.678901+00')`,
  `INSERT INTO audit_events VALUES ('${id(13)}', '2026-01-02 03:04:05.678901+00', ${oddText}, 'pause', ${oddJson}, 'done', '{}')`,
  `INSERT INTO engine_metrics VALUES ('DMS', ${oddText}, 'CDCLatencyTarget', '2026-01-02 03:04:05.678901+00', 'NaN')`,
  `SELECT pgboss.create_queue('copy', '{"policy": "standard", "heartbeatSeconds": 30, "deadLetter": null}')`,
  `SELECT pgboss.create_queue('Zwölf', '{"policy": "standard", "deadLetter": "copy"}')`,
  `INSERT INTO pgboss.job (id, name, data, state, retry_count, singleton_on, start_after, created_on, started_on,
     completed_on, output, source_id)
   SELECT ('00000000-0000-4000-8011-' || lpad(n::text, 12, '0'))::uuid, q, ${oddJson}, s::pgboss.job_state, n,
     '2026-01-02 03:04:05.678901'::timestamp + n * interval '1 second', '2026-01-02 03:04:05.678901+00', '2026-01-02 03:04:05.678902+00',
     CASE WHEN s <> 'created' THEN '2026-01-02 03:04:05.678903+00'::timestamptz END, NULL, '{"error": 1.10}', NULL
   FROM unnest(ARRAY['created', 'retry', 'active', 'completed', 'cancelled', 'failed']) WITH ORDINALITY AS x(s, n)
   CROSS JOIN (VALUES ('copy'), ('Zwölf')) AS y(q)`,
  `INSERT INTO pgboss.job_dependency VALUES ('copy', '${id(11)}', 'copy', '${id(11, 2)}')`,
  `INSERT INTO pgboss.schedule (name, cron, data) VALUES ('copy', '0 * * * *', ${oddJson})`,
  `INSERT INTO pgboss.subscription (event, name) VALUES ('synced', 'copy')`,
];
