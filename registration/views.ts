import type { AssessedTable } from '../assessments/index.js';
import { catalogName } from '../core/catalog-name.js';
import { fail, ok } from '../core/result.js';
import type { Result } from '../core/result.js';
import type { CastColumn } from './iceberg-view-types.js';
import type { AcceptedTable } from './registered-table.js';
import { identifier, literal, qualifiedName } from '../core/sql-text.js';
import { longestStatement, statementTooLong } from './sql.js';
import { readViewQuery } from './view-query.js';
import type { QueriedRelation, UnnestedExpression, ViewQuery } from './view-query.js';

/** A view that Trino can read. Only `viewTextOf` makes one. */
export interface ViewText {
  readonly query: ViewQuery;
  /** Of each of the query's relations, in the same order. */
  readonly reads: readonly ViewedRelation[];
}

/** A relation that a view's SQL reads. */
export interface ViewedRelation extends QueriedRelation {
  /** `database.table` at the source, in lower case; the database behind a link. */
  readonly name: string;
  /** The same with the database that the view names. */
  readonly nameInView: string;
  /** `partitions` of `"orders$partitions"`; `undefined` for the table itself. */
  readonly metadata: string | undefined;
}

/**
 * Tables beside an Iceberg table; a Hive table has two of them. Source: Trino documentation, Hive and Iceberg connectors,
 * 'Metadata tables'.
 */
export const icebergMetadata = [
  'properties',
  'partitions',
  'history',
  'metadata_log_entries',
  'snapshots',
  'manifests',
  'all_manifests',
  'files',
  'entries',
  'all_entries',
  'refs',
];

const metadataTable = new RegExp(`^(.+)\\$(${icebergMetadata.join('|')})$`);

/** The databases that resource links of the source point to, by the link's name; both in lower case. */
export type DatabaseLinks = ReadonlyMap<string, string>;

/** A view's SQL with the names that it reads, or why Trino could not run it. */
export function viewTextOf(
  { view, database, description }: AssessedTable,
  databaseLinks: DatabaseLinks,
): Result<ViewText, string> {
  if (view?.dialect !== 'presto') {
    return fail(`its SQL is in the ${view?.dialect ?? 'unknown'} dialect, which Trino does not read`);
  }
  if (view.sql === null) {
    return fail('its SQL cannot be decoded: ViewOriginalText is not the base64 of a JSON document with originalSql');
  }
  const catalogs = ['awsdatacatalog', ...(view.catalog === null ? [] : [view.catalog.toLowerCase()])];
  const schema = (view.schema ?? database).toLowerCase();
  const query = readViewQuery(view.sql, { catalogs, schema });
  if (!query.ok) return query;
  const reads: ViewedRelation[] = [];
  for (const relation of query.value.relations) {
    const [table = '', inSchema = schema, catalog] = relation.parts.toReversed();
    if (catalog !== undefined && !catalogs.includes(catalog)) {
      return fail(
        `it reads ${catalogName(...relation.parts)} from the data source '${catalog}', which is not Glue's catalog`,
      );
    }
    if (inSchema === 'information_schema') {
      return fail(
        `it reads information_schema.${table}, which lists each catalog of the target by itself, with its own names and types`,
      );
    }
    const [, base = table, metadata] = metadataTable.exec(table) ?? [];
    const behind = databaseLinks.get(inSchema) ?? inSchema;
    reads.push({ ...relation, name: catalogName(behind, base), nameInView: catalogName(inSchema, base), metadata });
  }
  const { sql } = query.value;
  // Names may grow: catalog, schema and table have at most 128 characters each.
  const longest = sql.length + reads.length * 400 + (description?.length ?? 0) + 1_000;
  return longest > longestStatement ? fail(statementTooLong(longest)) : ok({ query: query.value, reads });
}

/** The table that a resource link points to, as `database.table` in lower case, or why there is none. */
export function linkTargetOf({ link }: AssessedTable): Result<string, string> {
  return link?.state === 'resolved' && link.resolvedTo !== null
    ? ok(link.resolvedTo.toLowerCase())
    : fail(linkRefusal(link));
}

