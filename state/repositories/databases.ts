import { sql } from 'kysely';
import type { Selectable } from 'kysely';
import type { Result } from '../../core/result.js';
import type { StateTables } from '../schema/tables.js';
import type { State } from '../store/state.js';
import { readPage } from './page.js';
import type { Order, Page, PageRequest } from './page.js';

export type StoredDatabase = Omit<
  Selectable<StateTables['databases']>,
  'fingerprint' | 'name_digests' | 'table_fingerprints' | 'search_text'
>;

export type DatabaseSort = 'name' | 'tables' | 'size';

const columns = [
  'id',
  'assessment_id',
  'database_name',
  'description',
  'location_uri',
  'table_count',
  'link_target',
  'migration_ready',
  'needs_conversion',
  'unknown',
  'total_estimated_size_bytes',
  'tables_of_unknown_size',
  'tables_by_format',
] as const;

const name = { type: 'text', expression: sql.ref('database_name') } as const;

/** Unknown values sort below 0. */
const sortKeys: Readonly<Record<DatabaseSort, Order['keys']>> = {
  name: [name],
  tables: [{ type: 'number', expression: sql`coalesce(table_count, -1)` }, name],
  size: [{ type: 'number', expression: sql.ref('total_estimated_size_bytes') }, name],
};

export interface DatabaseList {
  readonly assessmentId: string;
  /** @default name */
  readonly sort?: DatabaseSort;
  /** @default asc */
  readonly direction?: Order['direction'];
}

export async function listDatabases(
  { db }: Pick<State, 'db'>,
  { assessmentId, sort = 'name', direction = 'asc' }: DatabaseList,
  page: PageRequest = {},
): Promise<Result<Page<StoredDatabase>>> {
  const order: Order = { name: `databases by ${sort} ${direction}`, direction, keys: sortKeys[sort] };
  return await readPage(
    db,
    order,
    page,
    ({ key, isAfter, orderBy, limit }) => sql<StoredDatabase>`
      SELECT ${sql.join(columns.map((column) => sql.ref(column)))}, ${key} AS page_key
      FROM databases
      WHERE assessment_id = ${assessmentId} AND ${isAfter}
      ORDER BY ${orderBy} LIMIT ${limit}`,
  );
}

export async function databaseSummary(
  { db }: Pick<State, 'db'>,
  { assessmentId, databaseName }: { readonly assessmentId: string; readonly databaseName: string },
): Promise<StoredDatabase | undefined> {
  return await db
    .selectFrom('databases')
    .select(columns)
    .where('assessment_id', '=', assessmentId)
    .where('database_name', '=', databaseName)
    .executeTakeFirst();
}
