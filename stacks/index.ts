export { failedRules } from '../constructs/common/index.js';
export { layOutLakehouse } from './lay-out-lakehouse.js';
export { terraformDocuments } from './terraform-documents.js';
