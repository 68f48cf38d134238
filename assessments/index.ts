export type {
  AssessedDatabase,
  AssessedTable,
  Assessment,
  Column,
  Estimate,
  Finding,
  PartitionDetail,
  Readiness,
  SerDe,
  TableFormat,
  Trait,
} from './assessment.js';

export { reportSha256 } from './report-file/layout.js';
export { checkPartitionFile, partitionsOf } from './report-file/partition-file.js';
export { parseAssessment, readAssessment } from './report-file/read-assessment.js';
export { assessGlueCatalog } from './glue-catalog/assess-glue-catalog.js';
export type { GlueProgress } from './glue-catalog/assess-glue-catalog.js';
export { connectGlue } from './glue-catalog/glue-api.js';
export { fileNames } from './glue-catalog/file-names.js';
