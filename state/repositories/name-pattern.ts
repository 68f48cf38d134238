import { sql } from 'kysely';
import type { RawBuilder, SqlBool } from 'kysely';

/**
 * A pattern for names: `*` stands for any text, `?` for one character, everything else for itself. ASCII letters match
 * in either case (Glue keeps names in lower case). A pattern with a dot is also compared with `database.table`.
 */
export interface NamePattern {
  /** Whether a table of `tables` matches whose names have no capital letters. */
  readonly matchesAsIs: RawBuilder<SqlBool>;
  /** Whether any table of `tables` matches. */
  readonly matches: RawBuilder<SqlBool>;
  /** Whether a database of `databases` may contain a match; undefined when every database may. */
  readonly mayHoldMatch: RawBuilder<SqlBool> | undefined;
}

export function namePattern(pattern: string): NamePattern {
  const [database, table] = [sql.ref('tables.database_name'), sql.ref('tables.table_name')];
  const names = pattern.includes('.') ? [table, sql`${database} || '.' || ${table}`] : [table];
  const matches = matching(pattern);
  const anyMatches = (of: readonly RawBuilder<unknown>[]): RawBuilder<SqlBool> =>
    sql`(${sql.join(of.map(matches), sql` OR `)})`;
  return {
    matchesAsIs: anyMatches(names),
    matches: anyMatches(names.map((name) => sql`lower(${name})`)),
    mayHoldMatch: mayHold(
      foldAscii(pattern)
        .split(/[*?.]/)
        .filter((part) => part !== ''),
    ),
  };
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

/** As stored in a row of `databases`. */
export function searchText(tableNames: readonly string[]): string {
  return foldAscii(tableNames.join('\n'));
}

/** Each part of the pattern must be in the name of a table or of the database. */
function mayHold(parts: readonly string[]): RawBuilder<SqlBool> | undefined {
  if (parts.length === 0) return undefined;
  const each = parts.map(
    (part) => sql<SqlBool>`(strpos(search_text, ${part}) > 0 OR strpos(lower(database_name), ${part}) > 0)`,
  );
  return sql<SqlBool>`(search_text IS NULL OR (${sql.join(each, sql` AND `)}))`;
}

/** Like lower() of the database for a column with the collation "C". */
function foldAscii(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
