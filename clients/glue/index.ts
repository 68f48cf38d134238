export { glueTables, mayAnswerLater } from './client.js';
export type { GlueTables } from './client.js';
