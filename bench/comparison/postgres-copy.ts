import pg from 'pg';
import { columnsQuery, readColumns } from '../../validation/sql/columns-query.js';
import type { Side } from '../../validation/values/form.js';
import type { Ask } from '../../test/integration/validation/sheet-tables.js';
import type { KeyedSheet } from './keyed-sheets.js';

/** Why PostgreSQL does not have some cases of a sheet, by case. */
export type Refusals = ReadonlyMap<string, string>;

/** Copies the tables of a sheet from Trino, value by value as text. Each case is a view of either. */
export async function copyToPostgres(ask: Ask, url: string, schema: string, sheet: KeyedSheet): Promise<Refusals> {
  const refusals = new Map<string, string>();
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(`CREATE SCHEMA IF NOT EXISTS ${schema}`);
    for (const side of ['source', 'target'] as const) await copyTable(side);
  } finally {
    await client.end();
  }
  return refusals;

  async function copyTable(side: Side): Promise<void> {
    const catalog = sheet[side][0];
    const table = `${sheet.name}_${side}`;
    const columns = readColumns(await ask(columnsQuery({ catalog, schema, table }))).map(({ name, type }) => ({
      name,
      type: postgresType(type),
      sql: type === 'varbinary' ? `to_hex(${name})` : `CAST(${name} AS varchar)`,
      isBytes: type === 'varbinary',
    }));
    const unknown = columns.find(({ type }) => type === undefined);
    if (unknown !== undefined) {
      for (const { id } of sheet.cases) refusals.set(id, 'PostgreSQL has no such type');
      return;
    }
    await client.query(
      `CREATE TABLE ${schema}.${table} (${columns.map(({ name, type }) => `${name} ${type ?? ''}`).join(', ')})`,
    );
    const values = columns.map(({ type, isBytes }, index) =>
      isBytes ? `decode($${index + 1}, 'hex')` : `CAST(CAST($${index + 1} AS text) AS ${type ?? ''})`,
    );
    const rows = await ask(
      `SELECT case_id, ${columns.map(({ sql }) => sql).join(', ')} FROM ${catalog}.${schema}.${table}`,
    );
    for (const [id, ...texts] of rows)
      await client
        .query(`INSERT INTO ${schema}.${table} VALUES (${values.join(', ')})`, texts)
        .catch((error: unknown) => {
          refusals.set(String(id), `PostgreSQL: ${error instanceof Error ? error.message : String(error)}`);
        });
    const names = columns.map(({ name }) => name).filter((name) => name !== 'case_id');
    for (const { id } of sheet.cases)
      await client.query(
        `CREATE VIEW ${schema}.${sheet.name}_${id}_${side} AS ` +
          `SELECT ${names.join(', ')} FROM ${schema}.${table} WHERE case_id = '${id}'`,
      );
  }
}

const sameTypes = ['smallint', 'integer', 'bigint', 'boolean', 'real', 'date', 'uuid', 'varchar'];
const otherTypes: Readonly<Record<string, string>> = {
  tinyint: 'smallint',
  double: 'double precision',
  varbinary: 'bytea',
};

/** PostgreSQL's type for a Trino type; undefined where it has none with the same values. */
function postgresType(type: string): string | undefined {
  if (sameTypes.includes(type) || /^(char|varchar|decimal|timestamp|time)\([\d,]+\)( with time zone)?$/.test(type))
    return type;
  return otherTypes[type];
}
