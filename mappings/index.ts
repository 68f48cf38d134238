export { diffPlans } from './diff-plans.js';
export type { PlanChange } from './diff-plans.js';
export { explainAsset } from './explain.js';
export type { Explanation } from './explain.js';
export { builtInTemplates, findTemplateOnDisk, mappingSchemaFile } from './find-template.js';
export { loadTemplate } from './language/index.js';
export type {
  AssetKey,
  MappedBucket,
  MappedDatabase,
  MappedTable,
  OutcomeCounts,
  Plan,
  PlanSource,
  PlanTotals,
  RegistrationMethod,
  RuleReference,
  Unmapped,
} from './plan.js';
export { planDocument } from './plan-document.js';
export { planFromFiles } from './plan-from-files.js';
export type { PlanFiles, PlannedFiles } from './plan-from-files.js';
export { resolve } from './resolve/resolve.js';
export type { AssetKind, CatalogTarget, MappingTemplate, Target, Topology } from './template.js';
