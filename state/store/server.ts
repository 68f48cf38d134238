import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import type { StateTables } from '../schema/tables.js';
import type { ServerLocation } from './location.js';
import type { State } from './state.js';

/** Connects when the first query is made. */
export function openServer(location: ServerLocation): State {
  const pool = new pg.Pool({
    host: location.host,
    port: location.port,
    database: location.database,
    user: location.user,
    password: location.password,
    application_name: location.applicationName,
    ssl: location.tls,
    max: location.poolMaxConnections,
    connectionTimeoutMillis: location.connectTimeoutMs,
    statement_timeout: location.statementTimeoutMs,
    // A client that vanished in a transaction must not hold its locks forever.
    idle_in_transaction_session_timeout: 600_000,
    keepAlive: true,
    types: { getTypeParser },
  });
  // The pool replaces a broken idle connection; if the server is gone, the next query fails.
  pool.on('error', () => undefined);
  // A connection may also break between two statements of a transaction. Nobody would hear that, and Node.js would end the
  // process; the transaction's next statement fails.
  pool.on('connect', (client) => client.on('error', () => undefined));
  const db = new Kysely<StateTables>({ dialect: new PostgresDialect({ pool }) });
  return {
    location,
    db,
    queueDb: { executeSql: (text, values) => pool.query(text, values) },
    close: () => db.destroy(),
  };
}

/** `bigint` is a number in `StateTables`. */
const getTypeParser: typeof pg.types.getTypeParser = (...[oid, format]: Parameters<typeof pg.types.getTypeParser>) =>
  oid === pg.types.builtins.INT8 ? Number : (pg.types.getTypeParser(oid, format) as unknown);
