import { sql } from 'kysely';
import type { RawBuilder, Selectable, SqlBool } from 'kysely';
import type { Result } from '../../core/result.js';
import type { Readiness, TableFormat } from '../../assessments/index.js';
import type { StateTables } from '../schema/tables.js';
import type { State } from '../store/state.js';
import { namePattern } from './name-pattern.js';
import type { NamePattern } from './name-pattern.js';
import { readPage } from './page.js';
import type { Order, Page, PageParts, PageRequest } from './page.js';

export type StoredTable = Omit<Selectable<StateTables['tables']>, 'fingerprint' | 'schema_id'>;

export type TableSort = 'name' | 'size' | 'format' | 'readiness' | 'updated' | 'partitions' | 'columns';

/** Selects the tables of one assessment that match all given fields. */
export interface TableList {
  readonly assessmentId: string;
  readonly database?: string;
  /** One, or any of several. */
  readonly format?: TableFormat | readonly TableFormat[];
  /** One, or any of several. */
  readonly readiness?: Readiness | readonly Readiness[];
  /** With `*` and `?`; see `namePattern`. */
  readonly pattern?: string;
  /** In GB (10^9 bytes); a table of unknown size has none. */
  readonly minSizeGb?: number;
  /** In GB (10^9 bytes); a table of unknown size has none. */
  readonly maxSizeGb?: number;
  /** @default name */
  readonly sort?: TableSort;
  /** @default asc */
  readonly direction?: Order['direction'];
}

const columns = [
  'id',
  'database_id',
  'assessment_id',
  'database_name',
  'table_name',
  'table_format',
  'table_type',
  'description',
  'storage_location',
  'serde',
  'estimated_size_bytes',
  'estimated_size_gb',
  'estimated_rows',
  'partition_keys',
  'partition_count',
  'column_count',
  'last_updated',
  'is_iceberg',
  'migration_readiness',
  'readiness_source',
  'traits',
  'notes',
] as const;

const names = [
  { type: 'text', expression: sql.ref('tables.database_name') },
  { type: 'text', expression: sql.ref('tables.table_name') },
] as const;

const size = sql<number>`coalesce(tables.estimated_size_bytes, -1)`;

/** Must match the indexes. Unknown values sort below 0. */
const sortKeys: Readonly<Record<TableSort, Order['keys']>> = {
  name: names,
  size: [{ type: 'number', expression: size }, ...names],
  format: [{ type: 'text', expression: sql.ref('tables.table_format') }, ...names],
  readiness: [{ type: 'text', expression: sql.ref('tables.migration_readiness') }, ...names],
  updated: [{ type: 'time', expression: sql`coalesce(tables.last_updated, '0001-01-01Z'::timestamptz)` }, ...names],
  partitions: [{ type: 'number', expression: sql`coalesce(tables.partition_count, -1)` }, ...names],
  columns: [{ type: 'number', expression: sql.ref('tables.column_count') }, ...names],
};

/** Serves the tools `query_tables_by_readiness` and `search_tables` as well as the dashboard's list. */
export async function listTables(
  { db }: Pick<State, 'db'>,
  list: TableList,
  page: PageRequest = {},
): Promise<Result<Page<StoredTable>>> {
  const { sort = 'name', direction = 'asc' } = list;
  const order: Order = { name: `tables by ${sort} ${direction}`, direction, keys: sortKeys[sort] };
  const search = await searchFor(db, list);
  const { databases } = search;
  const filters = filtersOf(list, databases);
  const matches =
    databases === 'most' || (sort === 'name' && isOfNamesOnly(list))
      ? 'many'
      : await fewMatches(db, list, { ...search, databases });
  return await readPage(
    db,
    order,
    page,
    (parts) => sql<StoredTable>`
      SELECT ${sql.join(columns.map((column) => sql.ref(`tables.${column}`)))}, ${parts.key} AS page_key
      FROM (${matches === 'many' ? walk(search, filters, parts) : choose(matches, filters, parts)}) found
      JOIN tables ON tables.assessment_id = ${list.assessmentId}
        AND tables.database_name = found.database_name AND tables.table_name = found.table_name
      ORDER BY ${parts.orderBy} LIMIT ${parts.limit}`,
  );
}

