export { failedRules } from '../constructs/common/index.js';
export { foreignStacks } from './foreign-stacks.js';
export { layOutLakehouse } from './lay-out-lakehouse.js';
export { terraformDocuments } from './terraform-documents.js';
