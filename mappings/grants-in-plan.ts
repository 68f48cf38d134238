import type { Diagnostic } from '../core/diagnostic.js';
import { compileGlobs } from '../core/glob.js';
import { readExpression, tablesByName, tablesReadBy } from '../registration/index.js';
import { readersOf } from './grant-readers.js';
import type { Readers } from './grant-readers.js';
import { grantProblem, suggestion } from './language/index.js';
import type { MappedTable, Plan } from './plan.js';
import type { Grant } from './template.js';

/** The contents of the target, by catalog and schema. */
type Contents = ReadonlyMap<string, ReadonlyMap<string, readonly MappedTable[]>>;

/**
 * Reports grants that name what the Plan does not create, most likely by a misspelling. A schema or a table is a warning,
 * because people can create it later. A hidden or masked column that no table has is an error when every column is known:
 * the column that was meant would be visible. Reports columns in the SQL of masks and `rows`, and tables behind views, too:
 * without them, queries fail.
 */
export function checkGrantsInPlan(plan: Plan): Diagnostic[] {
  const contents = contentsOf(plan);
  const readers = readersOf(plan);
  const closed = closedViews(plan, readers);
  return plan.grants.flatMap((grant) => {
    const { schemas, tables } = grant.on;
    const within = grant.on.catalogs.map((catalog) => contents.get(catalog) ?? new Map<string, MappedTable[]>());
    const isOfSchemas = compileGlobs(schemas);
    const open = within.flatMap((catalog) => [...catalog].filter(([schema]) => isOfSchemas(schema)));
    const known = [...new Set(within.flatMap((catalog) => [...catalog.keys()]))];
    const unknownSchemas = unmatched(schemas, known);
    if (unknownSchemas.length > 0 && open.length === 0)
      return isForNewSchemas(grant, unknownSchemas, known) ? [] : unknownNames(grant, 'schema', unknownSchemas, known);
    const candidates = open.flatMap(([, found]) => found);
    const names = [...new Set(candidates.map(({ table }) => table))];
    const isOfTables = compileGlobs(tables);
    const own = candidates.filter(({ table }) => isOfTables(table));
    return [
      ...unknownNames(grant, 'schema', unknownSchemas, known),
      ...unknownNames(grant, 'table', unmatched(tables, names), names),
      ...unknownColumns(grant, own),
      ...unknownColumnsInSql(grant, own, readers),
      ...viewsWithoutTables(grant, closed.get(grant) ?? []),
    ];
  });
}

function contentsOf({ databases, tables }: Plan): Contents {
  const contents = new Map<string, Map<string, MappedTable[]>>();
  const tablesOf = (catalog: string, schema: string): MappedTable[] => {
    const schemas = contents.get(catalog) ?? new Map<string, MappedTable[]>();
    const found = schemas.get(schema) ?? [];
    contents.set(catalog, schemas.set(schema, found));
    return found;
  };
  for (const { catalog, schema } of databases) tablesOf(catalog, schema);
  for (const table of tables) tablesOf(table.catalog, table.schema).push(table);
  return contents;
}

/** Those that match none of the names. */
function unmatched(globs: readonly string[], names: readonly string[]): string[] {
  return globs.filter((glob) => glob !== '*' && !names.some(compileGlobs([glob])));
}

/** A user who owns all tables of a schema may create the schema. */
function isForNewSchemas({ on, privileges }: Grant, schemas: readonly string[], known: readonly string[]): boolean {
  const mayMake = privileges.includes('OWNERSHIP') && on.tables.includes('*');
  return mayMake && schemas.every((schema) => suggestion(schema, known) === undefined);
}

function unknownNames(
  grant: Grant,
  kind: 'schema' | 'table',
  globs: readonly string[],
  known: readonly string[],
): Diagnostic[] {
  return globs.map((glob) =>
    grantProblem(
      grant,
      `unknown-${kind}`,
      `names the ${kind} '${glob}', which the Plan does not create.`,
      suggestion(glob, known) ??
        `Correct \`on.${kind}\`, or keep it if the ${kind} is created later; names are those of the target, after \`to\`.`,
      'warning',
    ),
  );
}

function unknownColumns(grant: Grant, tables: readonly MappedTable[]): Diagnostic[] {
  const columns = [...grant.hide, ...Object.keys(grant.mask)];
  if (columns.length === 0 || tables.length === 0) return [];
  const all = tables.map(columnsOf);
  const known = [...new Set(all.flat())];
  // Glue does not describe the columns of every view; only Trino knows those.
  const isCertain = all.every((names) => names.length > 0);
  return columns
    .filter((column) => !known.includes(column.toLowerCase()))
    .map((column) =>
      grantProblem(
        grant,
        'unknown-column',
        `hides or masks the column '${column}', which none of its ${tables.length} tables has: the data to hide would be visible.`,
        suggestion(column, known) ?? 'Correct the name under `columns`, or remove it.',
        isCertain ? 'error' : 'warning',
      ),
    );
}

