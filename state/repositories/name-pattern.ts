import { sql } from 'kysely';
import type { RawBuilder, SqlBool } from 'kysely';

/**
 * A pattern for names: `*` stands for any text, `?` for one character, everything else for itself. ASCII letters match
 * in either case (Glue keeps names in lower case). A pattern with a dot is also compared with `database.table`. A table of
 * `tables` matches if one of the conditions holds, each of which an index answers: putting every name in lower case would
 * take most of the time of a search.
 */
export function nameFilters(pattern: string): readonly RawBuilder<SqlBool>[] {
  const [database, table] = [sql.ref('tables.database_name'), sql.ref('tables.table_name')];
  const names = pattern.includes('.') ? [table, sql`${database} || '.' || ${table}`] : [table];
  const matches = matching(pattern);
  const anyMatches = (of: readonly RawBuilder<unknown>[]): RawBuilder<SqlBool> =>
    sql`(${sql.join(of.map(matches), sql` OR `)})`;
  return [
    anyMatches(names),
    sql`(${table} <> lower(${table}) OR ${database} <> lower(${database}))
      AND ${anyMatches(names.map((name) => sql`lower(${name})`))}`,
  ];
}

/** A text anywhere in a name is found sooner without `LIKE`. */
function matching(pattern: string): (name: RawBuilder<unknown>) => RawBuilder<SqlBool> {
  const [, part] = /^\*([^*?]+)\*$/.exec(pattern) ?? [];
  if (part !== undefined) return (name) => sql`strpos(${name}, ${foldAscii(part)}) > 0`;
  const like = likePattern(pattern);
  return (name) => sql`${name} LIKE ${like}`;
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
