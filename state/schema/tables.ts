import type { ColumnType, Generated, GeneratedAlways, JSONColumnType } from 'kysely';
import type { Column, Finding, Readiness, TableFormat } from '../../assessments/assessment.js';
import type { MeasuredEngine } from '../../core/engine-metrics.js';

/**
 * The tables of the store, column by column as `state/schema-versions/*.sql` creates them; a test compares both. Source: SPEC,
 * section 5. `bigint` columns are numbers here: exact below 2^53, which is 9 PB.
 */
export interface StateTables {
  assessments: AssessmentsTable;
  databases: DatabasesTable;
  table_schemas: TableSchemasTable;
  tables: TablesTable;
  mapping_templates: MappingTemplatesTable;
  transformation_results: TransformationResultsTable;
  plan_items: PlanItemsTable;
  migration_jobs: MigrationJobsTable;
  migration_work_orders: MigrationWorkOrdersTable;
  migration_job_totals: MigrationJobTotalsTable;
  migration_outcomes: MigrationOutcomesTable;
  migration_progress: MigrationProgressTable;
  migration_chunks: MigrationChunksTable;
  migration_partitions: MigrationPartitionsTable;
  migration_runs: MigrationRunsTable;
  migration_metrics: MigrationMetricsTable;
  validation_results: ValidationResultsTable;
  validation_totals: ValidationTotalsTable;
  cutovers: CutoversTable;
  cutover_events: CutoverEventsTable;
  migration_job_events: MigrationJobEventsTable;
  audit_events: AuditEventsTable;
  engine_metrics: EngineMetricsTable;
  wave_machines: WaveMachinesTable;
  wave_events: WaveEventsTable;
  wave_orders: WaveOrdersTable;
  wave_places: WavePlacesTable;
  wave_messages: WaveMessagesTable;
  wave_dead_letters: WaveDeadLettersTable;
  waves: WavesTable;
  ended_sessions: EndedSessionsTable;
}

/** Read as a Date; written as a Date or as ISO 8601. */
type Timestamp = ColumnType<Date, Date | string>;
type NullableTimestamp = ColumnType<Date | null, Date | string | null | undefined>;
type CreationTime = ColumnType<Date, Date | string | undefined>;
/** Written as JSON text. */
type Json<T extends object> = JSONColumnType<T>;
type NullableJson<T extends object> = JSONColumnType<T | null, string | null | undefined, string | null>;

type DefaultJson = JSONColumnType<object, string | undefined>;

/** Such as `{"PARQUET": {"tables": 3, "size_bytes": 1024}}`. */
export type FormatTotals = Readonly<Record<string, { readonly tables: number; readonly size_bytes: number }>>;

interface AssessmentsTable {
  id: Generated<string>;
  timestamp: Timestamp;
  region: string;
  aws_account_id: string | null;
  tool_version: string;
  total_databases: number;
  total_tables: number;
  iceberg_tables: number;
  migration_ready: number;
  needs_conversion: number;
  unknown: number;
  total_partitions: number;
  total_estimated_size_bytes: number;
  total_estimated_size_gb: GeneratedAlways<number>;
  tables_of_unknown_size: number;
  tables_by_format: Json<FormatTotals>;
  complete: boolean;
  findings: Json<readonly Finding[]>;
  report_sha256: string;
  created_at: CreationTime;
  catalog_id: string | null;
  database_filter: string | null;
}

interface DatabasesTable {
  id: Generated<string>;
  assessment_id: string;
  database_name: string;
  description: string | null;
  location_uri: string | null;
  table_count: number | null;
  link_target: string | null;
  migration_ready: number;
  needs_conversion: number;
  unknown: number;
  total_estimated_size_bytes: number;
  tables_of_unknown_size: number;
  tables_by_format: Json<FormatTotals>;
  fingerprint: number;
  name_digests: Generated<string>;
  table_fingerprints: Generated<string>;
  search_text: string | null;
}

interface TableSchemasTable {
  id: string;
  columns: Json<readonly Column[]>;
  partition_columns: Json<readonly Column[]>;
}

interface TablesTable {
  id: Generated<string>;
  database_id: string;
  assessment_id: string;
  database_name: string;
  table_name: string;
  table_format: TableFormat;
  table_type: string | null;
  description: string | null;
  storage_location: string | null;
  serde: string | null;
  estimated_size_bytes: number | null;
  estimated_size_gb: GeneratedAlways<number | null>;
  estimated_rows: number | null;
  partition_keys: Generated<readonly string[]>;
  partition_count: number | null;
  column_count: number;
  schema_id: string;
  last_updated: NullableTimestamp;
  is_iceberg: boolean;
  migration_readiness: Readiness;
  readiness_source: 'format' | 'table-parameter';
  traits: Generated<readonly string[]>;
  notes: Generated<readonly string[]>;
  fingerprint: number;
}

