export { grantProblem } from './grant-checks.js';
export { readLineage } from './lineage.js';
export type { FindTemplate } from './lineage.js';
export { loadTemplate } from './load-template.js';
export type { FindAuthorities } from './trust.js';
export { possibleKinds } from './logic.js';
export { suggestion } from './schema-diagnostics.js';
