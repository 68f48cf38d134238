import type { StateTables } from './tables.js';

/** Every table of the store, each after those that it refers to; a test compares the list with the live schema. */
export const storeTables = [
  'assessments',
  'databases',
  'table_schemas',
  'tables',
  'mapping_templates',
  'transformation_results',
  'plan_items',
  'migration_runs',
  'migration_jobs',
  'migration_work_orders',
  'migration_job_totals',
  'migration_outcomes',
  'migration_progress',
  'migration_chunks',
  'migration_partitions',
  'migration_metrics',
  'validation_results',
  'validation_totals',
  'cutovers',
  'cutover_events',
  'migration_job_events',
  'audit_events',
  'engine_metrics',
] as const satisfies readonly (keyof StateTables)[];