function linkRefusal(link: AssessedTable['link']): string {
  const { targetDatabase = '', targetTable = null, targetCatalog = null, targetRegion } = link ?? {};
  const leads = `its resource link leads to ${catalogName(targetDatabase, targetTable ?? '')}`;
  switch (link?.state) {
    case 'cycle':
      return `${leads} and from there back to itself; delete one of the links of the cycle in Glue`;
    case 'cross-account':
      return `${leads} in another account, ${targetCatalog ?? 'unknown'}; assess that account, or delete the link`;
    case 'other-region':
      return `${leads} in another Region, ${targetRegion ?? 'unknown'}; assess that Region, or delete the link`;
    case 'other-catalog':
      return `${leads} in another catalog, ${targetCatalog ?? 'unknown'}; assess that catalog, or delete the link`;
    case 'unreadable':
      return `${leads}, whose database was not read; grant glue:GetTables on it or widen --databases, and assess again`;
    case 'missing':
    case 'resolved':
    case undefined:
      return `${leads}, which does not exist; delete the link in Glue, or create its target`;
  }
}

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The source's view with its comments; every table that its SQL reads is named as it is at the target. */
export function renderView(
  view: AcceptedTable,
  { query, reads }: ViewText,
  targetOf: (name: string) => AcceptedTable,
  casts: readonly CastColumn[] | null,
): readonly string[] {
  const unaliased = reads.filter(({ aliasAt }) => aliasAt !== undefined);
  const names = reads.map((relation) => {
    const { catalog, schema, table } = targetOf(relation.name);
    const target = relation.metadata === undefined ? table : `${table}$${relation.metadata}`;
    const old = relation.parts.at(-1) ?? '';
    // Columns may be called by the table's old name. Where two tables of a FROM clause share it, they are called by schema, too.
    const isShared = unaliased.filter(({ from, parts }) => from === relation.from && parts.at(-1) === old).length > 1;
    const alias =
      relation.aliasAt === undefined || target === old ? undefined : identifier(isShared ? relation.nameInView : old);
    return { full: qualifiedName(catalog, schema, target), alias };
  });
  const edits = reads.flatMap(({ start, end, aliasAt }, index): Edit[] => {
    const { full, alias } = names[index] ?? {};
    if (full === undefined) return [];
    const named = { start, end, text: full };
    return alias === undefined || aliasAt === undefined
      ? [named]
      : [named, { start: aliasAt, end: aliasAt, text: ` AS ${alias}` }];
  });
  const columns = query.qualifiedColumns.flatMap(({ relation, start, end }): Edit[] => {
    const name = names[relation];
    return name === undefined ? [] : [{ start, end, text: name.alias ?? name.full }];
  });
  const arrays = unnestedRows({ query, reads }, targetOf).flatMap(({ start, end }): Edit[] => [
    { start, end: start, text: 'transform(' },
    { start: end, end, text: ', element -> ROW(element))' },
  ]);
  const sql = edited(query.sql, [...edits, ...columns, ...arrays]);
  const body = casts?.some(isCast) === true ? `SELECT ${castList(casts)} FROM (\n${sql}\n)` : sql;
  return [createView(view, body), ...columnComments(view, query)];
}

/** The arrays whose elements are rows, or may be: what is done to keep them whole changes nothing for others. */
export function unnestedRows(
  { query, reads }: ViewText,
  targetOf: (name: string) => AcceptedTable | undefined,
): readonly UnnestedExpression[] {
  const kindOf = ({ kind, column }: UnnestedExpression): UnnestedExpression['kind'] => {
    if (kind !== 'unknown') return kind;
    const types = (column?.relations ?? []).flatMap((index) => {
      const { name, metadata } = reads[index] ?? {};
      const columns = name === undefined || metadata !== undefined ? [] : (targetOf(name)?.source.columns ?? []);
      return columns.flatMap((each) => (each.name.toLowerCase() === column?.name ? [each.type] : []));
    });
    if (types.some((type) => /^\s*map\s*[<(]/i.test(type))) return 'map';
    const isScalars = types.length > 0 && types.every((type) => /^\s*array\s*<\s*\w+[(\d,\s)]*>\s*$/i.test(type));
    return isScalars ? 'scalars' : 'unknown';
  };
  return query.unnested.flatMap(({ maps, expressions }) => {
    const kinds = expressions.map(kindOf);
    // Otherwise the names are those of fields, as in views of Trino itself, or a map is not known as one.
    return kinds.filter((kind) => kind === 'map').length === maps
      ? expressions.filter((_, index) => kinds[index] === 'unknown')
      : [];
  });
}

function edited(text: string, edits: readonly Edit[]): string {
  let result = '';
  let at = 0;
  for (const { start, end, text: inserted } of edits.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    result += text.slice(at, start) + inserted;
    at = end;
  }
  return result + text.slice(at);
}

function isCast({ cast }: CastColumn): boolean {
  return cast !== null;
}

function castList(columns: readonly CastColumn[]): string {
  return columns
    .map(({ name, cast }) =>
      cast === null ? identifier(name) : `CAST(${identifier(name)} AS ${cast}) AS ${identifier(name)}`,
    )
    .join(', ');
}

/** A resource link becomes a view over what it points to. */
export function renderAlias(
  alias: AcceptedTable,
  { catalog, schema, table }: AcceptedTable,
  casts: readonly CastColumn[],
): readonly string[] {
  const columns = casts.some(isCast) ? castList(casts) : '*';
  return [createView(alias, `SELECT ${columns} FROM ${qualifiedName(catalog, schema, table)}`)];
}

/** With the privileges of the user who reads it, as in Athena. */
function createView({ catalog, schema, table, source }: AcceptedTable, sql: string): string {
  const description = source.view?.comment ?? source.description ?? '';
  const comment = description === '' ? '' : `COMMENT ${literal(description)} `;
  return `CREATE OR REPLACE VIEW ${qualifiedName(catalog, schema, table)} ${comment}SECURITY INVOKER AS\n${sql}`;
}

/** CREATE VIEW takes no comments of columns. */
function columnComments({ catalog, schema, table, source }: AcceptedTable, query: ViewQuery): readonly string[] {
  return commentedColumns(source)
    .filter(({ name }) => query.columns?.includes(name.toLowerCase()) === true)
    .map(
      ({ name, comment }) =>
        `COMMENT ON COLUMN ${qualifiedName(catalog, schema, table, name.toLowerCase())} IS ${literal(comment)}`,
    );
}

/** The columns of a view with a comment, from its own document or from Glue. */
export function commentedColumns({ view, columns }: AssessedTable): readonly { name: string; comment: string }[] {
  return (view?.columns ?? columns).flatMap(({ name, comment = '' }) => (comment === '' ? [] : [{ name, comment }]));
}
