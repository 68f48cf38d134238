export { GlueDatabase } from './glue-database.js';
export { GlueTable } from './glue-table.js';
export type { GlueColumn, GlueTableFormat } from './render-table.js';
