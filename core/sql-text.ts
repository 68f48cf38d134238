/** An identifier in Trino, Athena and PostgreSQL. Source: Trino documentation, 'Identifiers'. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

export function qualifiedName(...parts: readonly string[]): string {
  return parts.map(identifier).join('.');
}

/** A text literal in Trino and Athena. Only the quote is special inside it. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** The literal of a name as `information_schema` lists it: Trino and Athena know names in lower case, also those in quotes. */
export function listedName(name: string): string {
  return literal(name.toLowerCase());
}

/** An array of texts in Trino and Athena. */
export function arrayOf(texts: readonly string[]): string {
  return `ARRAY[${texts.map(literal).join(', ')}]`;
}
