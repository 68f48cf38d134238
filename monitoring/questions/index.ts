import { compareAssessments } from './assessment/compare-assessments.js';
import { getAssessmentTrend } from './assessment/get-assessment-trend.js';
import { getDatabaseSummary } from './assessment/get-database-summary.js';
import { getLatestAssessment } from './assessment/get-latest-assessment.js';
import { getTableStory } from './assessment/get-table-story.js';
import { getTablesByFormat } from './assessment/get-tables-by-format.js';
import { listAssessments } from './assessment/list-assessments.js';
import { listDatabases } from './assessment/list-databases.js';
import { listTables } from './assessment/list-tables.js';
import { queryTablesByReadiness } from './assessment/query-tables-by-readiness.js';
import { searchTables } from './assessment/search-tables.js';
import { explainMapping } from './mapping/explain-mapping.js';
import { getTableStatements } from './mapping/get-table-statements.js';
import { listBlockedAssets } from './mapping/list-blocked-assets.js';
import { listMappings } from './mapping/list-mappings.js';
import { getCutover } from './migration/get-cutover.js';
import { getEngineMetrics } from './migration/get-engine-metrics.js';
import { getMigrationHistory } from './migration/get-migration-history.js';
import { getMigrationProgress } from './migration/get-migration-progress.js';
import { listMigrationJobs } from './migration/list-migration-jobs.js';
import type { Question } from './question.js';
import { compareTableStatistics } from './validation/compare-table-statistics.js';
import { explainValidationFailure } from './validation/explain-validation-failure.js';
import { getDataDriftTrend } from './validation/get-data-drift-trend.js';
import { getValidationOverview } from './validation/get-validation-overview.js';
import { getValidationStatus } from './validation/get-validation-status.js';
import { queryFailedValidations } from './validation/query-failed-validations.js';
import { getWaveMachine } from './waves/get-wave-machine.js';
import { listWaveMachines } from './waves/list-wave-machines.js';
import { listWaves } from './waves/list-waves.js';

export { answer } from './answer.js';
export type { Question } from './question.js';

/** Everything that can be asked of the store. */
export const questions: readonly Question[] = [
  getLatestAssessment,
  listAssessments,
  getAssessmentTrend,
  compareAssessments,
  listDatabases,
  getDatabaseSummary,
  listTables,
  searchTables,
  queryTablesByReadiness,
  getTablesByFormat,
  getTableStory,
  listMappings,
  explainMapping,
  listBlockedAssets,
  getTableStatements,
  getMigrationProgress,
  listMigrationJobs,
  getMigrationHistory,
  getCutover,
  getEngineMetrics,
  getValidationStatus,
  getValidationOverview,
  queryFailedValidations,
  explainValidationFailure,
  getDataDriftTrend,
  compareTableStatistics,
  listWaves,
  listWaveMachines,
  getWaveMachine,
];

export function findQuestion(name: string): Question | undefined {
  return questions.find((question) => question.name === name);
}
