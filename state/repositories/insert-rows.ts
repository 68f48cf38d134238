import { sql } from 'kysely';
import type { Transaction } from 'kysely';
import type { StateTables } from '../schema/tables.js';

/** About a megabyte of JSON per statement. */
const batchSize = 2000;

/**
 * Inserts rows in bulk; the keys of the first row determine the columns. Existing rows are left unchanged when `known` is
 * `skip`. Throws the database's error.
 */
export async function insertRows(
  transaction: Transaction<StateTables>,
  table: keyof StateTables,
  rows: readonly object[],
  { known = 'fail', onBatch }: { readonly known?: 'fail' | 'skip'; readonly onBatch?: (rows: number) => void } = {},
): Promise<void> {
  const [first] = rows;
  if (first === undefined) return;
  const columns = sql.join(Object.keys(first).map((name) => sql.ref(name)));
  const target = sql.table(table);
  for (let start = 0; start < rows.length; start += batchSize) {
    const batch = rows.slice(start, start + batchSize);
    await sql`
      INSERT INTO ${target} (${columns})
      SELECT ${columns} FROM json_populate_recordset(NULL::${target}, ${storableJson(batch)}::json)
      ${known === 'skip' ? sql`ON CONFLICT DO NOTHING` : sql``}`.execute(transaction);
    onBatch?.(batch.length);
  }
}

/** PostgreSQL's text cannot contain NUL or unpaired surrogates: U+2400 and U+FFFD replace them. */
function storableJson(rows: readonly object[]): string {
  const json = JSON.stringify(rows);
  if (!json.includes('\\u0000') && !json.includes('\\ud')) return json;
  return JSON.stringify(rows, (_key, value: unknown) =>
    typeof value === 'string' ? value.replaceAll('\0', '\u2400').toWellFormed() : value,
  );
}