/** Lower case; empty where Glue does not describe them. */
function columnsOf({ source: { view, columns, partitionKeys } }: MappedTable): readonly string[] {
  return [...(view?.columns ?? columns), ...partitionKeys].map(({ name }) => name.toLowerCase());
}

/** Columns that the SQL of masks and `rows` names, and a table for which Trino runs it lacks. */
function unknownColumnsInSql(grant: Grant, tables: readonly MappedTable[], readers: readonly Readers[]): Diagnostic[] {
  const affected = readers.filter(({ has }) => has(grant));
  // An earlier grant may decide about a table.
  const own = tables.filter((table) => affected.length === 0 || affected.some((one) => one.grantOn(table) === grant));
  const masks = Object.entries(grant.mask).flatMap(([column, sql]) =>
    unknownIn(
      grant,
      `the mask of '${column}'`,
      sql,
      own.filter((table) => columnsOf(table).includes(column)),
    ),
  );
  return [...masks, ...(grant.rows === null ? [] : unknownIn(grant, '`rows`', grant.rows, own))];
}

function unknownIn(grant: Grant, what: string, sql: string, tables: readonly MappedTable[]): Diagnostic[] {
  const read = readExpression(sql);
  const described = tables.map((table) => ({ table, names: columnsOf(table) })).filter(({ names }) => names.length > 0);
  if (!read.ok || described.length === 0) return [];
  const known = [...new Set(described.flatMap(({ names }) => names))];
  const columns = new Map(read.value.map((chain) => [chain.join('.'), chain]));
  return [...columns].flatMap(([column, chain]) => {
    // `crm.customers.id` begins with the table, `address.city` ends with a field; hidden columns are not described.
    const isIn = (names: readonly string[]): boolean =>
      chain.slice(0, 3).some((part) => part.startsWith('$') || names.includes(part));
    const lacking = described.filter(({ names }) => !isIn(names)).map(({ table }) => `${table.schema}.${table.table}`);
    if (lacking.length === 0) return [];
    const isInNone = lacking.length === tables.length;
    const more = lacking.length > 3 ? ` and ${lacking.length - 3} more of its tables` : '';
    const which = isInNone
      ? `none of its ${tables.length} tables has`
      : `is missing in ${lacking.slice(0, 3).join(', ')}${more}`;
    return [
      grantProblem(
        grant,
        'unknown-column',
        `names the column '${column}' in ${what}, which ${which}: Trino would reject queries of them.`,
        (isInNone ? suggestion(column, known) : undefined) ??
          'Correct the name, or put a separate grant for the tables without that column above this one.',
        isInNone ? 'error' : 'warning',
      ),
    ];
  });
}

interface ClosedView {
  readonly view: MappedTable;
  /** A table that it reads. */
  readonly table: MappedTable;
  readonly reader: string;
}

/** By the grant that opens them: views that read a table, with the privileges of their reader, who has none on it. */
function closedViews({ tables }: Plan, readers: readonly Readers[]): ReadonlyMap<Grant, readonly ClosedView[]> {
  const found = new Map<Grant, Map<MappedTable, ClosedView>>();
  const byName = tablesByName(tables);
  const views = tables.filter(({ method }) => method === 'view' || method === 'alias');
  for (const view of views) {
    const read = tablesReadBy(view, byName);
    for (const { name, grantOn } of readers) {
      const grant = grantOn(view);
      if (grant?.privileges.includes('SELECT') !== true) continue;
      const table = read.find((one) => grantOn(one)?.privileges.includes('SELECT') !== true);
      if (table === undefined) continue;
      const closed = found.get(grant) ?? new Map<MappedTable, ClosedView>();
      if (!closed.has(view)) closed.set(view, { view, table, reader: name });
      found.set(grant, closed);
    }
  }
  return new Map([...found].map(([grant, closed]) => [grant, [...closed.values()]]));
}

function viewsWithoutTables(grant: Grant, closed: readonly ClosedView[]): Diagnostic[] {
  const [first] = closed;
  if (first === undefined) return [];
  const { view, table, reader } = first;
  const more = closed.length > 1 ? `; the same holds for ${closed.length - 1} more of its views` : '';
  return [
    grantProblem(
      grant,
      'view-without-tables',
      `lets ${reader} read the view ${view.schema}.${view.table}, but no grant lets ${reader} read ${table.schema}.${table.table}, which the view reads with the privileges of its reader${more}.`,
      'Grant SELECT on what the view reads to the same users, or leave the view out.',
      'warning',
    ),
  ];
}