/** Whether the index that has the order of the names decides alone. */
function isOfNamesOnly({ format, readiness, minSizeGb, maxSizeGb }: TableList): boolean {
  return [format, readiness, minSizeGb, maxSizeGb].every((filter) => filter === undefined);
}

/** Scans the index of the sort order until the page is full; the names alone can come from an index. */
function walk({ matches, withCapitals }: Search, filters: RawBuilder<SqlBool>, parts: PageParts): RawBuilder<unknown> {
  const { isAfter, orderBy, limit } = parts;
  const found = sql`
    SELECT database_name, table_name FROM tables
    WHERE ${filters} AND ${matches} AND ${isAfter} ORDER BY ${orderBy} LIMIT ${limit}`;
  return withCapitals.length === 0 ? found : sql`(${found}) UNION (${choose(withCapitals, filters, parts)})`;
}

function choose(
  found: readonly TableName[],
  filters: RawBuilder<SqlBool>,
  { isAfter, orderBy, limit }: PageParts,
): RawBuilder<unknown> {
  const databases = found.map(({ database_name: name }) => name);
  const tables = found.map(({ table_name: name }) => name);
  return sql`
    SELECT database_name, table_name
    FROM unnest(${databases}::text[], ${tables}::text[]) match (database_name, table_name)
    JOIN tables USING (database_name, table_name)
    WHERE ${filters} AND ${isAfter} ORDER BY ${orderBy} LIMIT ${limit}`;
}

function filtersOf(
  { assessmentId, database, format, readiness, minSizeGb, maxSizeGb }: TableList,
  databases: readonly string[] | 'most',
): RawBuilder<SqlBool> {
  const filters = [sql<SqlBool>`tables.assessment_id = ${assessmentId}`];
  if (database !== undefined) filters.push(sql`tables.database_name = ${database}`);
  if (databases !== 'most') filters.push(isIn(databases));
  if (format !== undefined) filters.push(isAnyOf(sql.ref('tables.table_format'), format));
  if (readiness !== undefined) filters.push(isAnyOf(sql.ref('tables.migration_readiness'), readiness));
  if (minSizeGb !== undefined) filters.push(sql`${size} >= ${Math.ceil(minSizeGb * 1e9)}::bigint`);
  if (maxSizeGb !== undefined) filters.push(sql`${size} BETWEEN 0 AND ${Math.floor(maxSizeGb * 1e9)}::bigint`);
  return sql.join(filters, sql` AND `);
}

/** Equality with one value leaves the index in the order of its other columns; ANY does not. */
function isAnyOf(column: RawBuilder<unknown>, values: string | readonly string[]): RawBuilder<SqlBool> {
  const [only, ...others] = [values].flat();
  return only !== undefined && others.length === 0
    ? sql`${column} = ${only}`
    : sql`${column} = ANY(${[values].flat()}::text[])`;
}

interface TableName {
  readonly database_name: string;
  readonly table_name: string;
}

/** What a pattern finds: the tables of `databases` for which `matches` holds, and `withCapitals`. */
interface Search {
  readonly databases: readonly string[] | 'most';
  readonly matches: RawBuilder<SqlBool>;
  readonly withCapitals: readonly TableName[];
}

const fewAtMost = 1000;

/**
 * Putting every name in lower case would take most of the time of a search. Where few tables that match have capital
 * letters in their names, an index tells these, and the others are compared as they are.
 */
