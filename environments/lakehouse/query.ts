import { setTimeout as delay } from 'node:timers/promises';
import { BasicAuth, Trino } from 'trino-client';
import { readTrinoExactly, stringifyExactly } from './exact-numbers.js';
import type { TrinoConnection } from './lakehouse.js';

readTrinoExactly();

/** Over TLS, with the password; the server must show the certificate that its machine made. */
export function connectTo({ url, user, password, certificate }: TrinoConnection): Trino {
  // To who names no server Trino shows the certificate that its nodes know each other by.
  const ssl = { ca: certificate, servername: 'coordinator' };
  return Trino.create({ server: url, source: 'aws2openstack', auth: new BasicAuth(user, password), ssl });
}

/** All rows. Throws Trino's own message. */
export async function rowsOf(client: Trino, sql: string): Promise<readonly (readonly unknown[])[]> {
  const rows: unknown[][] = [];
  for await (const { data = [], error } of await client.query(sql)) {
    if (error !== undefined) throw new Error(error.message);
    rows.push(...data);
  }
  return rows;
}

/**
 * For seconds after its start Trino has no node that reads a catalog's tables. Returns when it has one for this table,
 * whatever else it says of it; throws when it has none within a minute. Source: issue 2214 of trinodb/trino.
 */
export async function untilNodesRead(client: Trino, table: string): Promise<void> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const errors: string[] = [];
    for await (const { error } of await client.query(`SELECT count(*) FROM ${table}`))
      if (error !== undefined) errors.push(error.errorName);
    if (!errors.includes('NO_NODES_AVAILABLE')) return;
    if (Date.now() > deadline) throw new Error(`Trino has no node that reads ${table}, a minute after its start.`);
    await delay(200);
  }
}

/** Prints tab-separated rows below the columns' names. One statement; a semicolon may end it. */
export async function runQuery(access: TrinoConnection, sql: string, print: (line: string) => void): Promise<void> {
  let isFirst = true;
  for await (const { columns, data = [], error } of await connectTo(access).query(sql.replace(/;\s*$/, ''))) {
    if (error !== undefined) throw new Error(error.message);
    if (isFirst && columns !== undefined) {
      print(columns.map(({ name }) => name).join('\t'));
      isFirst = false;
    }
    for (const row of data) print(row.map(shown).join('\t'));
  }
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : value === null ? 'NULL' : stringifyExactly(value);
}
