import type { MonitoredLake } from './monitored-lake.js';

/** An input of each question with every argument that it takes, which the store of `storeMonitoredLake` answers. */
export function exampleInputs({ assessments: [before, after] }: MonitoredLake): Readonly<Record<string, object>> {
  const page = { limit: 2 };
  const region = { region: 'eu-central-1', account_id: '123456789012' };
  return {
    get_latest_assessment: region,
    list_assessments: { ...region, ...page },
    get_assessment_trend: { ...region, limit: 10 },
    compare_assessments: { assessment_id_1: before, assessment_id_2: after, ...page },
    list_databases: { assessment_id: after, sort: 'size', direction: 'desc', ...page },
    get_database_summary: { assessment_id: after, database_name: 'sales' },
    list_tables: {
      assessment_id: after,
      database: 'sales',
      search: '*r*',
      formats: ['PARQUET', 'ICEBERG'],
      readiness: ['READY', 'NEEDS_CONVERSION'],
      min_size_gb: 1,
      max_size_gb: 10,
      sort: 'size',
      direction: 'asc',
      ...page,
    },
    search_tables: { assessment_id: after, pattern: 'sales.*', format: 'PARQUET', min_size_gb: 1, ...page },
    query_tables_by_readiness: { assessment_id: after, status: 'NEEDS_CONVERSION', database: 'sales', ...page },
    get_tables_by_format: { assessment_id: after },
    get_table_story: { assessment_id: after, table_name: 'sales.orders' },
    list_mappings: { assessment_id: after, outcome: 'mapped', kind: 'table', search: 'sales.*', ...page },
    explain_mapping: { assessment_id: after, asset: 'sales.orders' },
    list_blocked_assets: { assessment_id: after, ...page },
    get_table_statements: { assessment_id: after, table_name: 'sales.orders' },
    get_cutover: { assessment_id: after },
    get_migration_progress: { assessment_id: after },
    list_migration_jobs: { assessment_id: after, status: 'COMPLETED', ...page },
    get_migration_history: { assessment_id: after, days: 30 },
    get_engine_metrics: { engine: 'DMS', minutes: 60 },
    get_validation_status: { assessment_id: after },
    get_validation_overview: { assessment_id: after, ...page },
    query_failed_validations: { assessment_id: after, ...page },
    explain_validation_failure: { assessment_id: after, table_name: 'sales.orders', all_checks: true },
    get_data_drift_trend: { assessment_id: after, table_name: 'sales.orders', days: 30 },
    compare_table_statistics: { assessment_id: after, source_table: 'sales.orders', target_table: 'sales.customers' },
    list_waves: { sort: 'cut-over', direction: 'desc', ...page },
    list_wave_machines: {
      wave: 'shop',
      application: 'shop-web',
      statuses: ['CUT_OVER', 'READY', 'TESTING', 'ROLLING_BACK'],
      search: '*WEB*',
      sort: 'since',
      direction: 'desc',
      ...page,
    },
    get_wave_machine: { migration_id: 'shop-shop-search-12', direction: 'desc', ...page },
  };
}
