export { clientTls, jdbcUrl } from './client-tls.js';
export { Postgresql } from './postgresql.js';
export type { DatabaseConnection } from './postgresql.js';
