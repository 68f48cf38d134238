import type { Diagnostic } from '../core/diagnostic.js';
import { compileGlobs } from '../core/glob.js';
import { grantProblem, suggestion } from './language/index.js';
import type { MappedTable, Plan } from './plan.js';
import type { Grant } from './template.js';

/** What the target will have, by catalog and schema. */
type Contents = ReadonlyMap<string, ReadonlyMap<string, readonly MappedTable[]>>;

/**
 * Reports grants that name what the Plan does not create, most likely by a misspelling. A schema or a table is a warning,
 * because people can create it later. A hidden or masked column that no table has is an error when every column is known:
 * the column that was meant would be visible.
 */
export function checkGrantsInPlan(plan: Plan): Diagnostic[] {
  const contents = contentsOf(plan);
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
    return [
      ...unknownNames(grant, 'schema', unknownSchemas, known),
      ...unknownNames(grant, 'table', unmatched(tables, names), names),
      ...unknownColumns(
        grant,
        candidates.filter(({ table }) => isOfTables(table)),
      ),
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
  const all = tables.map(({ source }) => [...source.columns, ...source.partitionKeys].map(({ name }) => name));
  const known = [...new Set(all.flat().map((name) => name.toLowerCase()))];
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
