export { Postgresql } from './postgresql.js';
export type { DatabaseConnection } from './postgresql.js';
