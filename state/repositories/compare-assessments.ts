import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import { compileGlobs, splitGlobs } from '../../core/glob.js';
import type { State } from '../store/state.js';
import { differences } from './table-differences.js';
import type { ComparedTable, TableDifference } from './table-differences.js';
import { countChanges, countDifferent } from './table-digests.js';
import type { ChangeCounts } from './table-digests.js';

/** The differences between two assessments; `before` and `after` are their ids. */
export interface AssessmentComparison {
  readonly databases: Record<'added' | 'removed' | 'changed', readonly string[]>;
  /** Databases that differ only because one of both did not assess them: its filter left them out, or they could not be read. */
  readonly notCompared: readonly string[];
  readonly tables: Record<'added' | 'removed' | 'changed', number>;
  /** Sorted by database, then table; at most as many as requested. */
  readonly changes: readonly TableChange[];
  /** Whether there are more changes than `changes` holds. */
  readonly truncated: boolean;
}

export interface TableChange {
  readonly database_name: string;
  readonly table_name: string;
  readonly change: 'added' | 'removed' | 'changed';
  /** The differences of a changed table. */
  readonly differences: readonly TableDifference[];
}

export interface ComparisonPage {
  /** How many changes to list. */
  readonly limit: number;
  /** List only changes after this table. */
  readonly after?: { readonly database_name: string; readonly table_name: string };
}

/**
 * Compares schema, format, size, partitions (keys and count) and readiness by fingerprint. Databases with identical tables
 * are skipped, changes are counted from digests, and only the databases of the listed changes are read table by table.
 */
export async function compareAssessments(
  { db }: Pick<State, 'db'>,
  before: string,
  after: string,
  { limit, after: start }: ComparisonPage,
): Promise<AssessmentComparison> {
  const [old, now] = [await scopeOf(db, before), await scopeOf(db, after)];
  const differing = await differingDatabases(db, before, after);
  const isCompared = ({ name, is_read: isRead }: DifferingDatabase): boolean => isRead && old(name) && now(name);
  const databases = differing.filter(isCompared);
  const named = (change: TableChange['change']): string[] =>
    databases.filter((database) => database.change === change).map(({ name }) => name);
  const total = (change: TableChange['change']): number =>
    databases.reduce((sum, { counts }) => sum + counts[change], 0);
  const rows = await changedRows(db, {
    before,
    after,
    limit: limit + 1,
    start,
    within: holding(databases, limit, start),
  });
  return {
    databases: { added: named('added'), removed: named('removed'), changed: named('changed') },
    notCompared: differing.filter((one) => !isCompared(one)).map(({ name }) => name),
    tables: { added: total('added'), removed: total('removed'), changed: total('changed') },
    changes: rows.slice(0, limit).map(tableChange),
    truncated: rows.length > limit,
  };
}

/** Whether an assessment's filter selects a database. */
async function scopeOf(db: State['db'], id: string): Promise<(database: string) => boolean> {
  const found = await db.selectFrom('assessments').select('database_filter').where('id', '=', id).executeTakeFirst();
  const filter = found?.database_filter ?? null;
  return filter === null ? () => true : compileGlobs(splitGlobs(filter));
}

interface DifferingDatabase {
  readonly name: string;
  readonly change: TableChange['change'];
  /** False when a side could not list its tables. */
  readonly is_read: boolean;
  readonly counts: ChangeCounts;
}

interface DatabasePair {
  readonly name: string;
  readonly change: TableChange['change'];
  readonly is_read: boolean;
  /** NULL when both sides have tables of the same names. */
  readonly old_names: string | null;
  readonly new_names: string | null;
  readonly old_prints: string;
  readonly new_prints: string;
}

/** By name. */
async function differingDatabases(db: State['db'], before: string, after: string): Promise<DifferingDatabase[]> {
  const { rows } = await sql<DatabasePair>`
    SELECT database_name AS name,
      CASE WHEN b.id IS NULL THEN 'removed' WHEN a.id IS NULL THEN 'added' ELSE 'changed' END AS change,
      (a.id IS NULL OR a.table_count IS NOT NULL) AND (b.id IS NULL OR b.table_count IS NOT NULL) AS is_read,
      CASE WHEN a.name_digests IS DISTINCT FROM b.name_digests THEN coalesce(a.name_digests, '') END AS old_names,
      CASE WHEN a.name_digests IS DISTINCT FROM b.name_digests THEN coalesce(b.name_digests, '') END AS new_names,
      coalesce(a.table_fingerprints, '') AS old_prints, coalesce(b.table_fingerprints, '') AS new_prints
    FROM (SELECT * FROM databases WHERE assessment_id = ${before}) a
    FULL JOIN (SELECT * FROM databases WHERE assessment_id = ${after}) b USING (database_name)
    WHERE (a.fingerprint, a.description, a.location_uri) IS DISTINCT FROM (b.fingerprint, b.description, b.location_uri)
    ORDER BY 1`.execute(db);
  return rows.map((pair) => ({ name: pair.name, change: pair.change, is_read: pair.is_read, counts: countsOf(pair) }));
}

