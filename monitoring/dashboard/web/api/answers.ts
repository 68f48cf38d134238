import type { TypeOf } from '../../../questions/schema.js';
import type { compareAssessments } from '../../../questions/assessment/compare-assessments.js';
import type { getAssessmentTrend } from '../../../questions/assessment/get-assessment-trend.js';
import type { getTableStory } from '../../../questions/assessment/get-table-story.js';
import type { getTablesByFormat } from '../../../questions/assessment/get-tables-by-format.js';
import type { listAssessments } from '../../../questions/assessment/list-assessments.js';
import type { listDatabases } from '../../../questions/assessment/list-databases.js';
import type { listTables } from '../../../questions/assessment/list-tables.js';
import type { getTableStatements } from '../../../questions/mapping/get-table-statements.js';
import type { listBlockedAssets } from '../../../questions/mapping/list-blocked-assets.js';
import type { listMappings } from '../../../questions/mapping/list-mappings.js';
import type { getCutover } from '../../../questions/migration/get-cutover.js';
import type { getEngineMetrics } from '../../../questions/migration/get-engine-metrics.js';
import type { getMigrationHistory } from '../../../questions/migration/get-migration-history.js';
import type { getMigrationProgress } from '../../../questions/migration/get-migration-progress.js';
import type { listMigrationJobs } from '../../../questions/migration/list-migration-jobs.js';
import type { explainValidationFailure } from '../../../questions/validation/explain-validation-failure.js';
import type { getDataDriftTrend } from '../../../questions/validation/get-data-drift-trend.js';
import type { getValidationOverview } from '../../../questions/validation/get-validation-overview.js';
import type { getValidationStatus } from '../../../questions/validation/get-validation-status.js';
import type { queryFailedValidations } from '../../../questions/validation/query-failed-validations.js';
import type { getWaveMachine } from '../../../questions/waves/get-wave-machine.js';
import type { listWaveMachines } from '../../../questions/waves/list-wave-machines.js';
import type { listWaves } from '../../../questions/waves/list-waves.js';

type AnswerTo<Q extends { readonly output: unknown }> = TypeOf<Q['output']>;

/** The answer of each question that a view asks: the types of the questions themselves. */
export interface Answers {
  list_assessments: AnswerTo<typeof listAssessments>;
  get_assessment_trend: AnswerTo<typeof getAssessmentTrend>;
  compare_assessments: AnswerTo<typeof compareAssessments>;
  get_tables_by_format: AnswerTo<typeof getTablesByFormat>;
  list_databases: AnswerTo<typeof listDatabases>;
  list_tables: AnswerTo<typeof listTables>;
  get_table_story: AnswerTo<typeof getTableStory>;
  list_mappings: AnswerTo<typeof listMappings>;
  list_blocked_assets: AnswerTo<typeof listBlockedAssets>;
  get_table_statements: AnswerTo<typeof getTableStatements>;
  get_cutover: AnswerTo<typeof getCutover>;
  get_migration_progress: AnswerTo<typeof getMigrationProgress>;
  get_migration_history: AnswerTo<typeof getMigrationHistory>;
  get_engine_metrics: AnswerTo<typeof getEngineMetrics>;
  list_migration_jobs: AnswerTo<typeof listMigrationJobs>;
  get_validation_status: AnswerTo<typeof getValidationStatus>;
  get_validation_overview: AnswerTo<typeof getValidationOverview>;
  query_failed_validations: AnswerTo<typeof queryFailedValidations>;
  explain_validation_failure: AnswerTo<typeof explainValidationFailure>;
  get_data_drift_trend: AnswerTo<typeof getDataDriftTrend>;
  list_waves: AnswerTo<typeof listWaves>;
  list_wave_machines: AnswerTo<typeof listWaveMachines>;
  get_wave_machine: AnswerTo<typeof getWaveMachine>;
}

export type Assessment = Answers['list_assessments']['items'][number];
