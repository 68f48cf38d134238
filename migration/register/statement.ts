/** Catalog, schema and name, not quoted. */
export type RelationName = readonly [catalog: string, schema: string, table: string];

/** The effect of a statement of the registration manifest, read back from its text. */
export type Statement =
  | { readonly kind: 'schema'; readonly catalog: string; readonly schema: string; readonly location: string | null }
  | TableStatement
  | { readonly kind: 'view'; readonly sql: string; readonly name: RelationName }
  | { readonly kind: 'sync-partitions' }
  | RegisterStatement
  | { readonly kind: 'other' };

export interface TableStatement {
  readonly kind: 'table';
  readonly sql: string;
  readonly name: RelationName;
  /** Where an external table's files lie; `null` where the catalog decides. */
  readonly location: string | null;
  readonly isPartitioned: boolean;
}

export interface RegisterStatement {
  readonly kind: 'register-table';
  readonly sql: string;
  readonly name: RelationName;
  /** Without a slash at its end. */
  readonly location: string;
  /** A file's name in the folder `metadata` of the location. */
  readonly metadataFile: string;
}

const part = '"((?:[^"]|"")+)"';
const threeParts = `${part}\\.${part}\\.${part}`;
const createSchema = new RegExp(`^CREATE SCHEMA IF NOT EXISTS ${part}\\.${part}(?: WITH \\(location = (.*)\\))?$`, 's');
const createTable = new RegExp(`^CREATE TABLE IF NOT EXISTS ${threeParts} \\(\\n`);
const createView = new RegExp(`^CREATE OR REPLACE VIEW ${threeParts} `);
const call = new RegExp(`^CALL ${part}\\.system\\.(\\w+)\\((.*)\\)$`, 's');
const argument = /(\w+) => ('(?:[^']|'')*'|true|false)/g;
const anyRelation = new RegExp(threeParts, 'g');

/**
 * Reads a statement that `makeManifest` wrote: those start in few ways. Anything else is `other`, such as a comment, and is
 * run as it is.
 */
export function readStatement(sql: string): Statement {
  const schema = createSchema.exec(sql);
  if (schema !== null) {
    const [, catalog = '', name = '', location] = schema;
    return {
      kind: 'schema',
      catalog: unquoted(catalog),
      schema: unquoted(name),
      location: location === undefined ? null : text(location),
    };
  }
  const table = createTable.exec(sql);
  if (table !== null) {
    const location = property(sql, 'external_location');
    const isPartitioned = property(sql, 'partitioned_by') !== undefined;
    return {
      kind: 'table',
      sql,
      name: nameOf(table),
      location: location === undefined ? null : text(location),
      isPartitioned,
    };
  }
  const view = createView.exec(sql);
  if (view !== null) return { kind: 'view', sql, name: nameOf(view) };
  return readCall(sql);
}

function readCall(sql: string): Statement {
  const [, catalog = '', procedure, list = ''] = call.exec(sql) ?? [];
  if (procedure === 'sync_partition_metadata') return { kind: 'sync-partitions' };
  if (procedure !== 'register_table') return { kind: 'other' };
  const given = new Map([...list.matchAll(argument)].map(([, name, value = '']) => [name, text(value)]));
  return {
    kind: 'register-table',
    sql,
    name: [unquoted(catalog), given.get('schema_name') ?? '', given.get('table_name') ?? ''],
    location: given.get('table_location') ?? '',
    metadataFile: given.get('metadata_file_name') ?? '',
  };
}

/** Every complete name in the SQL, as it is written there; a text or comment may hold one, too. */
export function relationsNamedIn(sql: string): readonly string[] {
  return [...sql.matchAll(anyRelation)].map(([name]) => name);
}

/** The properties end the statement, one a line; columns and comments before them may hold the same text. */
function property(sql: string, name: string): string | undefined {
  const properties = sql.slice(sql.lastIndexOf('\nWITH (\n'));
  return new RegExp(`^ {2}${name} = (.*?),?$`, 'm').exec(properties)?.[1];
}

function nameOf([, catalog = '', schema = '', table = '']: RegExpExecArray): RelationName {
  return [unquoted(catalog), unquoted(schema), unquoted(table)];
}

function unquoted(name: string): string {
  return name.replaceAll('""', '"');
}

/** The value of a text literal. */
function text(literal: string): string {
  return literal.slice(1, -1).replaceAll("''", "'");
}
