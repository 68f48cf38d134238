export { glueTables, mayAnswerLater } from './client.js';
export type { GlueTables, NamedTable } from './client.js';