async function searchFor(db: State['db'], list: TableList): Promise<Search> {
  if (list.pattern === undefined) return { databases: 'most', matches: sql`true`, withCapitals: [] };
  const pattern = namePattern(list.pattern);
  const databases = await databasesToSearch(db, list, pattern);
  const capitals = sql<SqlBool>`(table_name <> lower(table_name) OR database_name <> lower(database_name))`;
  const withCapitals = await findTables(db, list, sql`${capitals} AND ${pattern.matches}`);
  return withCapitals.length > fewAtMost
    ? { databases, matches: pattern.matches, withCapitals: [] }
    : { databases, matches: pattern.matchesAsIs, withCapitals };
}

/** Up to one more than `fewAtMost`. */
async function findTables(
  db: State['db'],
  { assessmentId }: TableList,
  matches: RawBuilder<SqlBool>,
): Promise<readonly TableName[]> {
  const { rows } = await sql<TableName>`
    SELECT database_name, table_name FROM tables
    WHERE assessment_id = ${assessmentId} AND ${matches} LIMIT ${fewAtMost + 1}`.execute(db);
  return rows;
}

/**
 * The databases that may contain a match; 'most' where so many of them may that a page of matches is soon found. Each is
 * counted as one match.
 */
async function databasesToSearch(
  db: State['db'],
  { assessmentId, database }: TableList,
  { mayHoldMatch }: NamePattern,
): Promise<readonly string[] | 'most'> {
  if (mayHoldMatch === undefined) return 'most';
  const { rows } = await sql<{ names: readonly string[]; tables: number; all_tables: number }>`
    SELECT coalesce(array_agg(database_name) FILTER (WHERE may_match), '{}') AS names,
      coalesce(sum(table_count) FILTER (WHERE may_match), 0)::bigint AS tables,
      coalesce(sum(table_count), 0)::bigint AS all_tables
    FROM (
      SELECT database_name, table_count, ${mayHoldMatch} AS may_match
      FROM databases
      WHERE assessment_id = ${assessmentId} AND ${database === undefined ? sql`true` : sql`database_name = ${database}`}
      OFFSET 0
    ) d`.execute(db);
  const [{ names, tables, all_tables } = { names: [], tables: 0, all_tables: 0 }] = rows;
  return (50 * all_tables) / names.length < tables ? 'most' : names;
}

/** All matching tables, if they are few: to scan the index of another order for them would take long. */
async function fewMatches(
  db: State['db'],
  list: TableList,
  { databases, matches, withCapitals }: Search & { readonly databases: readonly string[] },
): Promise<readonly TableName[] | 'many'> {
  const found = await findTables(db, list, sql`${isIn(databases)} AND ${matches}`);
  if (found.length > fewAtMost) return 'many';
  const isFound = new Set(found.map(nameOf));
  return [...found, ...withCapitals.filter((table) => !isFound.has(nameOf(table)))];
}

function nameOf({ database_name, table_name }: TableName): string {
  return JSON.stringify([database_name, table_name]);
}

/** As an array of a query's own, it lets the planner read the index for each of them. */
function isIn(databases: readonly string[]): RawBuilder<SqlBool> {
  return sql`tables.database_name = ANY(ARRAY(SELECT unnest(${databases}::text[])))`;
}

/** One table with its columns. */
export interface TableDetail
  extends StoredTable, Pick<Selectable<StateTables['table_schemas']>, 'columns' | 'partition_columns'> {}

export async function tableDetail(
  { db }: Pick<State, 'db'>,
  table: { readonly assessmentId: string; readonly databaseName: string; readonly tableName: string },
): Promise<TableDetail | undefined> {
  return await db
    .selectFrom('tables')
    .innerJoin('table_schemas', 'table_schemas.id', 'tables.schema_id')
    .select(columns.map((column) => `tables.${column}` as const))
    .select(['table_schemas.columns', 'table_schemas.partition_columns'])
    .where('tables.assessment_id', '=', table.assessmentId)
    .where('tables.database_name', '=', table.databaseName)
    .where('tables.table_name', '=', table.tableName)
    .executeTakeFirst();
}
