export { editedWarnings } from './edited-warnings.js';
export { layOutLakehouse } from './lay-out-lakehouse.js';
export { terraformDocuments } from './terraform-documents.js';
export { writeTerraform } from './write-terraform.js';