export interface StoredTemplateSource {
  readonly name: string;
  readonly text: string;
}

interface MappingTemplatesTable {
  id: Generated<string>;
  name: string;
  description: string | null;
  sources: Json<readonly StoredTemplateSource[]>;
  sha256: string;
  created_at: CreationTime;
}

/** By kind of asset: `bucket`, `database`, `table`, `partition`. */
export type StoredTotals = Readonly<
  Record<
    string,
    { readonly assessed: number; readonly mapped: number; readonly skipped: number; readonly blocked: number }
  >
>;

interface TransformationResultsTable {
  id: Generated<string>;
  assessment_id: string;
  mapping_template_id: string;
  variables: Json<Readonly<Record<string, unknown>>>;
  plan_sha256: string;
  output_sha256: string;
  tool_version: string;
  totals: Json<StoredTotals>;
  created_at: CreationTime;
}

export type PlanOutcome = 'mapped' | 'skipped' | 'blocked';

export interface StoredRemark {
  readonly text: string;
  readonly source: string;
  readonly fix: string | null;
}

interface PlanItemsTable {
  assessment_id: string;
  plan_sha256: string;
  asset_key: string;
  outcome: PlanOutcome;
  what: string;
  rule: string | null;
  rule_at: string | null;
  method: string | null;
  remarks: Json<readonly StoredRemark[]>;
}

export type JobType = 'COPY' | 'DATASYNC' | 'DMS' | 'GLUE_JOB' | 'CONVERT' | 'VALIDATE';
export type JobStatus = 'PENDING' | 'RUNNING' | 'PAUSED' | 'COMPLETED' | 'FAILED' | 'CANCELLED';
export type SyncMode = 'full' | 'incremental' | 'completed';
export type ValidationType = 'row_count' | 'checksum' | 'schema' | 'sample' | 'statistics' | 'partition' | 'query';
export type ValidationStatus = 'passed' | 'failed' | 'warning';

interface MigrationJobsTable {
  id: Generated<string>;
  table_id: string;
  assessment_id: string;
  job_type: JobType;
  aws_job_id: string | null;
  status: Generated<JobStatus>;
  sync_mode: Generated<SyncMode>;
  last_sync_timestamp: NullableTimestamp;
  created_at: CreationTime;
  started_at: NullableTimestamp;
  completed_at: NullableTimestamp;
  rows_copied: Generated<number>;
  bytes_copied: Generated<number>;
  bytes_total: number | null;
  error_message: string | null;
  error_kind: string | null;
  validation_status: ValidationStatus | null;
  last_validated_at: NullableTimestamp;
  validation_details: NullableJson<object>;
  fence: Generated<number>;
  failures: Generated<number>;
  estimated_bytes: number | null;
}

interface MigrationWorkOrdersTable {
  migration_job_id: string;
  queue: string;
  payload: Json<object>;
  created_at: CreationTime;
  traceparent: string | null;
}

interface MigrationJobTotalsTable {
  assessment_id: string;
  status: JobStatus;
  validation_status: ValidationStatus | 'none';
  jobs: number;
}

interface MigrationOutcomesTable {
  assessment_id: string;
  /** Midnight. */
  day: ColumnType<Date, Date | string>;
  job_type: JobType;
  status: 'COMPLETED' | 'FAILED' | 'CANCELLED';
  attempts: number;
  seconds: number;
  longest_seconds: number;
}

interface MigrationProgressTable {
  id: Generated<string>;
  migration_job_id: string;
  part: string;
  phase: string;
  bytes_total: number | null;
  bytes_done: Generated<number>;
  files_total: number | null;
  files_done: Generated<number>;
  rows_total: number | null;
  rows_done: Generated<number>;
  checkpoint: NullableJson<object>;
  updated_at: CreationTime;
}

export type ChunkState = 'OPEN' | 'RECHECK' | 'DONE';

interface MigrationChunksTable {
  id: Generated<string>;
  migration_job_id: string;
  number: number;
  owner: string;
  objects: number;
  bytes: number;
  keys: Uint8Array;
  state: Generated<ChunkState>;
  outcomes: Uint8Array | null;
  copied: Generated<number>;
  verified: Generated<number>;
  failed: Generated<number>;
  gone: Generated<number>;
  refused: Generated<number>;
  bytes_copied: Generated<number>;
  attempts: Generated<number>;
  updated_at: CreationTime;
}

interface MigrationRunsTable {
  assessment_id: string;
  plan_sha256: string;
  connections: Json<object>;
  limits: Json<object>;
  created_at: CreationTime;
  updated_at: CreationTime;
}

interface MigrationPartitionsTable {
  migration_job_id: string;
  number: number;
  lines: Uint8Array;
}

