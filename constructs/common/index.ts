export { constructId } from './construct-id.js';
export { failedRules, requireValid } from './rules.js';
export type { Rule } from './rules.js';
export { writeBesideTerraform } from './write-beside-terraform.js';
