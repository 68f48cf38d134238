import { sql } from 'kysely';
import type { RawBuilder, SqlBool } from 'kysely';

/**
 * A pattern for names: `*` stands for any text, `?` for one character, everything else for itself. ASCII letters match
 * in either case (Glue keeps names in lower case). A pattern with a dot is also compared with `database.table`.
 */
export interface NamePattern {
  /** Whether a table of `tables` matches. */
  readonly matches: RawBuilder<SqlBool>;
  /**
   * A table matches if one of these holds, each of which an index answers. Putting every name in lower case would take
   * most of the time of a search.
   */
  readonly anyOf: readonly RawBuilder<SqlBool>[];
}

export function namePattern(pattern: string): NamePattern {
  const like = likePattern(pattern);
  const database = sql.ref('tables.database_name');
  const table = sql.ref('tables.table_name');
  const qualified = sql`${database} || '.' || ${table}`;
  const names = pattern.includes('.') ? [table, qualified] : [table];
  const hasNameLike = (change: (name: RawBuilder<unknown>) => RawBuilder<unknown>): RawBuilder<SqlBool> =>
    sql`(${sql.join(
      names.map((name) => sql`${change(name)} LIKE ${like}`),
      sql` OR `,
    )})`;
  const inLowerCase = hasNameLike((name) => sql`lower(${name})`);
  return {
    matches: inLowerCase,
    anyOf: [
      hasNameLike((name) => name),
      sql`(${table} <> lower(${table}) OR ${database} <> lower(${database})) AND ${inLowerCase}`,
    ],
  };
}

/** The pattern for `LIKE`, in lower case. */
export function likePattern(pattern: string): string {
  return foldAscii(pattern)
    .replace(/[\\%_]/g, '\\$&')
    .replaceAll('*', '%')
    .replaceAll('?', '_');
}

/** Like lower() of the database for a column with the collation "C". */
function foldAscii(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
