import type { AssessedTable } from '../assessments/index.js';
import { catalogName } from '../core/catalog-name.js';
import { fail, ok } from '../core/result.js';
import type { Result } from '../core/result.js';
import { relationNamesIn, singleQueryIn } from './relation-names.js';
import type { RelationName } from './relation-names.js';
import type { AcceptedTable } from './registered-table.js';
import { identifier, qualifiedName } from './sql.js';

/** A view that Trino can read. Only `viewTextOf` makes one. */
export interface ViewText {
  /** One query, without its semicolon. */
  readonly sql: string;
  readonly reads: readonly ViewedRelation[];
}

/** A relation that a view's SQL reads. */
export interface ViewedRelation extends RelationName {
  /** `database.table` at the source, in lower case; with its catalog where that is not Glue's. */
  readonly name: string;
}

/** A view's SQL with the names that it reads, or why Trino could not run it. */
export function viewTextOf({ view, database }: AssessedTable): Result<ViewText, string> {
  if (view?.dialect !== 'presto') {
    return fail(`its SQL is in the ${view?.dialect ?? 'unknown'} dialect, which Trino does not read`);
  }
  if (view.sql === null) return fail('its SQL cannot be decoded from the catalog');
  const sql = singleQueryIn(view.sql);
  if (sql === undefined) return fail('its SQL is not a single query');
  const glueCatalogs = ['awsdatacatalog', view.catalog?.toLowerCase()];
  const schema = (view.schema ?? database).toLowerCase();
  const reads = relationNamesIn(sql).map((relation): ViewedRelation => {
    const { parts } = relation;
    const inGlue = parts.length === 3 && glueCatalogs.includes(parts[0]) ? parts.slice(1) : parts;
    return { ...relation, name: catalogName(...(inGlue.length === 1 ? [schema, ...inGlue] : inGlue)) };
  });
  return ok({ sql, reads });
}

/** The table that a resource link points to, as `database.table` in lower case, or why there is none. */
export function linkTargetOf({ link }: AssessedTable): Result<string, string> {
  return link?.state === 'resolved' && link.resolvedTo !== null
    ? ok(link.resolvedTo.toLowerCase())
    : fail(`its resource link (${link?.state ?? 'missing'}) does not lead to a table of this catalog`);
}

/** The source's view; every table that its SQL reads is named as it is at the target. */
export function renderView(
  view: AcceptedTable,
  { sql, reads }: ViewText,
  targetOf: (name: string) => AcceptedTable,
): string {
  let moved = '';
  let end = 0;
  for (const { name, start, end: nameEnd, isAliased, parts } of reads) {
    const target = targetOf(name);
    const relation = parts.at(-1) ?? '';
    // Columns may be called by the table's old name.
    const alias = isAliased || target.table === relation ? '' : ` AS ${identifier(relation)}`;
    moved += sql.slice(end, start) + qualifiedName(target.catalog, target.schema, target.table) + alias;
    end = nameEnd;
  }
  return createView(view, moved + sql.slice(end));
}

/** A resource link becomes a view over what it points to. */
export function renderAlias(alias: AcceptedTable, { catalog, schema, table }: AcceptedTable): string {
  return createView(alias, `SELECT * FROM ${qualifiedName(catalog, schema, table)}`);
}

/** With the privileges of the user who reads it, as in Athena. */
function createView({ catalog, schema, table }: AcceptedTable, sql: string): string {
  return `CREATE OR REPLACE VIEW ${qualifiedName(catalog, schema, table)} SECURITY INVOKER AS\n${sql}`;
}
