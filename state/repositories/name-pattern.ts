import { sql } from 'kysely';
import type { RawBuilder, SqlBool } from 'kysely';

/**
 * A pattern for names: `*` stands for any text, `?` for one character, everything else for itself. ASCII letters match
 * in either case (Glue keeps names in lower case). A pattern with a dot is also compared with `database.table`.
 */
export interface NamePattern {
  /** Whether a table of `tables` matches. */
  readonly matches: RawBuilder<SqlBool>;
  /** Whether a database of `databases` may contain a match; undefined when every database may. */
  readonly mayHoldMatch: RawBuilder<SqlBool> | undefined;
}

export function namePattern(pattern: string): NamePattern {
  const folded = foldAscii(pattern);
  const like = likePattern(pattern);
  const dotted = folded.includes('.');
  const name = sql<SqlBool>`lower(tables.table_name) LIKE ${like}`;
  return {
    matches: dotted
      ? sql<SqlBool>`(${name} OR lower(tables.database_name || '.' || tables.table_name) LIKE ${like})`
      : name,
    mayHoldMatch: mayHold(folded.split(/[*?.]/).filter((part) => part !== '')),
  };
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
