import { sql } from 'kysely';
import type { RawBuilder, SqlBool } from 'kysely';

/**
 * A pattern for names: `*` stands for any text, `?` for one character, everything else for itself. ASCII letters match
 * in either case (Glue keeps names in lower case). A pattern with a dot is also held against `database.table`.
 */
export interface NamePattern {
  /** A table of `tables` matches. */
  readonly matches: RawBuilder<SqlBool>;
  /** A database of `databases` may hold a match; undefined when every one may. */
  readonly mayHoldMatch: RawBuilder<SqlBool> | undefined;
}

export function namePattern(pattern: string): NamePattern {
  const folded = foldAscii(pattern);
  const like = folded
    .replace(/[\\%_]/g, '\\$&')
    .replaceAll('*', '%')
    .replaceAll('?', '_');
  const dotted = folded.includes('.');
  const name = sql<SqlBool>`lower(tables.table_name) LIKE ${like}`;
  return {
    matches: dotted
      ? sql<SqlBool>`(${name} OR lower(tables.database_name || '.' || tables.table_name) LIKE ${like})`
      : name,
    mayHoldMatch: mayHold(folded.split(/[*?.]/).filter((part) => part !== '')),
  };
}

/** As a database's row keeps it. */
export function searchText(tableNames: readonly string[]): string {
  return foldAscii(tableNames.join('\n'));
}

/** Each part of the pattern must be in some table's name, or in the database's own. */
function mayHold(parts: readonly string[]): RawBuilder<SqlBool> | undefined {
  if (parts.length === 0) return undefined;
  const each = parts.map(
    (part) => sql<SqlBool>`(strpos(search_text, ${part}) > 0 OR strpos(lower(database_name), ${part}) > 0)`,
  );
  return sql<SqlBool>`(search_text IS NULL OR (${sql.join(each, sql` AND `)}))`;
}

/** As the database's lower() does for a column whose collation is "C". */
function foldAscii(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