interface MigrationMetricsTable {
  id: Generated<string>;
  migration_job_id: string;
  metric_name: string;
  value: number;
  measured_at: CreationTime;
}

interface ValidationResultsTable {
  id: Generated<string>;
  migration_job_id: string;
  assessment_id: string;
  validation_type: ValidationType;
  status: ValidationStatus;
  source_value: string | null;
  target_value: string | null;
  difference: string | null;
  details: NullableJson<object>;
  validated_at: CreationTime;
  superseded: Generated<boolean>;
}

interface ValidationTotalsTable {
  assessment_id: string;
  validation_type: ValidationType;
  status: ValidationStatus;
  results: number;
}

export type CutoverStatus = 'OPEN' | 'FAILED' | 'GOING_BACK' | 'COMPLETED' | 'UNDONE';
export type CutoverEventKind =
  'approved' | 'started' | 'done' | 'failed' | 'nothing-written' | 'undo-started' | 'undone' | 'undo-failed';

interface CutoversTable {
  id: Generated<string>;
  assessment_id: string;
  steps: readonly string[];
  status: Generated<CutoverStatus>;
  fence: Generated<number>;
  holder: string | null;
  lease_until: NullableTimestamp;
  created_at: CreationTime;
  updated_at: CreationTime;
}

interface CutoverEventsTable {
  cutover_id: string;
  number: number;
  step: string;
  event: CutoverEventKind;
  actor: string | null;
  output: string | null;
  details: NullableJson<object>;
  happened_at: CreationTime;
}

interface MigrationJobEventsTable {
  migration_job_id: string;
  fence: number;
  assessment_id: string;
  status: JobStatus;
  error_message: string | null;
  at: CreationTime;
}

interface EngineMetricsTable {
  engine: MeasuredEngine;
  resource: string;
  metric_name: string;
  measured_at: Timestamp;
  value: number;
}

interface AuditEventsTable {
  id: Generated<string>;
  at: CreationTime;
  actor: string;
  action: string;
  subject: Json<object>;
  outcome: 'done' | 'partly' | 'failed' | 'refused';
  details: Json<object>;
}

export type WaveMachineStatus =
  | 'PENDING'
  | 'VALIDATING'
  | 'PREPARING'
  | 'REPLICATING'
  | 'TESTING'
  | 'READY'
  | 'CUTTING_OVER'
  | 'CUT_OVER'
  | 'FINALIZING'
  | 'FINALIZED'
  | 'ROLLING_BACK'
  | 'ROLLED_BACK'
  | 'ROLLBACK_FAILED'
  | 'REJECTED'
  | 'NEEDS_ATTENTION';

interface WaveMachinesTable {
  migration_id: string;
  correlation_id: string;
  app_name: string;
  wave: string;
  target_vm_name: string;
  payload: Json<object>;
  status: Generated<WaveMachineStatus>;
  status_since: Timestamp;
  memory: DefaultJson;
  outcomes: DefaultJson;
  error: NullableJson<{ readonly name: string; readonly message: string }>;
  fence: Generated<number>;
  events: Generated<number>;
  orders: Generated<number>;
  state: string;
  position: Json<object>;
  due_at: NullableTimestamp;
  holder: string | null;
  lease_until: NullableTimestamp;
  created_at: Timestamp;
  updated_at: Timestamp;
  expires_at: NullableTimestamp;
}

export type WaveEventKind =
  | 'created'
  | 'entered'
  | 'ordered'
  | 'intended'
  | 'done'
  | 'failed'
  | 'status'
  | 'notified'
  | 'notification-failed'
  | 'restored'
  | 'not-restored';

interface WaveEventsTable {
  migration_id: string;
  number: number;
  at: Timestamp;
  kind: WaveEventKind;
  state: string;
  message: string;
  details: NullableJson<object>;
}

export type WaveOrderKind = 'test' | 'approve' | 'cutover' | 'rollback' | 'finalize';

interface WaveOrdersTable {
  migration_id: string;
  number: number;
  kind: WaveOrderKind;
  actor: string;
  reason: string | null;
  gate: string | null;
  at: Timestamp;
}

interface WavePlacesTable {
  pool: string;
  migration_id: string;
}

interface WaveMessagesTable {
  id: Generated<string>;
  body: string;
  received_at: CreationTime;
}

interface WaveDeadLettersTable {
  id: string;
  body: string;
  wave: string | null;
  problems: Json<readonly object[]>;
  received_at: Timestamp;
  refused_at: CreationTime;
}

interface WavesTable {
  name: string;
  document: Json<object>;
  machines: number;
  submitted_by: string;
  submitted_at: CreationTime;
}

interface EndedSessionsTable {
  subject_sha256: string;
  ended_at: Timestamp;
  expires_at: Timestamp;
}
