export { foreignStacks } from './foreign-stacks.js';
export { layOutLakehouse } from './lay-out-lakehouse.js';
export { terraformDocuments } from './terraform-documents.js';
export { synthesizeLakehouse, writeTerraform } from './write-terraform.js';