function countsOf({ old_names, new_names, old_prints, new_prints }: DatabasePair): ChangeCounts {
  const [old, now] = [Buffer.from(old_prints, 'base64'), Buffer.from(new_prints, 'base64')];
  if (old_names === null || new_names === null) return { added: 0, removed: 0, changed: countDifferent(old, now) };
  return countChanges(
    { names: Buffer.from(old_names, 'base64'), fingerprints: old },
    { names: Buffer.from(new_names, 'base64'), fingerprints: now },
  );
}

/** The first databases that together have more changes than the page lists; how many remain in a partly listed one is unknown. */
function holding(
  databases: readonly DifferingDatabase[],
  limit: number,
  start: ComparisonPage['after'],
): DifferingDatabase[] {
  const found: DifferingDatabase[] = [];
  let changes = 0;
  for (const database of databases) {
    const { name, counts } = database;
    if (changes > limit) break;
    const { added, removed, changed } = counts;
    if (added + removed + changed === 0 || (start !== undefined && compareBytes(name, start.database_name) < 0))
      continue;
    found.push(database);
    if (name !== start?.database_name) changes += added + removed + changed;
  }
  return found;
}

/** As the database orders names. */
function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** Reads each database in the order of its tables and stops when the page is full. */
async function changedRows(db: State['db'], page: ChangesPage): Promise<readonly ChangedRow[]> {
  const kinds = (['added', 'removed', 'changed'] as const).filter((change) =>
    page.within.some(({ counts }) => counts[change] > 0),
  );
  if (kinds.length === 0) return [];
  const { rows } = await sql<ChangedRow>`
    SELECT d.change, d.database_name, d.table_name, ${side('a')} AS before, ${side('b')} AS after
    FROM (
      SELECT database_name, found.*
      FROM unnest(${page.within.map(({ name }) => name)}::text[]) names (database_name)
      CROSS JOIN LATERAL (${sql.join(
        kinds.map((change) => sql`(${tablesThat(change, page)})`),
        sql` UNION ALL `,
      )}) found
      ORDER BY database_name COLLATE "C", table_name
      LIMIT ${page.limit}
    ) d
    LEFT JOIN tables a ON a.id = d.before_id
    LEFT JOIN table_schemas a_schema ON a_schema.id = a.schema_id
    LEFT JOIN tables b ON b.id = d.after_id
    LEFT JOIN table_schemas b_schema ON b_schema.id = b.schema_id
    ORDER BY d.database_name COLLATE "C", d.table_name`.execute(db);
  return rows;
}

interface ChangesPage {
  readonly before: string;
  readonly after: string;
  readonly limit: number;
  readonly start: ComparisonPage['after'];
  readonly within: readonly DifferingDatabase[];
}

/** The first changes of a database, by table name. */
function tablesThat(change: TableChange['change'], { before, after, limit, start }: ChangesPage): RawBuilder<unknown> {
  const [from, other] = change === 'added' ? [after, before] : [before, after];
  const twin = sql`two.assessment_id = ${other} AND two.database_name = one.database_name AND two.table_name = one.table_name`;
  const onOneSide = { tables: sql`tables one`, condition: sql`NOT EXISTS (SELECT 1 FROM tables two WHERE ${twin})` };
  const parts = {
    added: { ids: sql`NULL::uuid AS before_id, one.id AS after_id`, ...onOneSide },
    removed: { ids: sql`one.id AS before_id, NULL::uuid AS after_id`, ...onOneSide },
    changed: {
      ids: sql`one.id AS before_id, two.id AS after_id`,
      tables: sql`tables one JOIN tables two ON ${twin}`,
      condition: sql`two.fingerprint <> one.fingerprint`,
    },
  }[change];
  const isAfter =
    start === undefined
      ? sql`true`
      : sql`(one.database_name, one.table_name) > (${start.database_name}, ${start.table_name})`;
  return sql`
    SELECT one.table_name, ${change} AS change, ${parts.ids}
    FROM ${parts.tables}
    WHERE one.assessment_id = ${from} AND one.database_name = names.database_name AND ${isAfter} AND ${parts.condition}
    ORDER BY one.table_name LIMIT ${limit}`;
}

interface ChangedRow {
  readonly change: TableChange['change'];
  readonly database_name: string;
  readonly table_name: string;
  readonly before: ComparedTable;
  readonly after: ComparedTable;
}

function side(table: 'a' | 'b') {
  const schema = sql.ref(`${table}_schema`);
  const row = sql.ref(table);
  return sql`jsonb_build_object(
    'columns', ${schema}.columns, 'partition_columns', ${schema}.partition_columns, 'table_format', ${row}.table_format,
    'estimated_size_bytes', ${row}.estimated_size_bytes, 'partition_count', ${row}.partition_count,
    'migration_readiness', ${row}.migration_readiness)`;
}

function tableChange({ change, database_name, table_name, before, after }: ChangedRow): TableChange {
  return {
    database_name,
    table_name,
    change,
    differences: change === 'changed' ? differences(before, after) : [],
  };
}
