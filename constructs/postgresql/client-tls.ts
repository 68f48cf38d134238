import { authorityMount } from '../authority/index.js';
import type { DatabaseConnection } from './postgresql.js';

/**
 * How every client verifies the server: parameters of a connection URL, which libpq, JDBC and node-postgres share. The
 * client's container has `authorityMounts`.
 */
export const clientTls = `sslmode=verify-full&sslrootcert=${authorityMount}`;

/** Without user and password. Source: PostgreSQL JDBC driver documentation, 'Connecting to the Database'. */
export function jdbcUrl({ host, port, database }: DatabaseConnection): string {
  return `jdbc:postgresql://${host}:${port}/${database}?${clientTls}`;
}
