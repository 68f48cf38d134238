import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import type { StateTables } from '../schema/tables.js';

/** A stored column; generated columns are computed again on import. */
export interface Column {
  /** Quoted where it must be. */
  readonly name: string;
  readonly type: string;
}

/** In the table's order. */
export async function columnsOf(db: Kysely<StateTables>, table: string): Promise<readonly Column[]> {
  const { rows } = await sql<Column>`
    SELECT quote_ident(attname) AS name, format_type(atttypid, atttypmod) AS type FROM pg_attribute
    WHERE attrelid = ${table}::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
    ORDER BY attnum`.execute(db);
  return rows;
}

/** The primary key as the sort order, byte by byte regardless of the server's locale. */
export async function keyOf(db: Kysely<StateTables>, table: string): Promise<readonly string[]> {
  const { rows } = await sql<{ key: string }>`
    SELECT quote_ident(attname) || CASE WHEN attcollation <> 0 THEN ' COLLATE "C"' ELSE '' END AS key
    FROM pg_index i CROSS JOIN unnest(i.indkey) WITH ORDINALITY AS k(attnum, place)
    JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
    WHERE i.indrelid = ${table}::regclass AND i.indisprimary
    ORDER BY k.place`.execute(db);
  return rows.map(({ key }) => key);
}
